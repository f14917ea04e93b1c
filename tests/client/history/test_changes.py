"""Entries that are others later: edited, deleted, reacted to; found by what they are now."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.commands import Relation
from client.model.entry import Delivery, Entry

from .history_case import HistoryCase, Run, past


class Changed(HistoryCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = self.run_once()
        for number, text in enumerate(("the kettle", "the pot"), 1):
            self.now.hears(text, number)
        self.now.turn()

    def tearDown(self) -> None:
        self.now.end()

    def again(self) -> Run:
        self.now.end()
        self.now = self.run_once()
        return self.now

    def entry(self, number: int = 1) -> Entry:
        found = self.now.keeper.find(self.now.room(), number)
        assert found is not None
        return found

    def test_every_field_is_kept(self) -> None:
        after = replace(
            self.entry(),
            text="the teapot",
            mention=True,
            delivery=Delivery.EXPIRED,
            failure="bob never got it",
            relation=Relation.REPLY,
            ref=7,
            edited=True,
            deleted=True,
            reactions=(("👍", ("bob", "carol")), ("🎉", ("dave",))),
        )
        self.now.keeper.changed(after)
        self.assertEqual(self.entry(), after)  # before it is on the disk, too
        self.again()
        self.assertEqual(self.entry(), after)
        self.assertEqual(past(self.now.room()), ["the teapot", "the pot"])

    def test_by_which_numbers_it_was_changed(self) -> None:
        self.now.keeper.changed(replace(self.entry(), rewritten=7, reacted=9, alone=True))
        self.again()
        past(self.now.room())
        self.assertEqual((self.entry().rewritten, self.entry().reacted), (7, 9))
        self.assertTrue(self.entry().alone)

    def test_numbers_that_are_taken_away(self) -> None:
        """Also from what is not on the disk yet."""
        for number in (3, 4):
            self.now.hears(f"number {number}", number)
        room = self.now.room()
        room.timeline.unnumber(2, 3)
        self.now.keeper.unnumber(room, 2, 3)
        numbers = [1, None, None, 4]
        self.assertEqual([room.timeline[serial].id for serial in range(4)], numbers)
        found = [room.timeline.find(number) for number in (1, 2, 3, 4)]
        self.assertEqual(found, [0, None, None, 3])
        self.again()
        past(self.now.room())
        entries = [entry for _, entry in self.now.room().timeline.backwards()]
        self.assertEqual([entry.id for entry in reversed(entries)], numbers)

    def test_it_is_found_by_its_words_of_today(self) -> None:
        self.now.keeper.changed(replace(self.entry(), text="the samovar", edited=True))
        self.now.turn()
        self.assertEqual(self.found(self.now, "kettle"), [])
        self.assertEqual(self.found(self.now, "samovar in:#red from:bob"), ["the samovar"])
        self.now.keeper.changed(replace(self.entry(), text="", deleted=True))
        self.now.turn()
        self.assertEqual(self.found(self.now, "samovar"), [])
        self.assertEqual(self.found(self.now, "pot"), ["the pot"])

    def test_what_was_kept_in_the_same_turn(self) -> None:
        self.now.hears("mistyped", 3)
        self.now.keeper.changed(replace(self.now.room().timeline[2], text="well typed"))
        self.now.turn()
        self.assertEqual(self.found(self.now, "mistyped"), [])
        self.assertEqual(self.found(self.now, "typed"), ["well typed"])

    def test_what_is_scrolled_to_before_a_change_is_on_the_disk(self) -> None:
        """It is shown as it will be."""
        self.again()
        self.now.thread.held = []
        self.now.keeper.changed(replace(self.entry(), text="changed"))
        self.now.turn()
        self.assertEqual(past(self.now.room()), ["changed", "the pot"])

    def test_ones_own_of_some_numbers(self) -> None:
        self.now.hears("mine", 5, "alice")
        self.now.hears("mine too", 6, "alice")
        self.now.turn()
        found = self.now.keeper.own(self.now.room(), 1, 5)
        self.assertEqual([entry.text for entry in found], ["mine"])

    def test_nothing_of_that_number(self) -> None:
        self.assertIsNone(self.now.keeper.find(self.now.room(), 99))
