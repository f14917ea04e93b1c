"""Those who are too fast are slowed down, those who are too slow cost nobody else anything."""

from __future__ import annotations

from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.protocols.inbox import PAUSE_AT
from chatd.wire import messages
from tests.protocols.native.case import NativeCase


class TooManyMessages(NativeCase):
    def test_refused_with_the_time_to_wait(self) -> None:
        alice, bob = self.signed("alice"), self.signed("bob")
        alice.send(*[messages.Direct(number, "bob", str(number)) for number in range(6)])
        answers = alice.received()
        self.assertEqual([one.code for one in answers], [0] * 4 + [Code.TOO_MANY_MESSAGES] * 2)
        self.assertEqual([one.wait for one in answers], [0.0] * 4 + [5.0] * 2)
        self.assertEqual([one.text for one in bob.received()], ["0", "1", "2", "3"])
        self.server.clock.advance(5)
        alice.send(messages.Direct(9, "bob", "4"))
        self.assertEqual([one.code for one in alice.received()], [0])

    def test_audited_once(self) -> None:
        alice = self.signed("alice")
        alice.send(*[messages.Direct(number, "alice", "x") for number in range(9)])
        events = [event for event, _ in self.server.audit.lines]
        self.assertEqual(events.count("rate_limited"), 1)


class TooManyRequests(NativeCase):
    """Beyond its budget of requests a session is not read from; nothing of it is lost."""

    limits = Limits(rate_count=0)

    def setUp(self) -> None:
        super().setUp()
        self.server.around.commands = (8.0, 20)
        self.alice = self.signed("alice")

    def ask(self, count: int) -> None:
        self.alice.send(*[messages.Measure(number) for number in range(count)])

    def answered(self) -> int:
        return len(self.alice.received())

    def test_a_burst_is_free(self) -> None:
        self.ask(20)
        self.assertEqual(self.answered(), 20)
        self.assertEqual(self.alice.transport.producerState, "producing")

    def test_then_so_many_a_second(self) -> None:
        self.ask(20 + PAUSE_AT)
        self.assertEqual(self.answered(), 20)
        self.assertEqual(self.alice.transport.producerState, "paused")
        self.server.clock.advance(0.125)
        self.assertEqual(self.answered(), 1)
        self.assertEqual(self.alice.transport.producerState, "producing")
        for _ in range(PAUSE_AT):
            self.server.clock.advance(0.125)
        self.assertEqual(self.answered(), PAUSE_AT - 1)

    def test_a_second_of_rest_gives_eight_more(self) -> None:
        self.ask(20)
        self.server.clock.advance(1)
        self.ask(12)
        self.assertEqual(self.answered(), 28)

    def test_a_long_rest_gives_a_burst_and_no_more(self) -> None:
        self.ask(20)
        self.server.clock.advance(3600)
        self.ask(30)
        self.assertEqual(self.answered(), 40)

    def test_a_budget_that_is_no_round_number(self) -> None:
        self.server.around.commands = (1 / 3, 1)
        bob = self.signed("bob")
        bob.send(*[messages.Measure(number) for number in range(3)])
        for _ in range(70):
            self.server.clock.advance(0.1)
        self.assertEqual(len(bob.received()), 3)

    def test_others_do_not_notice(self) -> None:
        bob = self.signed("bob")
        self.ask(100)
        bob.send(messages.Measure(1))
        self.assertEqual(len(bob.received()), 1)

    def test_who_hangs_up_meanwhile(self) -> None:
        self.ask(100)
        self.alice.lose()
        self.server.clock.advance(60)
        self.server.turn()
        self.assertEqual(self.server.clock.getDelayedCalls(), [])

    def test_no_budget(self) -> None:
        self.server.around.commands = (0, 0)
        bob = self.signed("bob")
        bob.send(*[messages.Measure(number) for number in range(5000)])
        self.assertEqual(len(bob.received()), 5000)


class TooSlow(NativeCase):
    """A peer whose transport is full, and more is said than may wait."""

    limits = Limits(rate_count=0)
    LIMIT = 64 * 1024

    def setUp(self) -> None:
        super().setUp()
        self.server.around.send_queue = self.LIMIT
        self.alice, self.bob = self.signed("alice"), self.signed("bob")
        for person in (self.alice, self.bob):
            person.send(messages.Join(1, "room"))
            person.received()
        self.bob.protocol.outlet.pauseProducing()

    def say(self, size: int) -> None:
        self.alice.send(messages.Say(2, "room", "x" * size))
        self.server.turn()

    def test_it_waits_within_the_limit(self) -> None:
        for _ in range(4):
            self.say(15_000)
        self.assertEqual(self.bob.transport.value(), b"")
        self.bob.protocol.outlet.resumeProducing()
        said = [one for one in self.bob.received() if isinstance(one, messages.RoomSaid)]
        self.assertEqual([len(one.text) for one in said], [15_000] * 4)

    def test_beyond_it_the_connection_is_given_up(self) -> None:
        for _ in range(5):
            self.say(15_000)
        self.assertTrue(self.bob.transport.disconnected)
        self.assertEqual(self.bob.transport.value(), b"")
        self.assertEqual(self.server.audit.codes("closed"), [Code.TOO_SLOW])
        self.assertEqual([one.code for one in self.alice.received()[-5:]], [0] * 5)

    def test_nothing_more_is_kept_for_it(self) -> None:
        for _ in range(5):
            self.say(15_000)
        self.say(15_000)
        self.assertEqual(self.bob.protocol.outlet.waiting, 0)

    def test_it_may_come_back(self) -> None:
        for _ in range(5):
            self.say(15_000)
        self.bob.lose()
        self.assertEqual(self.server.audit.lines[-1][0], "suspended")
        self.assertEqual(self.server.hub.counts()["sessions"], 2)

    def test_its_goodbye_waits_with_the_rest(self) -> None:
        self.say(100)
        self.bob.send(messages.Logout(9))
        self.server.turn()
        self.assertFalse(self.bob.transport.disconnecting)
        self.bob.protocol.outlet.resumeProducing()
        self.assertTrue(self.bob.transport.disconnecting)
        kinds = [type(one).__name__ for one in self.bob.received()]
        self.assertEqual(kinds, ["RoomSaid", "Status", "Closing"])
