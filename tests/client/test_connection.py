"""A connection that lasts: attempts, pauses, what makes it give up, how it is closed."""

from __future__ import annotations

from functools import partial

from twisted.internet.defer import Deferred
from twisted.internet.error import (
    ConnectionRefusedError,
    DNSLookupError,
    NoRouteError,
    TimeoutError,
)
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import fingerprint
from chatd.errors import ChatError, Code
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from client.connection import LOGOUT_TIMEOUT
from client.link import LAST_WORD
from client.model.uplink import Connecting, Online, Stopped, Waiting
from client.refusals import FINAL, KeyChanged, KeyUnknown
from tests.client.by_hand import welcome
from tests.client.listener import Subscriber
from tests.support.network import Network

join = partial(messages.Join, room="tea")


class AttemptTest(SynchronousTestCase):
    """Trying, waiting, trying again."""

    def test_the_way_in(self) -> None:
        alice = Subscriber()
        alice.start()
        told = [type(one) for one in alice.heard.told]
        self.assertEqual(told, [Connecting, messages.Welcome, Online])
        self.assertEqual(alice.connection.nick, "alice")

    def test_pauses_grow_to_a_bound(self) -> None:
        alice = Subscriber()
        alice.network.down = ConnectionRefusedError()
        alice.start()
        for attempt in range(120):
            waiting = alice.waiting
            assert waiting is not None
            least = min(0.5 * 1.8**attempt, 30.0)
            self.assertTrue(least <= waiting.seconds < least + 1, (attempt, waiting.seconds))
            alice.network.clock.advance(waiting.seconds)

    def test_pauses_begin_anew_after_a_welcome(self) -> None:
        alice = Subscriber()
        alice.network.down = ConnectionRefusedError()
        alice.start()
        alice.network.advance(100)
        alice.network.down = None
        alice.network.advance(31)
        self.assertTrue(alice.online)
        alice.line.cut()
        waiting = alice.waiting
        assert waiting is not None
        self.assertLess(waiting.seconds, 1.5)

    def test_the_servers_wish_is_granted(self) -> None:
        alice = Subscriber(by_hand=0)
        alice.start()
        alice.hands.made[0].refuse(Code.TOO_MANY_PENDING, "a little later", 40.0)
        self.assertEqual(alice.waiting, Waiting(40.0, "a little later"))
        alice.network.advance(39)
        self.assertEqual(len(alice.hands.made), 1)
        alice.network.advance(1)
        self.assertEqual(len(alice.hands.made), 2)

    def test_words_for_a_failed_attempt(self) -> None:
        for error, words in (
            (ConnectionRefusedError(), "nothing listens there; the server may not be running"),
            (DNSLookupError("no results"), "there is no host of this name, or no network here"),
            (TimeoutError(), "nothing answers there"),
            (NoRouteError(string="odd."), "No route to host: odd"),
        ):
            alice = Subscriber()
            alice.network.down = error
            alice.start()
            waiting = alice.waiting
            assert waiting is not None
            self.assertIn(f"cannot connect: {words}", waiting.reason)

    def test_what_is_asked_without_one(self) -> None:
        alice = Subscriber()
        alice.network.down = ConnectionRefusedError()
        alice.start()
        asked = self.failureResultOf(alice.connection.request(messages.Blocks), ChatError)
        self.assertEqual(asked.value.code, Code.CONNECTION_LOST)
        self.assertIn("try again when the connection is back", str(asked.value))

    def test_so_many_tries_and_no_more(self) -> None:
        alice = Subscriber(tries=3)
        alice.network.down = ConnectionRefusedError()
        alice.start()
        alice.network.advance(100)
        self.assertEqual(len(alice.heard.take(Connecting)), 3)
        assert alice.error is not None
        self.assertEqual(alice.error.code, Code.CONNECTION_LOST)

    def test_asked_again_after_giving_up(self) -> None:
        alice = Subscriber(tries=1)
        alice.network.down = ConnectionRefusedError()
        alice.start()
        self.assertIsNotNone(alice.error)
        alice.network.down = None
        alice.connection.reconnect_now()
        self.assertTrue(alice.online)

    def test_tries_count_before_the_first_welcome_only(self) -> None:
        alice = Subscriber(tries=1)
        alice.start()
        alice.network.down = ConnectionRefusedError()
        alice.line.cut()
        alice.network.advance(100)
        alice.network.down = None
        alice.network.advance(31)
        self.assertTrue(alice.online)

    def test_not_waiting_any_longer(self) -> None:
        alice = Subscriber()
        alice.network.down = ConnectionRefusedError()
        alice.start()
        alice.network.advance(100)
        alice.network.down = None
        alice.connection.reconnect_now()
        self.assertTrue(alice.online)
        alice.connection.reconnect_now()
        alice.network.advance(60)
        self.assertEqual(len(alice.network.lines), 1)

    def test_a_server_that_never_says_a_word(self) -> None:
        alice = Subscriber(by_hand=0)
        alice.start()
        alice.network.advance(10)
        waiting = alice.waiting
        assert waiting is not None
        self.assertIn("said nothing", waiting.reason)

    def test_an_endpoint_that_takes_its_time(self) -> None:
        alice = Subscriber()
        slow: Deferred[object] = Deferred()
        self.patch(alice.network, "connect", lambda factory: slow)
        alice.start()
        self.assertEqual(alice.heard.told, [Connecting()])
        slow.errback(ConnectionRefusedError())
        self.assertIsNotNone(alice.waiting)


