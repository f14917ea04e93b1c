"""The history on the screen: what was said before, where this run begins, searching, deleting."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.model.conversation import Kind

from .history_desk import HistoryDesk
from .scripted import Desk

DAY = 86_400


class HistoryTests(HistoryDesk):
    def test_what_was_said_before(self) -> None:
        """Days and runs are told apart; there is none before the first."""
        self.arrive()
        self.desk.says("lobby", "bob", "good morning", 1)
        self.desk.says("lobby", "bob", "good evening", 2, DAY)
        self.assertNotIn("since you came", self.desk.text())
        self.again()
        self.desk.reactor.advance(2 * DAY)
        self.desk.press("meta 2")
        rows = self.desk.text()
        self.assertIn("Thursday, 21 November 2024", rows)
        self.assertLess(rows.index("good morning"), rows.index("Friday, 22 November 2024"))
        self.assertIn("good evening", rows)
        self.assertIn("you are not in this room", rows)
        self.arrive()
        self.desk.says("lobby", "bob", "here again", 3, 2 * DAY)
        rows = self.desk.text()
        self.assertLess(rows.index("good evening"), rows.index("since you came"))
        self.assertLess(rows.index("since you came"), rows.index("here again"))

    def test_scrolling_into_the_past(self) -> None:
        self.arrive()
        for number in range(1000):
            self.desk.says("lobby", "bob", f"line {number}", number + 1)
        self.again()
        self.desk.press("meta 2")
        timeline = self.desk.model.roster[1].timeline
        self.assertIn("line 999", self.desk.text())
        self.assertLess(len(timeline), 500)
        for _ in range(60):
            self.desk.press("page up")
            self.desk.text()
        self.assertIn("│ line 0\n", self.desk.text())
        self.assertEqual(len(timeline), 1000)
        self.desk.press("end")
        self.assertIn("line 999", self.desk.text())
        self.desk.press("home")
        self.assertIn("line 0", self.desk.text())

    def test_what_was_unread(self) -> None:
        self.arrive()
        self.desk.says("lobby", "bob", "seen", 1)
        self.desk.line("/query carol")
        for number in range(2, 300):
            self.desk.says("lobby", "bob", f"unseen {number}", number)
        self.again()
        self.assertIn("298", self.desk.rows()[1 + 1])
        self.desk.press("meta 2", "meta u")
        rows = self.desk.text()
        self.assertLess(rows.index("seen"), rows.index("╌ new ╌"))
        self.assertLess(rows.index("╌ new ╌"), rows.index("unseen 2"))
        self.assertEqual(self.desk.model.roster.current.unread, 0)

    def test_searching(self) -> None:
        """What is found is shown where it stands, however long ago, in a closed conversation."""
        self.arrive()
        for number in range(1000):
            self.desk.says("lobby", "bob", f"line {number}", number + 1)
        self.desk.says("lobby", "carol", "where is the kettle?", 2000)
        for number in range(1000):
            self.desk.says("lobby", "bob", f"more {number}", 3000 + number)
        self.again()
        self.desk.press("ctrl r")
        self.desk.type("KETT from:carol")
        self.assertIn("carol: where is the kettle?", self.desk.text())
        self.assertIn("1 found", self.desk.text())
        self.desk.press("enter")
        self.assertEqual(self.desk.model.roster.current.title, "#lobby")
        rows = self.desk.text()
        self.assertIn("┃ where is the kettle?", rows)
        self.assertIn("line 999", rows)
        self.assertIn("more 0", rows)
        self.desk.press("end")
        self.assertIn("more 999", self.desk.text())
        self.desk.line("/search kettle in:#lobby")
        self.assertIn("1 found", self.desk.text())
        self.desk.press("esc")
        self.desk.line("/search in:#nowhere kettle")
        self.assertIn("nothing found", self.desk.text())

    def test_what_is_found_in_a_closed_room(self) -> None:
        """It is listed again, and one is not in it."""
        self.arrive()
        self.desk.says("lobby", "bob", "kettle", 1)
        self.desk.line("/close")
        self.desk.reactor.advance(0)
        self.desk.press("ctrl r")
        self.desk.type("kettle")
        self.desk.press("enter")
        self.assertIn("┃ kettle", self.desk.text())
        self.assertIn("you are not in this room", self.desk.text())

    def test_clear(self) -> None:
        self.arrive()
        self.desk.says("lobby", "bob", "before", 1)
        self.desk.line("/clear")
        self.assertNotIn("before", self.desk.text())
        self.again()
        self.desk.press("meta 2")
        self.assertIn("before", self.desk.text())

    def test_delete(self) -> None:
        self.arrive()
        self.desk.says("lobby", "bob", "secret", 1)
        self.desk.line("/history delete #lobby")
        self.assertIn("Delete what was said in #lobby", self.desk.text())
        self.desk.press("esc")
        self.assertIn("secret", self.desk.text())
        self.desk.line("/history delete #LOBBY")
        self.desk.press("enter")
        self.assertNotIn("secret", self.desk.text())
        self.assertIn("deleted: #LOBBY", self.desk.text())
        self.again()
        self.desk.press("meta 2")
        self.assertNotIn("secret", self.desk.text())

    def test_delete_everything_and_nothing(self) -> None:
        self.arrive()
        self.desk.says("lobby", "bob", "secret", 1)
        self.desk.line("/history delete nobody")
        self.desk.press("enter")
        self.assertIn("there is nothing of nobody", self.desk.text())
        self.desk.line("/history delete all")
        self.desk.press("enter")
        self.assertNotIn("secret", self.desk.text())
        self.again()
        self.assertIsNone(self.desk.model.roster.find(Kind.PERSON, "nobody"))
        self.assertEqual(self.recorder.search("secret", None), [])

    def test_on_and_off(self) -> None:
        self.arrive()
        self.desk.line("/history")
        self.assertIn("what is said is kept on this computer", self.desk.text())
        self.desk.line("/set history off")
        self.desk.line("/history")
        self.assertIn("what is said is not kept now", self.desk.text())
        self.desk.line("/history forget")
        self.assertIn("type /history [delete", self.desk.text())


class GuestTests(TestCase):
    def test_a_guest_has_none(self) -> None:
        desk = Desk()
        desk.welcome(messages.Joined("lobby", "hello", 2))
        desk.members("alice")
        desk.line("/history")
        self.assertIn("a history takes an account", desk.text())
        desk.says("lobby", "bob", "kettle", 1)
        desk.line("/search kettle")
        self.assertIn("bob: kettle", desk.text())
