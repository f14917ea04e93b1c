"""Whatever is told, lost, repeated or fetched in whichever order: each message is taken once, in
order, and in the end all of them."""

from __future__ import annotations

from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.trial.unittest import SynchronousTestCase

from client.delivery.positions import Positions

ROOM = b"room"
#: What a conversation begins to count after.
BIRTH = 1000


class Conversation(RuleBasedStateMachine):
    """A conversation on a server, and a device that hears of it on a bad line.

    :ivar said: all numbers so far; of :attr:`own`, which this device said, it hears by answers.
    :ivar told: what is on its way to the device.
    :ivar answers: numbers of own messages that the device will hear of.
    :ivar page: what was asked for last: after which number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.positions = Positions({ROOM: BIRTH})
        self.last = BIRTH
        self.own: set[int] = set()
        self.told: list[int] = []
        self.answers: list[int] = []
        self.pages: list[tuple[list[int], int]] = []
        self.taken: list[int] = []

    @rule(own=some.booleans(), lost=some.booleans())
    def say(self, own: bool, lost: bool) -> None:
        """Somebody says something; a connection that breaks loses what was on its way."""
        self.last += 1
        if own:
            self.own.add(self.last)
        if not lost:
            (self.answers if own else self.told).append(self.last)

    @precondition(lambda self: self.told)
    @rule(again=some.booleans(), which=some.integers(0, 3))
    def hear(self, again: bool, which: int) -> None:
        """One is told, perhaps too early, perhaps not for the last time."""
        number = self.told[which % len(self.told)]
        if not again:
            self.told.remove(number)
        if self.positions.take(ROOM, number):
            self.taken.append(number)

    @precondition(lambda self: self.answers)
    @rule()
    def hear_of_own(self) -> None:
        self.positions.own(ROOM, self.answers.pop(0))

    @rule(count=some.integers(1, 4))
    def ask(self, count: int) -> None:
        """A page as the server has it now; it comes later."""
        after = self.positions[ROOM]
        others = [number for number in range(after + 1, self.last + 1) if number not in self.own]
        upto = others[count - 1] if len(others) >= count else self.last
        self.pages.append((others[:count], max(upto, after)))

    @precondition(lambda self: self.pages)
    @rule()
    def read(self) -> None:
        """The page is here, after what was told meanwhile."""
        numbers, upto = self.pages.pop(0)
        self.taken += [number for number in numbers if self.positions.fetch(ROOM, number)]
        self.positions.reach(ROOM, upto)

    @invariant()
    def once_and_in_order(self) -> None:
        """All others' messages up to the position, and nothing else."""
        reached = range(BIRTH + 1, self.positions[ROOM] + 1)
        assert self.taken == [number for number in reached if number not in self.own]

    @invariant()
    def what_is_lacking_is_known(self) -> None:
        """What was told and is not taken makes it ask."""
        assert self.positions[ROOM] <= self.last
        if self.positions.lacks(ROOM):
            assert self.positions[ROOM] < self.last

    def teardown(self) -> None:
        """In the end it asks until there is nothing more."""
        while self.pages:
            self.read()
        while self.positions[ROOM] < self.last:
            self.ask(4)
            self.read()
            self.once_and_in_order()


class PositionsTests(SynchronousTestCase):
    def test_any_order(self) -> None:
        run_state_machine_as_test(Conversation)

    def test_a_conversation_that_is_not_known_begins_with_what_is_told(self) -> None:
        positions = Positions({})
        self.assertTrue(positions.take(ROOM, 7))
        self.assertFalse(positions.take(ROOM, 7))
        self.assertEqual(positions[ROOM], 7)

    def test_one_that_begins_with_a_word_of_ones_own(self) -> None:
        positions = Positions({})
        positions.own(ROOM, 7)
        self.assertEqual(positions[ROOM], 7)
        self.assertTrue(positions.take(ROOM, 8))

    def test_what_is_missing(self) -> None:
        positions = Positions({ROOM: 3})
        self.assertFalse(positions.take(ROOM, 5))
        self.assertTrue(positions.lacks(ROOM))
        positions.give_up(ROOM)
        self.assertFalse(positions.lacks(ROOM))

    def test_own_words_that_are_ahead(self) -> None:
        """They are passed over as soon as what came before them is taken."""
        positions = Positions({ROOM: 3})
        for number in (5, 6, 8):
            positions.own(ROOM, number)
        self.assertEqual(positions[ROOM], 3)
        self.assertTrue(positions.take(ROOM, 4))
        self.assertEqual(positions[ROOM], 6)
        positions.reach(ROOM, 7)
        self.assertEqual(positions[ROOM], 8)

    def test_a_page_that_ends_before_the_position(self) -> None:
        positions = Positions({ROOM: 9})
        positions.reach(ROOM, 4)
        self.assertEqual(positions[ROOM], 9)
        self.assertFalse(positions.fetch(ROOM, 9))
