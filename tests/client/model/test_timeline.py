"""Timelines: order, bounds, each message once, marks that go with their lines."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from client.model.entry import Delivery, Entry, EntryKind
from client.model.timeline import Timeline


def said(text: str, id: int | None = None) -> Entry:
    return Entry(EntryKind.SAID, 0, text, "bob", id)


def numbered(number: int) -> Entry:
    return Entry(EntryKind.SAID, 0, str(number), "bob", number, in_order=True)


def shown(timeline: Timeline) -> list[str]:
    return [entry.text for _, entry in timeline.backwards()][::-1]


class TimelineTests(TestCase):
    def test_order_and_serials(self) -> None:
        timeline = Timeline()
        serials = [timeline.append(said(text)) for text in "abc"]
        self.assertEqual(serials, [0, 1, 2])
        self.assertEqual([entry.text for _, entry in timeline.backwards()], ["c", "b", "a"])
        self.assertEqual(timeline[1].text, "b")

    def test_a_message_comes_once(self) -> None:
        timeline = Timeline()
        self.assertEqual(timeline.append(said("a", 7)), 0)
        self.assertIsNone(timeline.append(said("a again", 7)))
        self.assertEqual(len(timeline), 1)

    def test_an_accepted_message_is_known_by_its_id(self) -> None:
        timeline = Timeline()
        timeline.append(said("mine"))
        timeline.replace(0, said("mine", 9))
        self.assertIsNone(timeline.append(said("mine, echoed", 9)))

    def test_the_oldest_go_and_serials_stay(self) -> None:
        timeline = Timeline(capacity=32)
        for number in range(100):
            timeline.append(said(str(number), number))
        self.assertLessEqual(len(timeline), 32)
        self.assertEqual(timeline.end, 100)
        self.assertEqual(timeline[99].text, "99")
        self.assertNotIn(0, timeline)
        self.assertRaises(IndexError, timeline.__getitem__, 0)

    def test_a_dropped_message_may_come_again(self) -> None:
        timeline = Timeline(capacity=1)
        timeline.append(said("a", 1))
        timeline.append(said("b", 2))
        self.assertEqual(timeline.append(said("a", 1)), 2)

    def test_replacing_what_was_dropped_does_nothing(self) -> None:
        timeline = Timeline(capacity=1)
        timeline.append(said("a"))
        timeline.append(said("b"))
        timeline.replace(0, said("late"))
        self.assertEqual([entry.text for _, entry in timeline.backwards()], ["b"])

    def test_clear_goes_on_with_serials(self) -> None:
        timeline = Timeline()
        timeline.append(said("a"))
        timeline.clear()
        self.assertEqual(len(timeline), 0)
        self.assertEqual(timeline.append(said("b")), 1)


class OrderTests(TestCase):
    def setUp(self) -> None:
        self.timeline = Timeline()
        for number in (1, 2, 5):
            self.timeline.append(numbered(number))

    def test_a_lower_number_comes_in_between(self) -> None:
        marks = [self.timeline.mark(serial) for serial in range(3)]
        self.assertEqual(self.timeline.append(numbered(3)), 2)
        self.assertEqual(shown(self.timeline), ["1", "2", "3", "5"])
        self.assertEqual([mark.serial for mark in marks], [0, 1, 3])
        self.assertEqual([self.timeline.find(number) for number in (1, 2, 3, 5)], [0, 1, 2, 3])
        self.assertIsNone(self.timeline.append(numbered(3)))

    def test_other_lines_stay_where_they_came(self) -> None:
        self.timeline.append(said("of another counter", 4))
        self.timeline.append(numbered(6))
        self.timeline.append(numbered(3))
        self.assertEqual(shown(self.timeline), ["1", "2", "3", "5", "of another counter", "6"])

    def test_what_waits_is_below(self) -> None:
        self.timeline.append(Entry(EntryKind.SAID, 0, "mine", own=True, delivery=Delivery.WAITING))
        self.timeline.append(said("a word"))
        self.timeline.append(numbered(6))
        self.assertEqual(shown(self.timeline), ["1", "2", "5", "6", "mine", "a word"])

    def test_moving_up_and_down(self) -> None:
        marks = [self.timeline.mark(serial) for serial in range(3)]
        self.timeline.move(2, 0)
        self.assertEqual(shown(self.timeline), ["5", "1", "2"])
        self.assertEqual([mark.serial for mark in marks], [1, 2, 0])
        self.timeline.move(0, 2)
        self.timeline.move(1, 1)
        self.timeline.move(1, 7)
        self.assertEqual(shown(self.timeline), ["1", "2", "5"])
        self.assertEqual([mark.serial for mark in marks], [0, 1, 2])
        self.assertEqual([self.timeline.find(number) for number in (1, 2, 5)], [0, 1, 2])

    def test_where_this_run_begins(self) -> None:
        """What comes is of this run, wherever it stands, and so is what is below it."""
        timeline = Timeline()
        timeline.prepend([numbered(1), numbered(4)])
        self.assertEqual(timeline.begins, 0)
        timeline.append(numbered(5))
        self.assertEqual(timeline.begins, 0)
        timeline.append(numbered(3))
        self.assertEqual([timeline[timeline.begins].text, timeline[-2].text], ["3", "1"])

    def test_arrivals_are_told_once(self) -> None:
        self.assertIsNone(self.timeline.arrivals)
        self.timeline.arrivals = []
        self.timeline.append(numbered(4))
        self.timeline.append(numbered(3))
        self.assertEqual([mark.serial for mark in self.timeline.arrivals], [3, 2])
