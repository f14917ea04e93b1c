"""What can be done to messages that were said: answering, changing, deleting, reacting."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.wire import messages
from client.model.uplink import Online, Waiting

from .lasting_desk import LastingDesk
from .scripted import NOON


class AnsweringTests(LastingDesk):
    def test_the_last_one_of_somebody_else(self) -> None:
        said = self.says("/reply only black", 4)
        self.assertEqual((said.text, said.relation, said.ref), ("only black", Relation.REPLY, 3))
        rows = self.desk.rows()
        (row,) = (row for row, text in enumerate(rows) if "only black ✓" in text)
        self.assertIn("↪ bob: with milk?", rows[row - 1])

    def test_one_that_is_counted_back_to(self) -> None:
        self.assertEqual(self.says("/reply ^3 yes", 4).ref, 1)
        self.assertEqual(self.says("/reply ^ me too", 5).ref, 4)

    def test_the_marked_one(self) -> None:
        self.desk.press("meta up", "meta up", "meta up")
        self.assertIn("┃ is there tea?", self.desk.text())
        self.assertIn("marked · /reply /react · Esc", self.desk.rows()[-2])
        self.assertEqual(self.says("/reply yes", 4).ref, 1)
        self.assertNotIn("┃", self.desk.text())

    def test_what_is_answered_changes_in_the_quote_too(self) -> None:
        self.says("/reply only black", 4)
        self.hears("bob", "with sugar?", 5, Relation.EDIT, 3)
        self.assertIn("↪ bob: with sugar?", self.desk.text())
        self.hears("bob", "", 6, Relation.DELETION, 3)
        self.assertIn("↪ bob: message deleted", self.desk.text())
        self.hears("bob", "what?", 7, Relation.REPLY, 77)
        self.assertIn("↪ a message that is not here", self.desk.text())

    def test_what_cannot_be_answered(self) -> None:
        self.refused("/reply", "type /reply [^N] text")
        self.refused("/reply ^9 yes", "there is no such message here")
        self.hears("bob", "", 4, Relation.DELETION, 3)
        self.assertEqual(self.says("/reply and?", 5).ref, 1)

    def test_where_nothing_was_said(self) -> None:
        self.desk.press("meta 1")
        self.refused("/reply yes", "there are no messages here")


class MarkingTests(LastingDesk):
    def marked(self) -> str:
        serial = self.desk.screen.marked
        return "" if serial is None else self.desk.model.roster.current.timeline[serial].text

    def test_up_and_down_over_messages(self) -> None:
        self.desk.listener.received(messages.Entered("lobby", "carol"))
        walked = []
        for key in ("meta up",) * 5 + ("meta down",) * 3:
            self.desk.press(key)
            walked.append(self.marked())
        first, second, third = "is there tea?", "there is", "with milk?"
        self.assertEqual(walked, [third, second, first, first, first, second, third, ""])

    def test_what_is_typed_stays(self) -> None:
        self.desk.type("half a")
        self.desk.press("meta up", "esc")
        self.assertEqual((self.typed, self.marked()), ("half a", ""))

    def test_what_is_unread_elsewhere_is_said_all_the_same(self) -> None:
        self.desk.listener.received(messages.DirectSaid("carol", "alice", "psst", 0, 9, NOON))
        self.desk.press("meta up")
        self.assertRegex(self.desk.rows()[-2], "marked · .* · 3:carol @1")

    def test_the_view_moves_only_where_it_has_to(self) -> None:
        for number in range(50):
            self.hears("bob", f"message {number}", 10 + number)
        before = self.desk.rows()
        self.desk.press("meta up")
        after = self.desk.rows()
        self.assertEqual(before[:-3], after[:-3])
        for _ in range(30):
            self.desk.press("meta up")
        self.assertIn("┃ message 19", self.desk.text())
        self.desk.press("esc")
        self.assertEqual(self.desk.rows(), before)

    def test_what_a_command_says_is_in_sight(self) -> None:
        for number in range(50):
            self.hears("bob", f"message {number}", 10 + number)
        self.desk.rows()
        self.desk.press(*["meta up"] * 40)
        self.desk.rows()
        self.desk.line("/edit mine")
        self.assertIn("only your own messages can be edited", self.desk.text())
        self.assertEqual(self.marked(), "")


class EditingTests(LastingDesk):
    def test_with_a_text(self) -> None:
        said = self.says("/edit there was", 4)
        self.assertEqual((said.text, said.relation, said.ref), ("there was", Relation.EDIT, 2))
        self.assertIn("there was (edited) ✓", self.desk.text())
        self.assertEqual(len(self.deliveries()), 1)

    def test_in_the_input(self) -> None:
        self.desk.line("/edit")
        self.assertEqual(self.typed, "there is")
        self.assertTrue(self.desk.rows()[-1].startswith("edit› there is"))
        self.assertIn("Enter · changes the message · Esc · leaves it", self.desk.rows()[-2])
        self.desk.type(" no more")
        self.desk.press("enter")
        self.assertEqual(self.takes(4).text, "there is no more")
        self.assertEqual(self.typed, "")
        self.assertTrue(self.desk.rows()[-1].startswith("alice›"))

    def test_what_was_typed_before_comes_back(self) -> None:
        for leave in ("esc", "ctrl c", "enter"):
            self.desk.type("half a")
            self.desk.press("meta e")
            self.assertEqual(self.typed, "there is")
            self.desk.press(leave)
            self.assertEqual(self.typed, "half a")
            self.desk.press("ctrl u")
        self.assertEqual(self.said(), [])

    def test_up_and_down_do_not_leave_it(self) -> None:
        self.desk.line("/away")
        self.desk.press("meta e", "up", "up", "down", "down")
        self.assertEqual(self.typed, "there is")

    def test_a_slash_is_a_slash(self) -> None:
        self.desk.press("meta e", "ctrl u")
        self.desk.type("/quit")
        self.assertNotIn("say goodbye", self.desk.rows()[-2])
        self.desk.press("enter")
        self.assertEqual(self.takes(4).text, "/quit")
        self.assertEqual(self.desk.quits, 0)

    def test_an_empty_message_is_none(self) -> None:
        self.desk.press("meta e", "ctrl u", "enter")
        self.assertIn("a message cannot be empty", self.last())
        self.assertTrue(self.desk.rows()[-1].startswith("edit›"))

    def test_another_conversation_is_another_input(self) -> None:
        self.desk.press("meta e")
        self.desk.type("!")
        self.desk.press("meta 1")
        self.assertEqual(self.typed, "")
        self.desk.line("/away")
        self.desk.press("meta 2")
        self.assertEqual(self.typed, "there is!")
        self.desk.press("enter")
        self.assertEqual(self.takes(4).relation, Relation.EDIT)

    def test_too_long_a_text_stays_in_the_input(self) -> None:
        self.desk.press("meta e")
        self.desk.type("x" * 17_000)
        self.desk.press("enter")
        self.assertIn("too long", self.last())
        self.assertEqual(len(self.typed), 17_008)

    def test_only_ones_own(self) -> None:
        self.desk.press("meta up")
        self.refused("/edit with sugar?", "only your own messages can be edited")
        self.desk.press("esc")
        self.refused("/edit ^2 no", "there is no message of yours here that far back")
        self.refused("/edit ^99999 no", "there is no message of yours here that far back")
        self.refused("/edit ^0 no", "^1 is the last message")

    def test_not_before_the_server_has_it(self) -> None:
        self.desk.line("in the pot")
        self.desk.line("/edit in the can")
        self.assertIn("still on its way", self.last())

    def test_the_first_word_to_somebody(self) -> None:
        """Which conversation that is comes with the answer, where there is no history."""
        self.desk.line("/query zoe hello")
        answer = messages.Accepted(9, NOON, conversation=b"p" * 16)
        self.wire.answer(messages.Direct, answer)
        self.desk.line("/edit hello zoe")
        edit = self.wire.answer(messages.Direct, answer)
        self.assertEqual((edit.text, edit.ref), ("hello zoe", 9))

    def test_where_nothing_lasts(self) -> None:
        self.desk.line("/query zoe hello")
        self.wire.answer(messages.Direct, messages.Accepted(9, NOON))
        self.refused(
            "/edit hi", "nothing lasts here, so nothing can be edited: that takes accounts"
        )
        self.desk.press("meta 1")
        self.refused("/edit hi", "there are no messages here")


class DeletingTests(LastingDesk):
    def test_it_asks(self) -> None:
        self.desk.line("/delete")
        self.assertIn("Delete “there is” for everybody?", self.desk.text())
        self.desk.press("esc")
        self.assertEqual(self.said(), [])
        self.desk.line("/delete")
        self.desk.press("enter")
        said = self.takes(4)
        self.assertEqual((said.text, said.relation, said.ref), ("", Relation.DELETION, 2))
        self.assertIn("alice │ message deleted", self.desk.text())
        self.refused("/delete", "there is no message of yours here")

    def test_only_ones_own(self) -> None:
        self.desk.press("meta up")
        self.refused("/delete", "only your own messages can be deleted")
        self.desk.press("esc")
        self.refused("/delete that", "type /delete [^N]")


class ReactingTests(LastingDesk):
    def test_an_emoji_or_its_name(self) -> None:
        for number, (typed, emoji) in enumerate(
            (("👍", "👍"), (":tada:", "🎉"), ("+1", "👍"), ("-clear", "")), 4
        ):
            said = self.says(f"/react {typed}", number)
            self.assertEqual((said.text, said.relation, said.ref), (emoji, Relation.REACTION, 3))
        self.assertEqual(self.entry(3).reactions, ())

    def test_they_stand_below_the_text(self) -> None:
        self.says("/react ^3 tea", 4)
        self.hears("bob", "🍵", 5, Relation.REACTION, 1)
        self.hears("carol", "🎉", 6, Relation.REACTION, 1)
        rows = self.desk.rows()
        (row,) = (row for row, text in enumerate(rows) if "is there tea?" in text)
        self.assertTrue(rows[row + 1].endswith("│ [🍵 2]  🎉"))

    def test_without_a_connection(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("/react +1")
        self.assertEqual(self.last(), "that is done once the connection is back")
        self.assertEqual(self.entry(3).reactions, ())
        self.desk.listener.connection_changed(Online())
        self.takes(4)
        self.assertEqual(self.entry(3).reactions, (("👍", ("alice",)),))

    def test_what_is_none(self) -> None:
        self.refused("/react :tadda:", "did you mean :tada:?")
        self.refused("/react xyzzy", "xyzzy is no emoji")
        self.refused("/react", "type /react")
        self.refused("/react 👍 👍", "type /react")
        self.refused("/react " + "👍" * 20, "one emoji is enough")
        self.refused("/react -clear", "you have not reacted to “with milk?”")

    def test_tab_knows_the_names(self) -> None:
        self.desk.type("/react ^3 :ta")
        self.desk.press("tab")
        self.assertEqual(self.typed, "/react ^3 :tada: ")
