"""Looking about: conversations, scrolling, searching, the mouse."""

from __future__ import annotations

from chatd.wire import messages
from client.model.conversation import Kind

from .at_desk import AtDesk
from .scripted import Desk


class LookingTests(AtDesk):
    def test_drafts_wait_in_their_conversations(self) -> None:
        desk = self.desk
        desk.type("half a")
        desk.press("ctrl n")
        self.assertEqual(desk.screen.input.editor.text, "")
        desk.press("meta /")
        self.assertEqual(desk.screen.input.editor.text, "half a")

    def test_the_mouse(self) -> None:
        desk = self.desk
        self.assertTrue(desk.click(3, 1))
        self.assertEqual(desk.model.roster.current.kind, Kind.SERVER)
        desk.press("meta 2")
        for number in range(50):
            desk.says("lobby", "bob", f"message {number}", number)
        desk.rows()
        desk.click(40, 10, button=4)
        self.assertIn("more ↓3", desk.text())
        desk.click(40, 10, button=5)
        self.assertNotIn("more", desk.text())

    def test_a_click_on_a_member_opens_a_conversation(self) -> None:
        desk = Desk(120, 40)
        desk.welcome(messages.Joined("lobby", "", 2))
        desk.members("alice", "bob")
        desk.rows()
        desk.click(105, 3)
        self.assertEqual(desk.model.roster.current.title, "bob")

    def test_panes_come_and_go(self) -> None:
        desk = self.desk
        desk.press("f8")
        self.assertIn("2 members", desk.rows()[1])
        desk.press("f8", "f7")
        self.assertNotIn("chat.exam", desk.text())

    def test_search_goes_to_what_was_found(self) -> None:
        desk = self.desk
        for number in range(100):
            desk.says("lobby", "bob", f"message {number}", number)
        desk.press("meta 1", "ctrl r")
        desk.type("MESSAGE 42")
        desk.press("enter")
        self.assertEqual(desk.model.roster.current.title, "#lobby")
        self.assertIn("┃ message 42", desk.text())

    def test_mentions_there_and_back(self) -> None:
        desk = self.desk
        for number in range(90):
            desk.says("lobby", "bob", f"{number} alice" if number % 30 == 0 else "x", number)
        desk.press("meta p", "meta p")
        self.assertIn("┃ 30 alice", desk.text())
        desk.press("meta n")
        self.assertIn("┃ 60 alice", desk.text())

    def test_history_and_rows_of_the_input(self) -> None:
        desk = self.desk
        desk.line("one")
        desk.type("two")
        desk.press("meta enter")
        desk.type("rows")
        desk.press("up")
        self.assertEqual(desk.screen.input.editor.text, "two\nrows")
        desk.press("up")
        self.assertEqual(desk.screen.input.editor.text, "one")
        desk.press("down")
        self.assertEqual(desk.screen.input.editor.text, "two\nrows")

    def test_an_unfocused_terminal_counts_what_comes(self) -> None:
        desk = self.desk
        desk.press("focus out")
        desk.says("lobby", "bob", "hello", 1)
        self.assertIn(" 1", desk.rows()[2])
        self.assertIn("new", desk.text())
        desk.press("focus in")
        self.assertEqual(desk.model.roster.current.unread, 0)
