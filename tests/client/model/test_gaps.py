"""Gaps: what is told of them, once."""

from __future__ import annotations

from chatd.domain.commands import Style
from chatd.domain.conversation import GapReason
from chatd.domain.message import Lost
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery, EntryKind
from client.model.gaps import lost, missing

from .lasting_case import STREAM, LastingCase
from .model_case import texts


class GapTests(LastingCase):
    def test_each_reason_has_its_words(self) -> None:
        for number, reason in enumerate((*GapReason, 77)):
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


class LostTests(LastingCase):
    def test_what_somebody_never_got_says_so(self) -> None:
        bob = self.model.open(Kind.PERSON, "bob")
        for number in (1, 2):
            self.model.accepted(self.model.echo(bob, "hello", Style.SAID, 1), number, 3)
        own = [entry for _, entry in bob.timeline.backwards()]
        told = Lost(b"p" * 16, 1, 2, GapReason.EXPIRED, "bob")
        self.assertIsNotNone(lost(self.model, bob, told, own, 3))
        self.assertIs(bob.timeline[0].delivery, Delivery.EXPIRED)
        self.assertEqual(bob.timeline[0].failure, "bob never got this: waited too long")
        self.assertEqual(texts(bob)[2:], ["bob never got 2 messages of yours: waited too long"])
        self.assertIsNone(lost(self.model, bob, told, [], 3))

    def test_each_one_who_never_got_it_is_named(self) -> None:
        self.model.accepted(self.model.echo(self.red, "hello", Style.SAID, 1), 1, 3)
        for nick, reason in (("bob", GapReason.EXPIRED), ("carol", GapReason.LIMIT)):
            lost(self.model, self.red, Lost(STREAM, 1, 1, reason, nick), [self.red.timeline[0]], 3)
        self.assertEqual(
            self.red.timeline[0].failure,
            "bob never got this: waited too long; carol never got this: too many waited",
        )