class KeyTest(SynchronousTestCase):
    """The server's key is looked at before anything is said."""

    def test_an_unknown_key(self) -> None:
        alice = Subscriber(pin="")
        alice.start()
        error = alice.error
        assert isinstance(error, KeyUnknown)
        self.assertEqual(error.found, self.key_of(alice.network))
        self.nothing_was_said(alice)

    def test_a_changed_key(self) -> None:
        alice = Subscriber(pin="a" * 52)
        alice.start()
        error = alice.error
        assert isinstance(error, KeyChanged)
        self.assertEqual((error.link, error.found), (alice.link, self.key_of(alice.network)))
        self.nothing_was_said(alice)

    def test_a_key_that_changes_between_two_connections(self) -> None:
        alice = Subscriber()
        alice.start()
        alice.network.listening = alice.hands
        alice.hands._steps = 1
        alice.line.cut()
        alice.network.advance(2)
        self.assertIsInstance(alice.error, KeyChanged)
        self.nothing_was_said(alice)

    def key_of(self, network: Network) -> str:
        return fingerprint(public_bytes(network.server.around.static))

    def nothing_was_said(self, alice: Subscriber) -> None:
        made = len(alice.network.lines)
        alice.network.advance(100)
        self.assertEqual(len(alice.network.lines), made)
        self.assertEqual(alice.network.lines[-1].client.written, b"")
        self.assertTrue(alice.network.lines[-1].client.gone)


class GivingUpTest(SynchronousTestCase):
    """What another attempt cannot mend."""

    def test_final_words_of_the_server(self) -> None:
        for code in FINAL:
            alice = Subscriber(by_hand=2)
            alice.start()
            alice.hands.made[0].say(welcome(), messages.Closing(code, "that is all"))
            assert alice.error is not None
            self.assertEqual((alice.error.code, alice.error.text), (code, "that is all"))
            alice.network.advance(100)
            self.assertEqual(len(alice.hands.made), 1)
            self.assertFalse(alice.heard.take(Stopped)[1:])

    def test_other_last_words(self) -> None:
        for code in (Code.SHUTTING_DOWN, Code.SILENT, Code.TOO_SLOW, Code.INTERNAL, Code.BUSY):
            alice = Subscriber(by_hand=2)
            alice.start()
            alice.hands.made[0].say(welcome(), messages.Closing(code, "until soon"))
            self.assertIsNotNone(alice.waiting)
            alice.network.advance(2)
            self.assertEqual(len(alice.hands.made), 2)

    def test_what_anybody_could_have_said(self) -> None:
        """A refusal in clear never stops a connection for good."""
        for code in FINAL:
            alice = Subscriber(by_hand=0)
            alice.start()
            alice.hands.made[0].refuse(code, "go away")
            waiting = alice.waiting
            assert waiting is not None
            self.assertEqual(waiting.reason, "go away")

    def test_guests_are_not_let_in(self) -> None:
        network = Network()
        network.server.state.guests = False
        alice = Subscriber(network)
        alice.start()
        assert alice.error is not None
        self.assertEqual(alice.error.code, Code.GUESTS_OFF)


