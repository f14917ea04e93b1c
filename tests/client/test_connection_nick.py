"""The nick wanted, the one to be had, and what a connection does where they differ."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code
from chatd.wire import messages
from tests.client.by_hand import welcome
from tests.client.listener import Subscriber
from tests.support.network import Network


class NickTest(SynchronousTestCase):
    """The nick wanted, and the one to be had."""

    def setUp(self) -> None:
        self.network = Network()
        Subscriber(self.network, nick="Alice").start()

    def test_the_advice_is_taken(self) -> None:
        second = Subscriber(self.network)
        second.start()
        self.assertEqual(second.heard.take(messages.Welcome)[0].nick, "alice2")
        self.assertEqual(second.connection.nick, "alice2")

    def test_only_the_wanted_one_will_do(self) -> None:
        second = Subscriber(self.network, strict=True)
        second.start()
        assert second.error is not None
        self.assertEqual(second.error.code, Code.NICK_TAKEN)
        self.assertIn("alice is not free; alice2 would be", second.error.text)
        self.assertEqual(self.network.server.hub.counts()["sessions"], 1)

    def test_what_cannot_be_a_nick(self) -> None:
        for nick, code in (("no spaces", Code.NICK_INVALID), ("a" * 40, Code.NICK_TOO_LONG)):
            strict = Subscriber(self.network, nick=nick, strict=True)
            strict.start()
            assert strict.error is not None
            self.assertEqual(strict.error.code, code)
            lenient = Subscriber(self.network, nick=nick)
            lenient.start()
            self.assertTrue(lenient.connection.nick.startswith("rand"))

    def test_any_will_do(self) -> None:
        anybody = Subscriber(self.network, nick="", strict=True)
        anybody.start()
        self.assertEqual(anybody.connection.nick, "rand0")

    def test_somebody_was_faster(self) -> None:
        """Between the advice and the sign-in."""
        bob = Subscriber(by_hand=2)
        bob.start()
        bob.hands.made[0].say(messages.Closing(Code.NICK_TAKEN, "taken"))
        self.assertIsNotNone(bob.waiting)
        bob.network.advance(2)
        bob.hands.made[1].say(welcome())
        self.assertTrue(bob.online)
