"""From an empty data directory to two people who talk, with nothing but what is printed."""

from __future__ import annotations

import re
import shlex
import time

from tests.support.program import environment
from tests.support.terminal import Terminal

from .members import NARROW, WIDE, MembersTest

ADMIN = r"Enrol the admin \(alice\):  (.+)\nand paste this link.*\n(chatds?://\S+)\n"
OTHERS = r"Enrol others with:  (.+) NAME\n"
BOB = r"(?m)^To enrol bob \(level 1, member\): (.+)$"
LINK = r"(?m)^(chatds?://\S+)$"


class FirstStepsTest(MembersTest):
    """:ivar commands: how many were typed, that which started the daemon too."""

    def setUp(self) -> None:
        self.began = time.monotonic()
        self.commands = 1
        super().setUp()

    def type(self, line: str, login: str, size: tuple[int, int] = NARROW) -> Terminal:
        """Type a command at somebody's login."""
        self.commands += 1
        home = self.home / login
        home.mkdir(exist_ok=True)
        terminal = Terminal(shlex.split(line), environment(home), size)
        self.addCleanup(terminal.close)
        return terminal

    def answer(self, terminal: Terminal, link: str, handle: str) -> None:
        """What enrolment asks for."""
        terminal.sees("Paste the link")
        terminal.paste(link)
        terminal.keys("\r")
        for question in ("new vault password:", "once more:"):
            terminal.sees(question)
            terminal.line(self.password)
        terminal.sees(f"connected as {handle}$")
        self.assertNotIn(self.password, terminal.text())

    def invite(self) -> tuple[str, str]:
        """The admin makes a link for bob.

        :return: what bob is to type, and to paste.
        """
        printed = self.type(f"{self.daemon.says(OTHERS)[1]} bob", "admin", WIDE)
        self.assertEqual(printed.ends(), 0)
        program, link = (re.search(told, printed.text()) for told in (BOB, LINK))
        assert program and link, printed.text()
        return program[1], link[1]

    def both(self, *options: str) -> tuple[Terminal, Terminal]:
        """Enrolled, by what is printed.

        :param options: that bob likes to add.
        """
        program, link = self.daemon.says(ADMIN).groups()
        alice = self.type(program, "admin")
        self.answer(alice, link, "alice")
        program, link = self.invite()
        bob = self.type(" ".join([program, *options]), "bob")
        self.answer(bob, link, "bob")
        return alice, bob

    def say(self, text: str, sender: Terminal, handle: str, hearer: Terminal) -> None:
        """Seen on both screens; in the line mode one's own words are as they were typed."""
        sender.line(text)
        sender.sees(rf"(>| │) {text}\b")
        hearer.sees(rf"{handle}(>| │) {text}\b")

    def talk(self, alice: Terminal, bob: Terminal) -> None:
        """In a room, then alone."""
        alice.line("/join #tea")
        alice.sees("you made this room")
        bob.line("/join #tea")
        alice.sees("bob entered")
        self.say("is there tea", alice, "alice", bob)
        self.say("there is", bob, "bob", alice)
        bob.line("/query alice")
        bob.sees("between you and alice|talking in alice")
        bob.line("it is cold")
        alice.sees("3:bob @1")
        alice.keys("\x1b3")
        alice.sees("bob │ it is cold")
        self.say("never mind", alice, "alice", bob)
        self.say("so be it", bob, "bob", alice)

    def report(self, commands: int = 4) -> None:
        """How long it takes depends on the machine."""
        self.assertEqual(self.commands, commands)
        print(f"{self.commands} commands, {time.monotonic() - self.began:.1f} s", end=" ")

    def test_full_screens(self) -> None:
        self.talk(*self.both())
        self.report()

    def test_one_of_them_line_by_line(self) -> None:
        self.talk(*self.both("--plain"))
        self.report()

    def test_at_the_same_login(self) -> None:
        """Alice is there already: it is told how both can be, and costs one command more."""
        program, link = self.daemon.says(ADMIN).groups()
        alice = self.type(program, "admin")
        self.answer(alice, link, "alice")
        program, link = self.invite()
        self.type(program, "admin", WIDE).sees("--profile NAME$")
        bob = self.type(f"{program} --profile bob", "admin")
        self.answer(bob, link, "bob")
        self.talk(alice, bob)
        self.report(commands=5)
