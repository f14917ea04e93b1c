"""A lost native connection comes back: under its own key, with its secret, within the time."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.hub.parked import ROOM_FOR
from chatd.wire import messages
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import NativeCase


class Resuming(NativeCase):
    limits = Limits(rate_count=0)

    def setUp(self) -> None:
        super().setUp()
        self.key = X25519PrivateKey.generate()
        self.bob = self.signed("bob")
        self.bob.send(messages.Join(1, "room"))
        self.alice = Caller(self.server, self.factory, self.key)
        (self.welcome,) = self.alice.sign_in("alice")
        self.alice.send(messages.Join(1, "room"))
        self.alice.received(), self.bob.received()

    def back(
        self, key: X25519PrivateKey | None = None, session: bytes = b"", secret: bytes | None = None
    ) -> list[Any]:
        """What the server says to alice's next connection, which asks for the nick amy."""
        self.new = Caller(self.server, self.factory, key or self.key)
        resume = messages.Resume(
            session or self.welcome.session, self.welcome.resume if secret is None else secret
        )
        return self.new.sign_in("amy", resume)

    def test_the_same_session(self) -> None:
        self.alice.lose()
        (welcome,) = self.back()
        self.assertEqual((welcome.nick, welcome.resumed, welcome.missed), ("alice", True, False))
        self.assertEqual(welcome.session, self.welcome.session)
        self.assertEqual([room.room for room in welcome.rooms], ["room"])
        self.assertEqual(self.bob.received(), [], "nobody is told")
        self.new.send(messages.Say(1, "room", "back"))
        self.assertEqual([one.text for one in self.bob.received()], ["back"])

    def test_what_was_said_meanwhile_comes_after_welcome(self) -> None:
        self.alice.lose()
        self.bob.send(messages.Say(2, "room", "one"), messages.Direct(3, "alice", "two"))
        self.server.turn()
        self.bob.send(messages.Say(4, "room", "three"))
        welcome, *kept = self.back()
        self.assertTrue(welcome.resumed)
        self.assertEqual({one.text for one in kept}, {"one", "two", "three"})
        room = [one.text for one in kept if isinstance(one, messages.RoomSaid)]
        self.assertEqual(room, ["one", "three"])

    def test_more_than_is_kept(self) -> None:
        self.alice.lose()
        text = "x" * 16_000
        for number in range(ROOM_FOR // 16_000 + 1):
            self.bob.send(messages.Direct(number, "alice", text))
        (welcome,) = self.back()
        self.assertEqual((welcome.resumed, welcome.missed), (True, True))

    def test_another_key(self) -> None:
        self.alice.lose()
        (welcome,) = self.back(X25519PrivateKey.generate())
        self.assertEqual((welcome.nick, welcome.resumed), ("amy", False))
        self.assertNotEqual(welcome.session, self.welcome.session)

    def test_another_secret_or_session(self) -> None:
        self.alice.lose()
        for session, secret in (
            (self.welcome.session, bytes(32)),
            (self.welcome.session, b""),
            (bytes(16), self.welcome.resume),
        ):
            welcome = self.back(None, session, secret)[0]
            self.assertEqual((welcome.nick, welcome.resumed), ("amy", False))
            self.new.send(messages.Logout(1))

    def test_too_late(self) -> None:
        self.alice.lose()
        self.server.clock.advance(30)
        self.assertEqual(self.bob.received(), [messages.Left("room", "alice", True)])
        self.assertFalse(self.back()[0].resumed)

    def test_after_a_logout(self) -> None:
        self.alice.send(messages.Logout(2))
        self.assertFalse(self.back()[0].resumed)

    def test_over_a_connection_that_seems_open(self) -> None:
        (welcome,) = self.back()
        self.assertEqual((welcome.resumed, welcome.missed), (True, True))
        (closing,) = self.alice.received()
        self.assertEqual((type(closing), closing.code), (messages.Closing, Code.REPLACED))
        self.assertTrue(self.alice.transport.disconnecting)
        self.alice.lose()
        self.bob.send(messages.Say(2, "room", "hi"))
        self.assertEqual([one.text for one in self.new.received()], ["hi"])
        self.assertEqual(self.server.hub.counts()["sessions"], 2)
        self.assertEqual(self.server.audit.codes("closed"), [Code.REPLACED])

    def test_what_the_old_connection_still_says_is_not_heard(self) -> None:
        self.back()
        self.alice.send(messages.Say(2, "room", "ghost"))
        self.assertEqual(self.bob.received(), [])

    def test_a_request_of_the_old_connection_that_was_under_way(self) -> None:
        """It is done; its answer has nowhere to go."""
        self.bob.send(messages.Join(2, "vault", "secret"))
        self.server.passwords.slow = True
        self.alice.send(messages.Join(2, "vault", "secret"))
        self.back()
        self.server.passwords.waiting.pop().callback(True)
        self.assertEqual(self.new.received(), [])
        self.new.send(messages.Mine(1))
        self.assertEqual(self.new.received()[0].code, 0)

    def test_again_and_again(self) -> None:
        for _ in range(3):
            self.alice.lose()
            (welcome,) = self.back()
            self.assertTrue(welcome.resumed)
            self.alice = self.new

    def test_the_secret_is_in_no_log(self) -> None:
        self.alice.lose()
        self.back()
        self.assertNotIn(self.welcome.resume.hex(), str(self.server.audit.lines))
        self.assertNotIn(repr(self.welcome.resume), str(self.server.audit.lines))
