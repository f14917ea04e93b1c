"""Heartbeats, silence, and the end of a connection: seed 001's times."""

from __future__ import annotations

from typing import Any

from chatd.domain.commands import Standing
from chatd.domain.limits import Limits, Liveness
from chatd.errors import ChatError, Code
from chatd.protocols.native.session import LAST_WORD
from chatd.wire import messages
from tests.protocols.native.case import NativeCase
from tests.protocols.native.signed import Signed


class TimedCase(NativeCase):
    """A listening factory: its tick runs."""

    def setUp(self) -> None:
        super().setUp()
        self.factory.startFactory()
        self.addCleanup(self.factory.stopFactory)
        self.alice = self.signed("alice")

    def pass_time(self, seconds: float, *saying: Any) -> list[Any]:
        """Second by second, with alice saying this each time; what she hears."""
        heard: list[Any] = []
        for _ in range(int(seconds)):
            self.server.clock.advance(1)
            if saying:
                self.alice.send(*saying)
            heard += self.alice.received()
        return heard


class Heartbeats(TimedCase):
    def test_after_six_seconds_of_ones_own_silence(self) -> None:
        """To the second, which is how often the server looks."""
        for _ in range(3):
            self.assertEqual(self.pass_time(6), [])
            self.assertEqual(self.pass_time(1), [messages.Heartbeat()])
            self.alice.send(messages.Heartbeat())

    def test_none_while_there_is_something_to_say(self) -> None:
        heard = self.pass_time(15, messages.Measure(1))
        self.assertEqual({type(one) for one in heard}, {messages.Status})

    def test_the_clients_is_not_answered(self) -> None:
        self.assertEqual(self.pass_time(5, messages.Heartbeat()), [])


class Silence(TimedCase):
    def warnings(self, heard: list[Any]) -> list[Any]:
        return [one for one in heard if not isinstance(one, messages.Heartbeat)]

    def test_warned_then_closed(self) -> None:
        self.assertEqual(self.warnings(self.pass_time(19)), [])
        (warning,) = self.warnings(self.pass_time(1))
        self.assertEqual((type(warning), warning.code), (messages.Warned, Code.SILENT))
        self.assertIn("20 s", warning.text)
        self.assertEqual(self.warnings(self.pass_time(9)), [], "warned once")
        (closing,) = self.warnings(self.pass_time(1))
        self.assertEqual((type(closing), closing.code), (messages.Closing, Code.SILENT))
        self.assertTrue(self.alice.transport.disconnecting)
        self.assertEqual(self.server.audit.codes("closed"), [Code.SILENT])

    def test_a_heartbeat_is_enough(self) -> None:
        for _ in range(5):
            self.pass_time(29)
            self.alice.send(messages.Heartbeat())
        self.assertFalse(self.alice.transport.disconnecting)

    def test_warned_again_after_a_word(self) -> None:
        for _ in range(2):
            self.assertEqual(len(self.warnings(self.pass_time(25))), 1)
            self.alice.send(messages.Heartbeat())

    def test_other_times(self) -> None:
        self.server.hub.configure(
            Limits(), Liveness(2, 4, 8), True, "", passwords=False, devices=False
        )
        heard = [type(one).__name__ for one in self.pass_time(9)]
        self.assertEqual(heard[:2], ["Heartbeat", "Warned"])
        self.assertEqual(heard[-1], "Closing")

    def test_somebody_whose_requests_wait_is_not_silent(self) -> None:
        """Reading is paused: it is the server that does not listen."""
        self.alice.send(messages.Join(1, "vault", "secret"))
        bob = self.signed("bob")
        self.server.passwords.slow = True
        bob.send(messages.Join(1, "vault", "secret"), *[messages.Measure(n) for n in range(2, 40)])
        self.assertEqual(bob.transport.producerState, "paused")
        self.pass_time(40, messages.Heartbeat())
        self.assertEqual(bob.received(), [])
        self.server.passwords.waiting.pop().callback(True)
        self.assertEqual(len(bob.received()), 39)
        self.assertEqual(bob.transport.producerState, "producing")

    def test_its_place_is_kept_for_thirty_seconds_more(self) -> None:
        self.pass_time(30)
        self.alice.lose()
        self.assertEqual(self.server.hub.counts()["sessions"], 1)
        self.server.clock.advance(30)
        self.assertEqual(self.server.hub.counts()["sessions"], 0)

    def test_who_does_not_take_the_last_word_is_cut_off(self) -> None:
        self.pass_time(30)
        self.server.clock.advance(LAST_WORD - 0.1)
        self.assertFalse(self.alice.transport.disconnected)
        self.server.clock.advance(0.1)
        self.assertTrue(self.alice.transport.disconnected)

    def test_nothing_is_left_to_do_afterwards(self) -> None:
        self.pass_time(30)
        self.alice.lose()
        self.server.clock.advance(60)
        self.factory.stopFactory()
        self.server.turn()
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
        self.assertEqual(self.factory.sessions, set())


class Leaving(TimedCase):
    def test_logout(self) -> None:
        bob = self.signed("bob")
        for person in (self.alice, bob):
            person.send(messages.Join(1, "room"))
        bob.received()
        self.alice.send(messages.Logout(2), messages.Say(3, "room", "never"))
        status, closing = self.alice.received()[-2:]
        self.assertEqual((status.id, status.code), (2, 0))
        self.assertEqual((type(closing), closing.code), (messages.Closing, Code.LOGGED_OUT))
        self.assertTrue(self.alice.transport.disconnecting)
        left, owner = bob.received()
        self.assertEqual(left, messages.Left("room", "alice", True))
        self.assertEqual(owner, messages.StandingChanged("room", "bob", Standing.OWNER))
        self.alice.lose()
        self.assertEqual([event for event, _ in self.server.audit.lines][-1], "signed_out")
        Signed(self.server, self.factory, "alice")

    def test_the_server_is_shutting_down(self) -> None:
        self.server.hub.close_all(ChatError(Code.SHUTTING_DOWN, wait=1.0))
        (closing,) = self.alice.received()
        self.assertEqual((closing.code, closing.wait), (Code.SHUTTING_DOWN, 1.0))
        self.assertIn("shutting down", closing.text)
        self.assertTrue(self.alice.transport.disconnecting)
        self.alice.write(b"\0\0")
        self.alice.lose()
        self.assertEqual(self.server.around.connections, set())
        self.assertEqual(self.server.audit.codes("closed"), [Code.SHUTTING_DOWN])
