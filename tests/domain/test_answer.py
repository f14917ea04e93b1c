"""What goes into one answer: no more than fits, in order, and always something."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.answer import ANSWER_SIZE, ROW_SIZE, cut, fitting
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.message import Gap, Page, StoredMessage


def message(number: int, size: int, part: int = 0) -> StoredMessage:
    return StoredMessage(
        number, bytes(16), "anna", bytes(16), 0, bool(part), bytes(size), bytes(part)
    )


class Fitting(SynchronousTestCase):
    @given(st.lists(st.integers(0, 70_000), max_size=40))
    def test_as_many_as_fit_and_one_at_least(self, sizes: list[int]) -> None:
        count = fitting(sizes)
        self.assertGreaterEqual(count, 1)
        if count > 1:
            self.assertLessEqual(sum(sizes[:count]) + count * ROW_SIZE, ANSWER_SIZE)
        if 0 < count < len(sizes):
            self.assertGreater(sum(sizes[: count + 1]) + (count + 1) * ROW_SIZE, ANSWER_SIZE)

    def test_small_ones(self) -> None:
        self.assertEqual(fitting([0] * 1000), ANSWER_SIZE // ROW_SIZE)


class Pages(SynchronousTestCase):
    def test_one_that_fits_stays_as_it_is(self) -> None:
        page = Page((message(7, 100), Gap(8, 9, GapReason.LIMIT)), 12, more=False)
        self.assertIs(cut(page, "bob"), page)
        empty = Page((), 12, more=True)
        self.assertIs(cut(empty, "bob"), empty)

    def test_one_that_does_not_goes_up_to_its_last_row(self) -> None:
        gap, first, second = Gap(3, 6, GapReason.EXPIRED), message(7, 40_000), message(8, 40_000)
        page = Page((gap, first, second), 20, False, ConversationKind.PAIR, "anna")
        expected = replace(page, items=(gap, first), upto=7, more=True)
        self.assertEqual(cut(page, "bob"), expected)

    def test_up_to_a_gap(self) -> None:
        page = Page((Gap(3, 6, GapReason.EXPIRED), message(7, 64_950)), 7, more=False)
        self.assertEqual(cut(page, "bob"), replace(page, items=page.items[:1], upto=6, more=True))

    def test_parts_and_names_count(self) -> None:
        long = "n" * 4000
        for one, name, nick in (
            (message(1, 22_000, 22_000), "tea", "bob"),
            (message(1, 30_000), long, "bob"),
            (message(1, 30_000), "tea", long),
        ):
            page = Page((one, message(2, 30_000)), 2, more=False, name=name)
            self.assertEqual(cut(page, nick).upto, 1)

    def test_one_alone_is_always_told(self) -> None:
        page = Page((message(1, 70_000),), 1, more=False)
        self.assertIs(cut(page, "bob"), page)
