"""Signing in as a member: what READY shows, and when a token is confirmed."""

from __future__ import annotations

import hmac
import os
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chatd.errors import Code
from chatd.wire import messages
from client.credentials import Member
from client.refusals import FINAL
from client.vault.identity import Enrolment, Identity
from client.vault.keys import device_public, new_device_key, new_root_key, root_public
from tests.client.by_hand import ByHand, welcome
from tests.client.listener import Subscriber
from tests.client.vault.vault_case import VaultCase

TOKEN, NEXT = b"1" * 32, b"2" * 32


class MemberTest(VaultCase):
    """A member's connection to a server whose words are said by hand.

    :ivar vault: holds a token, unless a test says otherwise.
    """

    def setUp(self) -> None:
        super().setUp()
        self.vault = self.create()
        self.holds(
            device_key=new_device_key(), root_key=new_root_key(), token=TOKEN, enrolment=None
        )

    def holds(self, **changes: Any) -> None:
        """The vault is saved with these."""
        self.vault.save(msgspec.structs.replace(self.vault.identity, **changes))

    def kept(self) -> Identity:
        """What is on the disk."""
        self.vault.close()
        self.vault = self.open()
        return self.vault.identity

    def connect(self, password: str = "", **options: Any) -> Subscriber:
        """As far as READY."""
        self.member = Member(self.vault, "laptop", password)
        alice = Subscriber(by_hand=2, nick="", credentials=self.member, **options)
        alice.hands.announced["methods"] = ["password", "enrol", "device"]
        alice.start()
        return alice

    def ready(self, alice: Subscriber) -> messages.Ready:
        """The first thing said on the last connection."""
        alice.network.settle()
        (ready,) = alice.hands.made[-1].took()
        assert isinstance(ready, messages.Ready)
        return ready

    def me(self, **changes: Any) -> messages.Me:
        identity = self.vault.identity
        root = root_public(identity.root_key)
        usual = messages.Me(b"a" * 16, "alice", "", 1, "member", root, b"d" * 16, False, NEXT)
        return msgspec.structs.replace(usual, **changes)

    def asked(self, server: ByHand) -> list[object]:
        return [one for one in server.took() if not isinstance(one, messages.Measure)]


class ReadyTest(MemberTest):
    def test_by_token(self) -> None:
        ready = self.ready(self.connect())
        self.assertEqual((ready.method, ready.nick, ready.secret), ("device", "", TOKEN))
        self.assertIsNone(ready.device)

    def test_by_one_time_id(self) -> None:
        """A token that may be there as well is not shown: the device may be suspended."""
        self.holds(enrolment=Enrolment(b"7K3M"))
        ready = self.ready(self.connect())
        self.assertEqual((ready.method, ready.nick, ready.secret), ("enrol", "", b"7K3M"))
        root = root_public(self.vault.identity.root_key)
        self.assertEqual(ready.device, messages.NewDevice("laptop", root, b""))

    def test_by_the_link_of_another_device(self) -> None:
        """The proof is an HMAC over the label, the static key and no end-to-end keys."""
        self.holds(enrolment=Enrolment(b"7K3M", b"s" * 16))
        ready = self.ready(self.connect())
        proved = b"chatd device proof 1\0" + device_public(self.vault.identity.device_key)
        assert ready.device is not None
        expected = hmac.digest(b"s" * 16, proved + bytes(64), "sha256")
        self.assertEqual(ready.device.proof, expected)

    def test_by_password(self) -> None:
        self.holds(token=b"", handle="Bob", account=b"")
        ready = self.ready(self.connect("geheim \N{LATIN SMALL LETTER U WITH DIAERESIS}"))
        self.assertEqual((ready.method, ready.nick), ("password", "Bob"))
        self.assertEqual(ready.secret, b"geheim \xc3\xbc")
        assert ready.device is not None
        self.assertEqual((ready.device.name, ready.device.proof), ("laptop", b""))

    def test_the_key_is_the_devices(self) -> None:
        self.assertEqual(self.member_key(), device_public(self.vault.identity.device_key))

    def member_key(self) -> bytes:
        return Member(self.vault).key.public_key().public_bytes_raw()

    def test_the_handle_is_not_in_the_second_step(self) -> None:
        alice = self.connect()
        self.assertEqual(alice.connection.wish, "")

    def test_a_way_in_that_is_closed(self) -> None:
        alice = self.connect()
        alice.hands.announced["methods"] = ["guest", "password"]
        alice.line.cut()
        alice.network.advance(2)
        assert alice.error is not None
        self.assertEqual(alice.error.code, Code.METHOD_OFF)

    def test_no_name_is_too_long(self) -> None:
        self.holds(enrolment=Enrolment(b"7K3M"))
        self.member = Member(self.vault, "x" * 100)
        device = self.member.ready("", None).device
        assert device is not None
        self.assertEqual(device.name, "x" * 64)

    def test_a_name_that_is_not_utf_8_stops_nothing(self) -> None:
        self.holds(enrolment=Enrolment(b"7K3M"))
        device = Member(self.vault, "caf\udce9").ready("", None).device
        assert device is not None
        self.assertEqual(device.name, "caf?")


