"""Noise IK: the published vectors, and everything that must not agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire.noise import PROTOCOL_NAME, CipherState, HandshakeState, public_bytes
from tests.wire.pair import CLIENT, LOW_ORDER, SERVER, flipped

VECTORS = Path(__file__).parent.parent / "vectors" / "noise.json"


def vectors() -> list[dict[str, Any]]:
    """The published conversations of our pattern."""
    every = json.loads(VECTORS.read_text())["vectors"]
    return [one for one in every if one["protocol_name"].encode() == PROTOCOL_NAME]


def private(hexadecimal: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(hexadecimal))


def sides(vector: dict[str, Any]) -> tuple[HandshakeState, HandshakeState]:
    """A vector's initiator and responder."""
    initiator = HandshakeState(
        True,
        bytes.fromhex(vector["init_prologue"]),
        private(vector["init_static"]),
        bytes.fromhex(vector["init_remote_static"]),
        private(vector["init_ephemeral"]),
    )
    responder = HandshakeState(
        False,
        bytes.fromhex(vector["resp_prologue"]),
        private(vector["resp_static"]),
        ephemeral=private(vector["resp_ephemeral"]),
    )
    return initiator, responder


class Vectors(SynchronousTestCase):
    """From two independent sources."""

    def test_there_are_two(self) -> None:
        self.assertEqual({one["source"] for one in vectors()}, {"cacophony", "snow"})

    def test_every_message(self) -> None:
        for vector in vectors():
            initiator, responder = sides(vector)
            first, second, *transported = vector["messages"]
            self.same(initiator.write, responder.read, first)
            self.same(responder.write, initiator.read, second)
            self.assertEqual(responder.remote_static, public_bytes(initiator.static))
            self.assertEqual(initiator.handshake_hash, responder.handshake_hash)
            if "handshake_hash" in vector:
                self.assertEqual(initiator.handshake_hash.hex(), vector["handshake_hash"])
            up, down = initiator.split(), responder.split()
            self.assertGreaterEqual(len(transported), 2)
            for number, message in enumerate(transported):
                sender, receiver = (down, up) if number % 2 else (up, down)
                self.same(sender[0].encrypt, receiver[1].decrypt, message)

    def same(self, write: Any, read: Any, message: dict[str, str]) -> None:
        payload = bytes.fromhex(message["payload"])
        written = write(payload)
        self.assertEqual(written.hex(), message["ciphertext"])
        self.assertEqual(read(written), payload)


class Rekeying(SynchronousTestCase):
    """Noise 4.2: the key becomes the first 32 bytes of sealing 32 zeros under the last nonce."""

    def test_as_specified(self) -> None:
        key = bytes(range(32))
        state = CipherState(key)
        state.encrypt(b"one")
        state.rekey()
        after = AESGCM(key).encrypt(bytes(4) + b"\xff" * 8, bytes(32), b"")[:32]
        second = bytes(4) + (1).to_bytes(8, "big")
        self.assertEqual(state.encrypt(b"two"), AESGCM(after).encrypt(second, b"two", b""))


class Disagreeing(SynchronousTestCase):
    """Whatever differs between both sides, nothing opens."""

    def setUp(self) -> None:
        self.initiator = HandshakeState(True, b"prologue", CLIENT, public_bytes(SERVER))
        self.responder = HandshakeState(False, b"prologue", SERVER)

    def forged(self, state: HandshakeState, message: bytes) -> None:
        error = self.assertRaises(WireError, state.read, message)
        self.assertEqual(error.code, Code.HANDSHAKE_FORGED)

    def test_prologue(self) -> None:
        other = HandshakeState(False, b"prologus", SERVER)
        self.forged(other, self.initiator.write(b""))

    def test_another_server_key(self) -> None:
        other = HandshakeState(False, b"prologue", X25519PrivateKey.generate())
        self.forged(other, self.initiator.write(b""))

    def test_the_sides_keys_swapped(self) -> None:
        swapped = HandshakeState(True, b"prologue", SERVER, public_bytes(CLIENT))
        self.forged(self.responder, swapped.write(b""))

    def test_any_byte_of_the_first_message(self) -> None:
        message = self.initiator.write(b"payload")
        self.assertEqual(len(message), 32 + 48 + 7 + 16)
        for index in range(len(message)):
            state = HandshakeState(False, b"prologue", SERVER)
            self.forged(state, flipped(message, index))

    def test_any_byte_of_the_second_message(self) -> None:
        for index in range(32 + 7 + 16):
            initiator = HandshakeState(True, b"prologue", CLIENT, public_bytes(SERVER))
            responder = HandshakeState(False, b"prologue", SERVER)
            responder.read(initiator.write(b""))
            self.forged(initiator, flipped(responder.write(b"payload"), index))

    def test_cut_short(self) -> None:
        message = self.initiator.write(b"")
        for length in range(len(message)):
            self.forged(HandshakeState(False, b"prologue", SERVER), message[:length])

    def test_an_impostor_of_the_client(self) -> None:
        """Naming another's key does not do: it takes part in an agreement, too."""
        self.forged(self.responder, claim(public_bytes(CLIENT)))

    def test_transport_keys_differ_by_direction(self) -> None:
        self.responder.read(self.initiator.write(b""))
        self.initiator.read(self.responder.write(b""))
        sending, _ = self.initiator.split()
        back, receiving = self.responder.split()
        sealed = sending.encrypt(b"hi")
        self.assertRaises(InvalidTag, CipherState.decrypt, back, sealed)
        self.assertEqual(receiving.decrypt(sealed), b"hi")


class LowOrder(SynchronousTestCase):
    """Points of small order fix the agreed key, so they are rejected (12.1)."""

    def rejected(self, state: HandshakeState, act: Any, data: bytes) -> None:
        error = self.assertRaises(WireError, act, data)
        self.assertEqual(error.code, Code.KEY_REJECTED)

    def test_as_the_server_key(self) -> None:
        for point in LOW_ORDER:
            state = HandshakeState(True, b"", CLIENT, point)
            self.rejected(state, state.write, b"")

    def test_as_the_callers_one_time_key(self) -> None:
        for point in LOW_ORDER:
            state = HandshakeState(False, b"", SERVER)
            self.rejected(state, state.read, point + bytes(64))

    def test_as_the_servers_one_time_key(self) -> None:
        for point in LOW_ORDER:
            state = HandshakeState(True, b"", CLIENT, public_bytes(SERVER))
            state.write(b"")
            self.rejected(state, state.read, point + bytes(16))

    def test_as_the_callers_static_key(self) -> None:
        """Sealed well by somebody who holds no private key: only the agreement can tell."""
        for point in LOW_ORDER:
            state = HandshakeState(False, b"prologue", SERVER)
            self.rejected(state, state.read, claim(point))


def claim(public: bytes) -> bytes:
    """A first message to the server from somebody who names ``public`` as its static key and has
    no private one: all that can be done without."""
    state: Any = HandshakeState(True, b"prologue", CLIENT, public_bytes(SERVER))
    state._ephemeral = X25519PrivateKey.generate()
    one_time = public_bytes(state._ephemeral)
    state._mix_hash(one_time)
    state._mix_key(state._agree("es"))
    sealed: bytes = state._encrypt_and_hash(public)
    state._mix_key(bytes(32))
    payload: bytes = state._encrypt_and_hash(b"")
    return one_time + sealed + payload
