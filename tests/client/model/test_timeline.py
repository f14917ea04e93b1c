"""Timelines: order, bounds, each message once, serials that stay."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from client.model.entry import Entry, EntryKind
from client.model.timeline import Timeline


def said(text: str, id: int | None = None) -> Entry:
    return Entry(EntryKind.SAID, 0, text, "bob", id)


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
