"""What is kept of a chat, and what the next run shows of it."""

from __future__ import annotations

from chatd.domain.commands import Style
from chatd.wire import messages
from client.history.recorder import PAGE
from client.model import events, room_events
from client.model.account import account_of
from client.model.conversation import Kind
from client.model.entry import Delivery, EntryKind
from tests.client.ui.scripted import ME

from .history_case import MINUTE, HistoryCase, past, texts


class Kept(HistoryCase):
    """From one run to the next."""

    def test_messages_and_what_matters(self) -> None:
        first = self.run_once()
        first.hears("good morning", 1)
        red = first.room()
        tell = first.model
        events.apply(tell, messages.TopicChanged("red", "bob", "tea"), 2 * MINUTE)
        events.apply(tell, messages.Entered("red", "carol"), 3 * MINUTE)
        events.apply(tell, messages.Kicked("red", "carol", "bob", "", False), 4 * MINUTE)
        tell.note("you asked for this", 5, red)
        first.hears("waves", 6)
        first.end()
        second = self.run_once()
        self.assertEqual(texts(second.room()), [])  # nothing is read before it is looked at
        self.assertEqual(
            past(second.room()),
            ["good morning", "bob set the topic: tea", "bob put carol out", "waves"],
        )
        self.assertFalse(second.room().present)
        entry = second.room().timeline[-4]
        self.assertEqual((entry.sender, entry.id, entry.time), ("bob", 1, MINUTE))
        second.end()

    def test_own_messages_and_how_far_they_came(self) -> None:
        first = self.run_once()
        room = first.model.open(Kind.ROOM, "red")
        sent = [first.model.echo(room, text, Style.ACTION, 1) for text in ("a", "b", "c")]
        first.turn()
        first.model.accepted(sent[0], 7, 70)
        first.model.failed(sent[1], "not sent: full")
        first.end()
        second = self.run_once()
        past(second.room())
        a, b, c = (second.room().timeline[serial] for serial in (-3, -2, -1))
        self.assertEqual((a.kind, a.own, a.delivery), (EntryKind.ACTION, True, Delivery.ACCEPTED))
        self.assertEqual((a.id, a.time), (7, 70))
        self.assertEqual((b.delivery, b.failure), (Delivery.FAILED, "not sent: full"))
        self.assertEqual(c.delivery, Delivery.FAILED)
        self.assertIn("may not have arrived", c.failure)
        second.end()

    def test_all_that_one_said_between_two_numbers(self) -> None:
        first = self.run_once()
        room = first.model.open(Kind.ROOM, "red")
        for number in range(1, 2 * PAGE + 10):
            sent = first.model.echo(room, str(number), Style.SAID, 1)
            first.turn()
            first.model.accepted(sent, number, 70)
        first.end()
        second = self.run_once()
        for start, end in ((2, 2 * PAGE + 7), (3, PAGE + 2), (7, 7)):
            found = second.keeper.own(second.room(), start, end)
            self.assertEqual([entry.id for entry in found], [*range(start, end + 1)])
        self.assertEqual(second.keeper.own(second.room(), 2 * PAGE + 10, 9999), [])
        second.end()

    def test_that_one_is_in_a_room_that_lasts(self) -> None:
        first = self.run_once()
        first.model.joined(messages.Joined("red", "", 1, conversation=b"r" * 17))
        first.model.joined(messages.Joined("blue", "", 1, conversation=b"b" * 17))
        first.model.joined(messages.Joined("fleeting", "", 1, conversation=b""))
        first.keeper.ledger.change(b"r" * 17, position=1)
        first.model.left(first.room("blue"))
        first.end()
        second = self.run_once()
        inside = {one.name for one in second.model.roster if one.kind is Kind.ROOM and one.present}
        self.assertEqual(inside, {"red"})
        second.model.account = account_of(ME)
        room_events.only_in(second.model, [], MINUTE)
        self.assertIn("you are not in this room any more", texts(second.room())[-1])
        second.end()
        third = self.run_once()
        self.assertFalse(third.room().present)
        third.end()

    def test_a_broadcast_is_kept_once(self) -> None:
        first = self.run_once()
        first.hears("x", 1)
        first.model.roster.switch(first.room())
        events.apply(first.model, messages.BroadcastSaid("bob", "to all", 2, MINUTE), MINUTE)
        self.assertIn("to all", texts(first.room()))
        first.end()
        second = self.run_once()
        self.assertEqual(past(second.room()), ["x"])
        self.assertEqual(past(second.model.roster.server), ["to all"])
        self.assertEqual(self.found(second, "all"), ["to all"])
        second.end()

    def test_a_message_that_comes_again_is_neither_shown_nor_kept(self) -> None:
        first = self.run_once()
        first.hears("once", 1)
        first.end()
        second = self.run_once()
        second.hears("once", 1)
        second.hears("twice", 2)
        self.assertEqual(texts(second.room()), ["twice"])
        second.end()
        third = self.run_once()
        self.assertEqual(past(third.room()), ["once", "twice"])
        third.end()

    def test_pages(self) -> None:
        first = self.run_once()
        for number in range(2 * PAGE + 5):
            first.hears(str(number), number + 1)
        first.end()
        second = self.run_once()
        room = second.room()
        second.hears("now", 9999)
        self.assertTrue(room.load_older())
        self.assertEqual((room.timeline.first, room.timeline[0].text), (-PAGE, "now"))
        self.assertTrue(room.load_older())
        self.assertTrue(room.load_older())
        self.assertFalse(room.load_older())
        self.assertEqual(texts(room), [*map(str, range(2 * PAGE + 5)), "now"])
        second.end()

    def test_unread(self) -> None:
        first = self.run_once()
        first.hears("old", 1)
        first.model.roster.switch(first.room())
        first.model.roster.switch(first.model.roster.server)
        for number in (2, 3):
            first.hears("alice: new", number)
        first.end()
        second = self.run_once()
        room = second.room()
        self.assertEqual((room.unread, room.mentions), (2, 2))
        self.assertEqual(len(room.timeline), 0)
        self.assertEqual(past(room), ["old", "alice: new", "alice: new"])
        assert room.first_unread is not None
        self.assertEqual(room.timeline[room.first_unread].id, 2)
        second.model.roster.switch(room)
        second.turn()
        second.end()
        third = self.run_once()
        self.assertEqual((third.room().unread, third.room().first_unread), (0, None))
        third.end()

    def test_a_closed_conversation_is_not_listed_and_not_lost(self) -> None:
        first = self.run_once()
        first.hears("here", 1)
        first.model.roster.close(first.room())
        first.end()
        second = self.run_once()
        self.assertIsNone(second.model.roster.find(Kind.ROOM, "red"))
        self.assertEqual(past(second.model.open(Kind.ROOM, "red")), ["here"])
        second.hears("again", 2)
        second.end()
        third = self.run_once()
        self.assertEqual(past(third.room()), ["here", "again"])
        third.end()

    def test_off(self) -> None:
        first = self.run_once()
        first.hears("kept", 1)
        first.model.settings.set("history", "off")
        first.hears("not kept", 2)
        first.turn()
        self.assertEqual(self.found(first, "kept"), ["kept"])
        first.model.settings.set("history", "on")
        first.hears("kept again", 3)
        first.end()
        second = self.run_once()
        self.assertEqual(past(second.room()), ["kept", "kept again"])
        second.end()

    def test_what_was_cleared_stays_off_the_screen(self) -> None:
        first = self.run_once()
        first.hears("before", 1)
        first.turn()
        first.room().clear()
        self.assertFalse(first.room().load_older())
        first.end()


