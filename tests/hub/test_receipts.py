"""Who hears how far their messages have got: when it changes, for as long as they have to know."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.events import ProgressChanged
from chatd.domain.message import PersonProgress
from chatd.domain.results import Progress
from chatd.errors import Code, Refused
from chatd.hub.receipts import INTERVAL, Lowest, Receipts

TEA, DEN = b"tea", b"den"
ANNA, BOB, CAROL = b"anna", b"bob", b"carol"


def people(*progress: tuple[int, int]) -> list[PersonProgress]:
    """How far anna, bob and carol are: delivered, read."""
    names = (ANNA, BOB, CAROL)[: len(progress)]
    return [
        PersonProgress(name, name.decode(), *far) for name, far in zip(names, progress, strict=True)
    ]


class TheLowest(SynchronousTestCase):
    def test_of_all_others(self) -> None:
        lowest = Lowest(people((9, 1), (4, 4), (5, 0)))
        self.assertEqual(lowest.but(ANNA), Progress(4, 0))
        self.assertEqual(lowest.but(BOB), Progress(5, 0))
        self.assertEqual(lowest.but(CAROL), Progress(4, 1))

    def test_of_those_who_left(self) -> None:
        """They still get what was said before, and need not read it."""
        gone = PersonProgress(b"dave", "dave", 2, 0, left=True)
        lowest = Lowest([*people((9, 1), (4, 4), (5, 3)), gone])
        self.assertEqual(lowest.but(ANNA), Progress(2, 3))

    def test_of_nobody(self) -> None:
        self.assertEqual(Lowest(people((3, 3))).but(ANNA), Progress(0, 0))
        self.assertEqual(Lowest([]).but(ANNA), Progress(0, 0))


class Rounds(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.now: dict[bytes, Deferred[list[PersonProgress]]] = {}
        self.told: list[tuple[bytes, ProgressChanged]] = []
        self.blockers: dict[bytes, set[bytes]] = {}
        self.receipts = Receipts(
            self.clock, self.read, self.tell, lambda account: self.blockers.get(account, set())
        )

    def read(self, conversation: bytes) -> Deferred[list[PersonProgress]]:
        return self.now.pop(conversation)

    def tell(self, account: bytes, event: ProgressChanged) -> None:
        self.told.append((account, event))

    def moved(self, conversation: bytes, *progress: tuple[int, int]) -> None:
        """They are so far now, and a round has passed."""
        self.now[conversation] = succeed(people(*progress))
        self.receipts.moved([conversation])
        self.clock.advance(INTERVAL)

    def heard(self) -> list[tuple[bytes, int, int]]:
        """Account, delivered, read; since last asked."""
        told, self.told = self.told, []
        return [(account, event.delivered, event.read) for account, event in told]

    def test_told_until_all_have_read_it(self) -> None:
        self.receipts.said(TEA, ANNA, 7)
        self.moved(TEA, (7, 7), (6, 5))
        self.assertEqual(self.heard(), [(ANNA, 6, 5)])
        self.moved(TEA, (7, 7), (6, 5))
        self.assertEqual(self.heard(), [])
        self.moved(TEA, (7, 7), (7, 7))
        self.assertEqual(self.heard(), [(ANNA, 7, 7)])
        self.assertEqual(len(self.receipts), 0)

    def test_everybody_who_said_something(self) -> None:
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.said(TEA, BOB, 2)
        self.moved(TEA, (2, 0), (3, 0), (1, 0))
        self.assertEqual(self.heard(), [(ANNA, 1, 0), (BOB, 1, 0)])

    def test_nothing_of_those_who_have_blocked_one(self) -> None:
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.said(TEA, BOB, 2)
        self.blockers = {ANNA: {BOB}}
        self.moved(TEA, (2, 2), (0, 0), (3, 1))
        self.assertEqual(self.heard(), [(ANNA, 3, 1), (BOB, 2, 1)])
        self.blockers = {BOB: {ANNA, CAROL}}
        self.moved(TEA, (9, 9), (0, 0), (9, 9))
        self.assertEqual(self.heard(), [])

    def test_a_later_message_is_waited_for(self) -> None:
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.said(TEA, ANNA, 2)
        self.moved(TEA, (2, 2), (1, 1))
        self.assertEqual(len(self.receipts), 1)

    def test_an_earlier_one_that_is_said_again_ends_nothing(self) -> None:
        self.receipts.said(TEA, ANNA, 9)
        self.receipts.said(TEA, ANNA, 4)
        self.moved(TEA, (9, 9), (5, 5))
        self.moved(TEA, (9, 9), (9, 9))
        self.assertEqual(self.heard(), [(ANNA, 5, 5), (ANNA, 9, 9)])
        self.assertEqual(len(self.receipts), 0)

    def test_it_never_goes_back(self) -> None:
        """Who comes into a room that keeps what was said has got nothing of it yet."""
        self.receipts.said(TEA, ANNA, 9)
        self.moved(TEA, (9, 9), (5, 5))
        self.moved(TEA, (9, 9), (5, 5), (1, 0))
        self.assertEqual(self.heard(), [(ANNA, 5, 5)])

    def test_what_was_asked_for_is_not_told_again(self) -> None:
        self.receipts.asked(TEA, ANNA, Progress(4, 3))
        self.moved(TEA, (0, 0), (4, 3))
        self.assertEqual(self.heard(), [])
        self.moved(TEA, (0, 0), (5, 3))
        self.assertEqual(self.heard(), [(ANNA, 5, 3)])

    def test_what_one_session_asked_for_is_told_to_the_others(self) -> None:
        self.receipts.said(TEA, ANNA, 7)
        self.moved(TEA, (0, 0), (4, 3))
        self.now[TEA] = succeed(people((0, 0), (7, 5)))
        self.receipts.moved([TEA])
        self.receipts.asked(TEA, ANNA, Progress(7, 5))
        self.clock.advance(INTERVAL)
        self.assertEqual(self.heard(), [(ANNA, 4, 3), (ANNA, 7, 5)])

    def test_read_before_it_is_known_that_it_was_delivered(self) -> None:
        self.receipts.said(TEA, ANNA, 7)
        self.moved(TEA, (0, 0), (6, 7))
        self.moved(TEA, (0, 0), (7, 7))
        self.assertEqual(self.heard(), [(ANNA, 6, 7), (ANNA, 7, 7)])
        self.assertEqual(len(self.receipts), 0)

    def test_nobody_watches(self) -> None:
        self.receipts.moved([TEA])
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.moved([DEN])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_who_has_left_hears_nothing(self) -> None:
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.asked(DEN, ANNA, Progress(0, 0))
        self.receipts.said(TEA, BOB, 2)
        self.receipts.forget(ANNA)
        self.assertEqual(len(self.receipts), 1)
        self.moved(TEA, (0, 0), (0, 0), (0, 0))
        self.receipts.forget(BOB)
        self.receipts.forget(CAROL)
        self.assertEqual((len(self.receipts), self.heard()), (0, []))

    def test_who_has_left_while_the_store_was_asked(self) -> None:
        reading: Deferred[list[PersonProgress]] = Deferred()
        self.receipts.said(TEA, ANNA, 1)
        self.now[TEA] = reading
        self.receipts.moved([TEA])
        self.clock.advance(INTERVAL)
        self.receipts.forget(ANNA)
        reading.callback(people((1, 1), (1, 1)))
        self.assertEqual(self.heard(), [])

    def test_one_round_at_a_time(self) -> None:
        reading: Deferred[list[PersonProgress]] = Deferred()
        self.receipts.said(TEA, ANNA, 1)
        self.now[TEA] = reading
        self.receipts.moved([TEA])
        self.clock.advance(INTERVAL)
        self.receipts.moved([TEA])
        self.clock.advance(10)
        self.now[TEA] = succeed(people((0, 0), (1, 1)))
        reading.callback(people((0, 0), (1, 0)))
        self.assertEqual(self.heard(), [(ANNA, 1, 0)])
        self.clock.advance(INTERVAL)
        self.assertEqual(self.heard(), [(ANNA, 1, 1)])

    def test_a_store_that_fails_keeps_nobody_from_the_next_round(self) -> None:
        for conversation in (TEA, DEN):
            self.receipts.said(conversation, ANNA, 2)
        self.now = {TEA: fail(Refused(Code.STORE_FAILED)), DEN: succeed(people((0, 0), (1, 0)))}
        self.receipts.moved([TEA, DEN])
        self.clock.advance(INTERVAL)
        self.moved(TEA, (0, 0), (1, 1))
        self.assertEqual(sorted(self.heard()), [(ANNA, 1, 0), (ANNA, 1, 1)])

    def test_none_after_the_end(self) -> None:
        self.receipts.said(TEA, ANNA, 1)
        self.receipts.moved([TEA])
        self.receipts.stop()
        self.receipts.moved([TEA])
        self.receipts.stop()
        self.assertEqual(self.clock.getDelayedCalls(), [])
