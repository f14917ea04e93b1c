"""Gaps: what is told of them, once."""

from __future__ import annotations

from chatd.domain.conversation import GapReason
from chatd.wire import messages
from client.model.entry import EntryKind
from client.model.gaps import missing

from .lasting_case import LastingCase
from .model_case import texts


class GapTests(LastingCase):
    def test_each_reason_has_its_words(self) -> None:
        told = (reason for reason in GapReason if reason is not GapReason.REMOVED)
        for number, reason in enumerate((*told, 77)):
            first = 10 * number
            missing(self.red, messages.Missing(first, first + number, reason), 3)
        self.assertEqual(
            texts(self.red),
            [
                "1 message missing: you were not a member",
                "2 messages missing: waited too long",
                "3 messages missing: too many waited",
                "4 messages missing: not made for this device",
                "5 messages missing",
            ],
        )
        self.assertIs(self.red.timeline[0].kind, EntryKind.GAP)
        self.assertEqual(len(self.pages.kept), 5)

    def test_told_again_it_is_not_shown_again(self) -> None:
        for _ in range(2):
            missing(self.red, messages.Missing(1, 3, 2), 3)
        self.assertEqual(len(self.red.timeline), 1)
        self.assertEqual(self.red.unread, 0)
