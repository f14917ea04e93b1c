"""The way in on the full screen: dialogs as they are seen, keys as they are pressed."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase
from urwid.testing import render_text

from client.enrolment.step import Step
from client.enrolment.steps import KEY, LINK, NEW_PASSWORD, OPEN
from client.ui.wizard import WizardScreen

from . import golden
from .scripted import Reactor, Terminal

SIZE = (80, 24)


class WizardTest(TestCase):
    def setUp(self) -> None:
        self.reactor = Reactor()
        self.terminal = Terminal(SIZE)
        self.left = 0
        self.suspended = 0
        self.screen = WizardScreen(
            self.reactor, terminal=self.terminal, on_leave=self.leave, on_suspend=self.suspend
        )
        self.addCleanup(self.screen.stop)

    def leave(self) -> None:
        self.left += 1

    def suspend(self) -> None:
        self.suspended += 1

    def ask(self, step: Step) -> Deferred[str]:
        return Deferred.fromCoroutine(self.screen.ask(step))

    def press(self, *keys: str) -> None:
        self.screen._take_input(list(keys), [])

    def rows(self, size: tuple[int, int] = SIZE) -> list[str]:
        return render_text(self.screen.stage, size, focus=True, strip=True)

    def text(self) -> str:
        return "\n".join(self.rows())

    def test_what_is_typed_is_the_answer(self) -> None:
        answer = self.ask(OPEN)
        self.press(*"sesame", "left", "left", "x", "enter")
        self.assertEqual(self.successResultOf(answer), "sesaxme")

    def test_hidden_and_not(self) -> None:
        self.ask(OPEN)
        self.press(*"sesame")
        self.assertIn("vault password: ••••••", self.text())
        self.assertNotIn("sesame", self.text())
        self.press("enter")
        self.ask(LINK)
        self.press(*"chatd://h")
        self.assertIn("link: chatd://h", self.text())

    def test_a_pasted_link_is_one_though_it_came_in_lines(self) -> None:
        answer = self.ask(LINK)
        self.press("begin paste", *"chatd://", "enter", *"host", "enter", "end paste", "enter")
        self.assertEqual(self.successResultOf(answer), "chatd://host")

    def test_nothing_is_taken_while_nothing_is_asked(self) -> None:
        """Keys pressed too early are not the answer to what comes."""
        first = self.ask(OPEN)
        self.press(*"sesame", "enter")
        self.successResultOf(first)
        self.press(*"too early", "enter", "begin paste", *"much", "end paste")
        second = self.ask(OPEN)
        self.press("enter")
        self.assertEqual(self.successResultOf(second), "")

    def test_what_was_said_stands_above_the_next_question_only(self) -> None:
        self.screen.say("Connecting …")
        self.assertIn("Connecting …", self.text())
        self.ask(OPEN)
        self.assertIn("Connecting …", self.text())
        self.press("enter")
        self.ask(LINK)
        self.assertNotIn("Connecting …", self.text())

    def test_why_it_is_asked_again_stands_above_the_question(self) -> None:
        self.ask(replace(LINK, reason="It expired."))
        self.assertLess(self.text().index("It expired."), self.text().index("Paste the link"))

    def test_words_of_strangers_steer_no_terminal(self) -> None:
        self.screen.say("\x1b[2Jwrong\x07")
        self.assertIn("␛[2Jwrong␇", self.text())

    def test_leaving(self) -> None:
        """At a question, while something is done, and when the terminal is gone."""
        self.ask(OPEN)
        self.press("ctrl c")
        self.press("enter")
        self.press("ctrl c")
        self.terminal.on_hangup()
        self.assertEqual(self.left, 3)

    def test_back_to_the_shell_for_a_while(self) -> None:
        """At a question, which then goes on, and while something is done."""
        answer = self.ask(OPEN)
        self.press("s", "ctrl z", "e", "enter")
        self.assertEqual(self.successResultOf(answer), "se")
        self.press("ctrl z")
        self.assertEqual((self.suspended, self.left), (2, 0))

    def test_a_frame_is_whole_however_long_its_title(self) -> None:
        for title in ("Enrol this device", "部屋の名前をここに入れてください"):
            self.ask(replace(OPEN, title=title))
            for columns in (80, 24, 20, 12, 5, 3):
                rows = [row for row in self.rows((columns, 9)) if row.strip()]
                self.assertRegex(rows[0], "^ *┌.*┐ *$", columns)
                self.assertRegex(rows[-1], "^ *└─*┘ *$", columns)
            self.press("enter")

    def test_the_terminal_is_taken_with_the_first_word_and_given_back(self) -> None:
        self.assertFalse(self.terminal.started)
        self.screen.stop()
        self.ask(OPEN)
        self.assertTrue(self.terminal.started)
        self.screen.stop()
        self.assertFalse(self.terminal.started)
        self.screen.stop()

    def test_on_a_small_screen_the_field_is_there(self) -> None:
        self.screen.say("many words " * 20)
        self.ask(NEW_PASSWORD)
        self.press(*"secret")
        for size in ((80, 24), (40, 12), (30, 8), (24, 5)):
            self.assertIn("••••••", "\n".join(self.rows(size)), size)

    def test_it_is_always_seen_what_is_asked(self) -> None:
        """Beside the field, or above it where there are too few columns."""
        for step, text in ((replace(KEY, text="many words " * 20), "yes"), (NEW_PASSWORD, "")):
            self.ask(step)
            self.press(*text)
            for size in ((80, 24), (40, 12), (24, 6), (20, 7)):
                seen = " ".join(" ".join(self.rows(size)).replace("│", " ").split())
                self.assertIn(f"{step.prompt}{text}".strip(), seen, size)
            self.press("enter")

    def test_golden(self) -> None:
        for name, said, step, typed in (
            ("link", (), LINK, "chatd://chat.example.org/#" + "k" * 52 + "/7K3M-9QX2-ABCD"),
            ("password", ("This link leads to chat.example.org:4170.",), NEW_PASSWORD, "secret"),
            ("vault", (), OPEN, "secret"),
        ):
            for text in said:
                self.screen.say(text)
            self.ask(step)
            self.press(*typed)
            golden.check(self, f"enrol-{name}-80x24", self.rows())
            self.press("enter")