class KeepTest(MemberTest):
    """WELCOME, then the disk, then ConfirmToken."""

    def test_stored_then_confirmed(self) -> None:
        alice = self.connect()
        alice.hands.made[0].took()
        alice.hands.made[0].say(welcome(me=self.me()))
        self.assertTrue(alice.online)
        self.assertEqual(self.asked(alice.hands.made[0]), [messages.ConfirmToken(1, NEXT)])
        kept = self.kept()
        self.assertEqual((kept.token, kept.handle), (NEXT, "alice"))
        self.assertEqual((kept.account, kept.device), (b"a" * 16, b"d" * 16))

    def test_an_enrolment_is_over(self) -> None:
        self.holds(enrolment=Enrolment(b"7K3M"), account=b"", token=b"")
        alice = self.connect()
        alice.hands.made[0].say(welcome(me=self.me()))
        self.assertTrue(alice.online)
        kept = self.kept()
        self.assertIsNone(kept.enrolment)
        self.assertEqual(kept.token, NEXT)
        self.assertTrue(kept.root_key)

    def test_a_root_that_the_account_did_not_take(self) -> None:
        """Its first device made another one."""
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        self.holds(enrolment=Enrolment(b"7K3M"), account=b"", token=b"")
        alice = self.connect()
        alice.hands.made[0].say(welcome(me=self.me(root=other)))
        self.assertTrue(alice.online)
        self.assertEqual(self.kept().root_key, b"")

    def test_no_server_talks_a_member_out_of_the_root(self) -> None:
        alice = self.connect()
        before = self.vault.identity.root_key
        alice.hands.made[0].say(welcome(me=self.me(root=b"x" * 32)))
        self.assertTrue(alice.online)
        self.assertEqual(self.kept().root_key, before)

    def test_a_session_taken_back_brings_no_token(self) -> None:
        alice = self.connect()
        alice.hands.made[0].took()
        alice.hands.made[0].say(welcome(me=self.me(token=b"")))
        self.assertTrue(alice.online)
        self.assertEqual(self.asked(alice.hands.made[0]), [])
        self.assertEqual(self.kept().token, TOKEN)

    def test_the_disk_is_full(self) -> None:
        """The session goes on, nothing is confirmed, the old token is shown again."""
        alice = self.connect()
        alice.hands.made[0].took()
        self.patch(os, "fsync", self.full)
        alice.hands.made[0].say(welcome(me=self.me()))
        self.assertTrue(alice.online)
        (told,) = alice.heard.take(str)
        self.assertIn("the next sign-in still uses what this one did", told)
        self.assertIn("No space left", told)
        self.assertEqual(self.asked(alice.hands.made[0]), [])
        self.assertEqual(self.vault.identity.token, TOKEN)
        self.assertEqual(self.kept().token, TOKEN)

    def full(self, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def test_a_confirmation_that_is_refused_or_lost(self) -> None:
        for end in ("refuse", "lose"):
            alice = self.connect()
            server = alice.hands.made[0]
            server.took()
            server.say(welcome(me=self.me()))
            alice.network.settle()
            if end == "refuse":
                server.say(messages.Status(1, Code.TOKEN_UNKNOWN, "what?"))
                self.assertTrue(alice.online)
            else:
                alice.line.cut()
                self.assertIsNotNone(alice.waiting)
            self.assertEqual(self.vault.identity.token, NEXT)

    def test_the_next_connection_shows_the_next_token(self) -> None:
        """Where the session cannot be taken back; with the words that would take it."""
        alice = self.connect()
        alice.hands.made[0].took()
        alice.hands.made[0].say(welcome(me=self.me()))
        alice.network.settle()
        alice.line.cut()
        alice.network.advance(2)
        ready = self.ready(alice)
        self.assertEqual(ready.secret, NEXT)
        self.assertEqual(ready.resume, messages.Resume(b"s", b"r"))


class RefusedTest(MemberTest):
    def test_what_waiting_cannot_mend(self) -> None:
        for code in (
            *(Code.CREDENTIALS_WRONG, Code.ID_UNKNOWN, Code.ID_EXPIRED, Code.ID_USED),
            *(Code.ACCOUNT_DISABLED, Code.DEVICE_UNKNOWN, Code.DEVICE_SUSPENDED),
            *(Code.DEVICE_REVOKED, Code.VAULT_COPIED, Code.DEVICE_TAKEN, Code.TOO_MANY_DEVICES),
        ):
            self.assertIn(code, FINAL)

    def test_told_to_wait(self) -> None:
        for code in (Code.LOCKED_OUT, Code.TOO_MANY_SIGN_INS):
            alice = self.connect()
            alice.hands.made[0].say(messages.Closing(code, "wait", 60.0))
            waiting = alice.waiting
            assert waiting is not None
            self.assertEqual(waiting.seconds, 60.0)

    def test_another_connection_was_faster(self) -> None:
        alice = self.connect()
        alice.hands.made[0].say(messages.Closing(Code.CONNECTION_OUTDATED, "again"))
        self.assertIsNotNone(alice.waiting)
        alice.network.advance(2)
        self.assertEqual(self.ready(alice).secret, TOKEN)

    def test_no_secret_in_any_repr(self) -> None:
        member = Member(self.vault, "laptop", "password of the account")
        for text in (repr(member), repr(member.ready("", None)), repr(self.me())):
            self.assertNotIn("password of", text)
            self.assertNotIn(repr(NEXT)[2:-1], text)
            self.assertNotIn(repr(TOKEN)[2:-1], text)
