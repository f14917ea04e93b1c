"""Every hex example of ``docs/protocol.rst``, replayed against the real server and client."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from twisted.trial.unittest import TestCase

from chatd.domain.conversation import GapReason, number_before
from chatd.domain.device_record import DeviceRecord
from chatd.domain.link import Link, fingerprint, parse_fingerprint, show_fingerprint
from chatd.domain.message import Lost
from chatd.domain.one_time_id import canonical
from chatd.domain.put_out import PutOut
from chatd.signature import verify
from chatd.wire.noise import CipherState, HandshakeState
from chatd.wire.records import REKEY_INTERVAL, Sealer
from client.vault.keys import proof
from tests.docs.conversation import (
    CLIENT_EPHEMERAL,
    CLIENT_STATIC,
    NOW,
    ONE_TIME_ID,
    SERVER_EPHEMERAL,
    SERVER_STATIC,
    Conversation,
)
from tests.docs.document import Document

TO_SERVER = ("ready", "join", "say", "direct", "heartbeat", "logout")
TO_CLIENT = ("welcome", "joined", "accepted", "room-said", "refused", "closing")

#: What nobody says: the secrets that the conversation rests on, and what does not come to pass.
UNSAID = (
    "handshake-hash",
    "key-to-server",
    "key-to-client",
    "key-to-server-rekeyed",
    "key-to-client-rekeyed",
    "device-secret",
    "device-proof",
    "lost-letter",
    "put-out-letter",
)


def nonce(counter: int) -> bytes:
    """AESGCM's nonce (Noise 12.4)."""
    return bytes(4) + counter.to_bytes(8, "big")


class WorkedExample(TestCase):
    """The one connection that the document shows whole."""

    def setUp(self) -> None:
        self.document = Document("protocol.rst")
        self.examples = self.document.examples
        self.said = Conversation(self.patch).said

    def test_complete(self) -> None:
        """No example stands there that nobody replays, and nothing that is said is left out."""
        self.assertEqual(sorted(self.examples), sorted([*self.said, *UNSAID]))

    def test_bytes(self) -> None:
        """Server and client say just what the document shows."""
        for name, said in self.said.items():
            self.assertEqual(said.hex(" "), self.examples[name].hex(" "), name)

    def test_records(self) -> None:
        """The keys and counters that the document gives open each record."""
        for key, names in (("key-to-server", TO_SERVER), ("key-to-client", TO_CLIENT)):
            cipher = AESGCM(self.examples[key])
            for counter, name in enumerate(names):
                record = self.examples[f"{name}-frame"][4:]
                plaintext = cipher.decrypt(nonce(counter), record, b"")
                self.assertEqual(plaintext, self.examples[f"{name}-plaintext"])

    def test_handshake_hash(self) -> None:
        """Both sides come to the hash by the documented prologue, keys and payloads."""
        server_public = self.examples["server-static-public"]
        prologue = self.examples["prologue-bytes"]
        client = HandshakeState(True, prologue, CLIENT_STATIC, server_public, CLIENT_EPHEMERAL)
        server = HandshakeState(False, prologue, SERVER_STATIC, ephemeral=SERVER_EPHEMERAL)
        self.assertEqual(
            server.read(client.write(self.examples["syn-payload"])), self.examples["syn-payload"]
        )
        client.read(server.write(self.examples["ack-payload"]))
        self.assertEqual(client.handshake_hash, self.examples["handshake-hash"])
        self.assertEqual(server.handshake_hash, self.examples["handshake-hash"])

    def test_rekeying(self) -> None:
        """The documented second keys are what REKEY gives, and what is used after 2^20 records."""
        for name in ("key-to-server", "key-to-client"):
            old, new = self.examples[name], self.examples[f"{name}-rekeyed"]
            rekeyed = AESGCM(old).encrypt(nonce(2**64 - 1), bytes(32), b"")[:32]
            self.assertEqual(rekeyed, new)
            cipher = CipherState(old)
            cipher.counter = REKEY_INTERVAL - 1
            sealer = Sealer(cipher)
            last, first = sealer.seal(b"\0\0")[4:], sealer.seal(b"\0\0")[4:]
            self.assertEqual(AESGCM(old).decrypt(nonce(2**20 - 1), last, b""), b"\0\0")
            self.assertEqual(AESGCM(new).decrypt(nonce(2**20), first, b""), b"\0\0")

    def test_fingerprint(self) -> None:
        """The fingerprint, as it is written, shown, and put into a link."""
        written, shown, link = self.document.blocks["fingerprint-example"].splitlines()
        self.assertEqual(fingerprint(self.examples["server-static-public"]), written)
        self.assertEqual(show_fingerprint(written), shown)
        self.assertEqual(parse_fingerprint(shown), written)
        self.assertEqual(Link.parse(link), Link("chat.example.org", tls=True, fingerprint=written))

    def test_lost_letter(self) -> None:
        """The letter about a message that nobody of a person got."""
        first = number_before(NOW * 1000) + 1
        room, expired = self.examples["lost-letter"][1:17], GapReason.EXPIRED
        lost = Lost(room, first, first, expired, "erin")
        self.assertEqual(lost.pack(), self.examples["lost-letter"])
        self.assertIn(room, self.examples["lasting-accepted-plaintext"])

    def test_put_out_letter(self) -> None:
        """The letter to somebody who was put out of that room."""
        room = self.examples["lost-letter"][1:17]
        letter = PutOut(room, "tea", "dave", "spam", banned=False)
        self.assertEqual(letter.pack(), self.examples["put-out-letter"])

    def test_device(self) -> None:
        """The one-time ID, the record and its signature, the proof, as the document has them."""
        shown, bare = self.document.blocks["one-time-id"].splitlines()
        self.assertEqual((shown, bare.encode()), (ONE_TIME_ID, canonical(ONE_TIME_ID)))
        record, key = self.examples["device-record"], self.examples["client-static-public"]
        self.assertEqual(DeviceRecord.decode(record).key, key)
        signature = self.examples["device-signature"]
        self.assertTrue(verify(self.examples["root-public"], signature, record))
        self.assertEqual(proof(self.examples["device-secret"], key), self.examples["device-proof"])