class Found(HistoryCase):
    """What is found is shown where it stands."""

    def test_close_by_and_far_away(self) -> None:
        first = self.run_once()
        for number in range(1000):
            first.hears(f"number {number}", number + 1)
        first.end()
        second = self.run_once()
        room = second.room()
        (found,) = second.keeper.search("number 500", None)
        self.assertTrue(room.load_older(found.entry.row))
        serial = room.find_row(found.entry.row)
        assert serial is not None
        self.assertEqual(room.timeline[serial].text, "number 500")
        self.assertEqual(texts(room), [f"number {number}" for number in range(400, 1000)])
        second.end()

    def test_where_too_much_lies_between_that_is_told(self) -> None:
        self.patch(__import__("client.history.recorder", fromlist=["REACH"]), "REACH", 500)
        first = self.run_once()
        for number in range(2000):
            first.hears(f"number {number}", number + 1)
        first.end()
        second = self.run_once()
        room = second.room()
        room.load_older()
        (found,) = second.keeper.search("number 700", room)
        room.load_older(found.entry.row)
        shown = texts(room)
        self.assertEqual(shown[0], "number 600")
        self.assertIn("number 700", shown)
        self.assertEqual(shown[-1], "number 1999")
        gaps = [e for _, e in room.timeline.backwards() if e.kind is EntryKind.GAP]
        self.assertEqual(len(gaps), 1)
        self.assertTrue(room.load_older())
        self.assertEqual(texts(room)[0], f"number {600 - PAGE}")
        second.end()