class ClosingTest(SynchronousTestCase):
    """Leaving for good, or without a word."""

    def test_logout(self) -> None:
        alice = Subscriber()
        alice.start()
        gone = alice.connection.logout()
        self.assertNoResult(gone)
        alice.network.settle()
        self.assertIsNone(self.successResultOf(gone))
        assert alice.error is not None
        self.assertEqual(alice.error.code, Code.LOGGED_OUT)
        self.assertEqual(alice.network.server.hub.counts()["sessions"], 0)
        alice.network.advance(100)
        self.assertEqual(len(alice.network.lines), 1)

    def test_logout_from_a_server_that_says_nothing(self) -> None:
        alice = Subscriber(by_hand=2)
        alice.start()
        alice.hands.made[0].say(welcome())
        alice.network.settle()
        gone = alice.connection.logout()
        alice.line.stuck = True
        alice.network.advance(LOGOUT_TIMEOUT + LAST_WORD - 0.5)
        self.assertNoResult(gone)
        alice.network.advance(0.5)
        self.successResultOf(gone)

    def test_stop_keeps_the_place(self) -> None:
        alice = Subscriber()
        alice.start()
        gone = alice.connection.stop()
        alice.network.settle()
        self.successResultOf(gone)
        self.assertEqual(alice.network.server.hub.counts()["sessions"], 1)
        alice.network.advance(31)
        self.assertEqual(alice.network.server.hub.counts()["sessions"], 0)

    def test_while_waiting_for_the_next_attempt(self) -> None:
        for name in ("stop", "logout"):
            alice = Subscriber()
            alice.network.down = ConnectionRefusedError()
            alice.start()
            self.successResultOf(getattr(alice.connection, name)())
            alice.network.down = None
            alice.network.advance(100)
            self.assertEqual(alice.network.lines, [])

    def test_while_connecting(self) -> None:
        for name in ("stop", "logout"):
            alice = Subscriber()
            cancelled: list[object] = []
            slow: Deferred[object] = Deferred(cancelled.append)
            self.patch(alice.network, "connect", lambda factory, slow=slow: slow)
            alice.start()
            self.successResultOf(getattr(alice.connection, name)())
            self.assertEqual(cancelled, [slow])
            self.assertIsNotNone(alice.error)

    def test_within_a_handshake(self) -> None:
        for steps in range(3):
            for name in ("stop", "logout"):
                alice = Subscriber(by_hand=steps)
                alice.start()
                gone = getattr(alice.connection, name)()
                alice.network.settle()
                self.successResultOf(gone)
                alice.network.advance(100)
                self.assertEqual(len(alice.hands.made), 1)

    def test_before_anything_and_twice(self) -> None:
        alice = Subscriber()
        self.successResultOf(alice.connection.logout())
        alice.start()
        first, second = alice.connection.logout(), alice.connection.logout()
        alice.network.settle()
        self.successResultOf(first)
        self.successResultOf(second)
        self.successResultOf(alice.connection.stop())

    def test_requests_without_a_connection(self) -> None:
        alice = Subscriber()
        error = self.failureResultOf(alice.connection.request(join), ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)
