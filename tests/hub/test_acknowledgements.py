"""Acknowledgements go to the store in groups, one at a time, and none is lost by a failing disk."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, Refused
from chatd.hub import acknowledgements
from chatd.hub.acknowledgements import ACK_INTERVAL, RETRY, Acknowledged, Acknowledgements

DESK, PHONE, TEA, DEN = b"desk", b"phone", b"tea", b"den"


class Groups(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.asked: list[tuple[list[Acknowledged], Deferred[None]]] = []
        self.moved: list[set[bytes]] = []
        self.acks = Acknowledgements(self.clock, self.write, self.moved.append)

    def write(self, group: list[Acknowledged]) -> Deferred[None]:
        self.asked.append((group, Deferred()))
        return self.asked[-1][1]

    def groups(self) -> list[list[Acknowledged]]:
        return [group for group, _ in self.asked]

    def test_several_at_once_the_highest_of_each(self) -> None:
        for device, room, number in ((DESK, TEA, 3), (PHONE, TEA, 5), (DESK, TEA, 2)):
            self.acks.add(device, room, number)
        self.assertEqual(self.asked, [])
        self.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.groups(), [[(DESK, TEA, 3), (PHONE, TEA, 5)]])
        self.assertEqual(self.moved, [])
        self.asked[0][1].callback(None)
        self.assertEqual(self.moved, [{TEA}])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_one_group_at_a_time(self) -> None:
        self.acks.add(DESK, TEA, 1)
        self.clock.advance(ACK_INTERVAL)
        self.acks.add(DESK, TEA, 2)
        self.clock.advance(10)
        self.assertEqual(len(self.asked), 1)
        self.asked[0][1].callback(None)
        self.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.groups()[1:], [[(DESK, TEA, 2)]])

    def test_a_store_that_failed_is_asked_again_later(self) -> None:
        self.acks.add(DESK, TEA, 1)
        self.acks.add(DESK, DEN, 7)
        self.clock.advance(ACK_INTERVAL)
        self.acks.add(DESK, TEA, 2)
        self.asked[0][1].errback(Refused(Code.STORE_FAILED))
        self.assertEqual(self.moved, [])
        self.clock.advance(RETRY)
        self.assertEqual(self.groups()[1:], [[(DESK, TEA, 2), (DESK, DEN, 7)]])

    def test_what_is_wrong_in_the_daemon_is_logged(self) -> None:
        """And tried again."""
        self.acks.add(DESK, TEA, 1)
        self.clock.advance(ACK_INTERVAL)
        self.asked[0][1].errback(ValueError())
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        self.clock.advance(RETRY)
        self.assertEqual(self.groups()[1:], [[(DESK, TEA, 1)]])

    def test_no_more_wait_than_there_is_room_for(self) -> None:
        self.patch(acknowledgements, "MOST", 2)
        for number in range(1, 4):
            self.acks.add(DESK, bytes([number]), number)
        self.acks.add(DESK, bytes([1]), 9)
        self.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.groups(), [[(DESK, b"\1", 9), (DESK, b"\2", 2)]])

    def test_many_take_several_groups(self) -> None:
        self.patch(acknowledgements, "GROUP", 2)
        for number in range(1, 4):
            self.acks.add(DESK, bytes([number]), number)
        self.clock.advance(ACK_INTERVAL)
        self.asked[0][1].callback(None)
        self.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.groups(), [[(DESK, b"\1", 1), (DESK, b"\2", 2)], [(DESK, b"\3", 3)]])

    def test_at_the_end_all_groups_are_written(self) -> None:
        self.patch(acknowledgements, "GROUP", 1)
        self.acks.add(DESK, TEA, 1)
        self.acks.add(DESK, DEN, 2)
        self.acks.stop()
        self.assertEqual(self.groups(), [[(DESK, TEA, 1)], [(DESK, DEN, 2)]])

    def test_at_the_end_what_waits_is_written_at_once(self) -> None:
        self.acks.add(DESK, TEA, 1)
        self.acks.stop()
        self.assertEqual(self.groups(), [[(DESK, TEA, 1)]])
        self.acks.add(DESK, TEA, 2)
        self.asked[0][1].errback(Refused(Code.STORE_FAILED))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_at_the_end_beside_a_group_that_is_under_way(self) -> None:
        self.acks.add(DESK, TEA, 1)
        self.clock.advance(ACK_INTERVAL)
        self.acks.add(DESK, TEA, 2)
        self.acks.stop()
        self.assertEqual(self.groups(), [[(DESK, TEA, 1)], [(DESK, TEA, 2)]])

    def test_at_the_end_nothing_waits(self) -> None:
        self.acks.stop()
        self.assertEqual(self.asked, [])
