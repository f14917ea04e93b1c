"""Asking line by line, and answers given beforehand."""

from __future__ import annotations

import builtins
import getpass
import io
import signal
import sys
from dataclasses import replace

from twisted.internet.defer import CancelledError, Deferred
from twisted.trial.unittest import SynchronousTestCase

from client.enrolment import lines
from client.enrolment.given import Given
from client.enrolment.lines import Lines
from client.enrolment.step import Step, Unanswered, ask
from client.enrolment.steps import KEY, LINK, NEW_PASSWORD, OPEN, choose_password


class _Typewriter(io.StringIO):
    def isatty(self) -> bool:
        return True


class LinesTest(SynchronousTestCase):
    """:ivar typed: what the next questions are answered with, seen and unseen."""

    def setUp(self) -> None:
        self.typed: list[str | BaseException] = []
        self.unseen: list[str | BaseException] = []
        self.prompts: list[str] = []
        self.out, self.err = io.StringIO(), io.StringIO()
        for name, stream in (("stdin", _Typewriter()), ("stdout", self.out), ("stderr", self.err)):
            self.patch(sys, name, stream)
        self.patch(builtins, "input", lambda prompt: self.read(self.typed, prompt))
        self.patch(getpass, "getpass", lambda prompt: self.read(self.unseen, prompt))
        self.patch(lines, "_at_terminal", lambda: True)

    def read(self, answers: list[str | BaseException], prompt: str) -> str:
        self.prompts.append(prompt)
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def test_a_reason_stands_above_the_question(self) -> None:
        """Where nobody can answer it is not said: the program ends with it."""
        step = replace(LINK, reason="It expired.")
        self.typed = ["chatd://h"]
        self.asked(step)
        self.assertTrue(self.err.getvalue().startswith("It expired.\nPaste the link"))
        self.patch(sys, "stdin", io.StringIO())
        self.failureResultOf(self.asked(step), Unanswered)
        self.assertEqual(self.err.getvalue().count("It expired."), 1)

    def test_a_command_is_not_broken(self) -> None:
        command = "  chatc --home " + "'a long name' " * 9 + "enrol"
        Lines().say(f"Then:\n{command}")
        self.assertEqual(self.err.getvalue(), f"Then:\n{command}\n")

    def asked(self, step: Step) -> Deferred[str]:
        return Deferred.fromCoroutine(Lines().ask(step))

    def test_seen(self) -> None:
        """Nothing goes to standard output: that is for what a command gives."""
        self.typed = ["chatd://h"]
        self.assertEqual(self.successResultOf(self.asked(LINK)), "chatd://h")
        self.assertIn("Paste the link", self.err.getvalue())
        self.assertTrue(self.err.getvalue().endswith("\nlink: "))
        self.assertEqual(self.out.getvalue(), "")

    def test_unseen(self) -> None:
        self.unseen = ["sesame"]
        self.assertEqual(self.successResultOf(self.asked(OPEN)), "sesame")
        self.assertEqual(self.prompts, ["vault password: "])

    def test_signals_and_the_end_of_input(self) -> None:
        before = signal.getsignal(signal.SIGTERM)
        self.unseen = [KeyboardInterrupt(), EOFError(), OSError(5, "Input/output error")]
        self.failureResultOf(self.asked(OPEN), CancelledError)
        self.failureResultOf(self.asked(OPEN), Unanswered)
        self.failureResultOf(self.asked(OPEN), Unanswered)
        self.assertEqual(signal.getsignal(signal.SIGTERM), before)

    def test_the_shell_has_its_row_again(self) -> None:
        for end in (KeyboardInterrupt(), EOFError()):
            self.typed = [end]
            self.failureResultOf(self.asked(LINK))
            self.assertTrue(self.err.getvalue().endswith("link: \n"))

    def test_nobody_is_there(self) -> None:
        """Not even asked: a line of a pipe is no answer, and a secret would be seen."""
        self.patch(sys, "stdin", io.StringIO("yes\n"))
        self.patch(lines, "_at_terminal", lambda: False)
        for step, option in ((LINK, "--link-fd"), (OPEN, "--password-fd"), (KEY, "yes or no")):
            error = self.failureResultOf(self.asked(step), Unanswered)
            self.assertIn(option, str(error.value))
        self.assertEqual(self.prompts, [])

    def test_words_of_strangers_steer_no_terminal(self) -> None:
        Lines().say("\x1b[2Jwrong\x07")
        self.assertEqual(self.err.getvalue(), "␛[2Jwrong␇\n")

    def test_paragraphs_are_easy_to_read_and_keys_stay_whole(self) -> None:
        Lines().say("word " * 40 + "\n  " + "k" * 100)
        *words, key = self.err.getvalue().splitlines()
        self.assertTrue(all(len(line) <= 78 for line in words))
        self.assertIn("k" * 100, key)


class GivenTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.asked: list[str] = []
        self.heard: list[str] = []

    async def ask(self, step: Step) -> str:
        self.asked.append(step.name)
        return "typed by hand"

    def say(self, text: str) -> None:
        self.heard.append(text)

    def stop(self) -> None:
        self.heard.append("stopped")

    def test_each_once(self) -> None:
        given = Given({"link": "chatd://h"}, self)
        answers = [self.successResultOf(given.ask(LINK)) for _ in range(2)]
        self.assertEqual(answers, ["chatd://h", "typed by hand"])
        self.successResultOf(given.ask(OPEN))
        self.assertEqual(self.asked, ["link", "password"])

    def test_a_password_repeats_itself(self) -> None:
        given = Given({"password": "correct horse"}, self)
        chosen = self.successResultOf(choose_password(given, NEW_PASSWORD))
        self.assertEqual((chosen, self.asked), ("correct horse", []))

    def test_what_will_not_do_is_told_and_asked_for(self) -> None:
        given = Given({"password": "short"}, self)
        step = replace(OPEN, check=NEW_PASSWORD.check)
        self.assertEqual(self.successResultOf(ask(given, step)), "typed by hand")
        self.assertIn("The password is too short", self.heard[0])

    def test_words_and_the_end_are_passed_on(self) -> None:
        given = Given({}, self)
        given.say("hello")
        given.stop()
        self.assertEqual(self.heard, ["hello", "stopped"])
