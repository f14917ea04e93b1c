"""How it ends: for a person at the screen, and for everyone when the daemon stops."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

from tests.support.program import command, environment, until
from tests.support.terminal import ALTERNATE, CURSOR, Terminal

from .people import PeopleTest


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in found.split()]


class EndingTest(PeopleTest):
    def enter(self, *people: Terminal) -> None:
        """Everyone is in a room with a password; the first one made it."""
        for person in people:
            person.line("/join #tea -p")
            person.sees("password: ")
            person.line("mint")
            person.sees("2:#tea")

    def are_in_again(self) -> None:
        """Wait until the room has two people."""
        until(
            lambda: self.chatc("looker", "rooms").stdout == "#tea  2 (password)\n",
            lambda: "they do not come back",
        )

    def is_clean(self, terminal: Terminal) -> None:
        """The terminal is as a shell wants it."""
        self.assertFalse(terminal.is_on(ALTERNATE), "still on the other screen")
        self.assertTrue(terminal.is_on(CURSOR), "no cursor")
        self.assertFalse(terminal.is_on("?2004"), "still marks pastes")
        self.assertFalse(terminal.is_on("?1004"), "still tells the focus")
        self.assertFalse(any(terminal.is_on(mode) for mode in ("?1000", "?1002", "?1006")))
        self.assertTrue(terminal.echoes(), "no echo")

    def test_leaving_gives_the_terminal_back(self) -> None:
        alice, bob, carol = self.people("alice", "bob", "carol")
        self.enter(alice, bob, carol)
        self.assertTrue(bob.is_on(ALTERNATE))
        self.assertFalse(bob.echoes())
        bob.keys("unfinished\x03")
        bob.loses("unfinished")
        bob.keys("\x03")
        bob.sees("Quit")
        bob.keys("\x03")  # a guest says goodbye all the same
        self.assertEqual(bob.ends(), 0)
        self.is_clean(bob)
        alice.sees("bob left the server")
        carol.line("/quit")
        self.assertEqual(carol.ends(), 0)
        self.is_clean(carol)
        os.kill(alice.pid, signal.SIGTERM)
        self.assertEqual(alice.ends(), 130)
        self.is_clean(alice)

    def test_everyone_comes_back_when_the_daemon_does(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.enter(alice, bob)
        self.assertEqual(self.daemon.stop(signal.SIGTERM), 0, self.daemon.output)
        for person in (alice, bob):
            person.sees("server is shutting down; trying again")
        alice.keys("what I was typing")
        self.start()
        for person in (alice, bob):
            person.loses("reconnecting")
        self.are_in_again()
        alice.line("")
        bob.sees("alice │ what I was typing")

    def test_a_crash_loses_nobody(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.enter(alice, bob)
        link = self.link
        self.daemon.kill()
        for person in (alice, bob):
            person.sees("reconnecting in")
        self.start()
        self.assertEqual(self.link, link)
        for person in (alice, bob):
            person.loses("reconnecting")
        self.are_in_again()
        bob.line("still here?")
        alice.sees("bob │ still here")

    def in_a_shell(self) -> Terminal:
        """A shell from which alice has started to chat."""
        words = shlex.join(command("chatc", *self.profile("alice"), self.link))
        shell = Terminal(["bash", "--norc", "-im"], environment(self.home) | {"PS1": "shell> "})
        self.addCleanup(shell.close)
        shell.sees("^shell>$")
        shell.line(words)
        shell.sees("connected as alice$")
        return shell

    def test_suspending_and_coming_back(self) -> None:
        shell = self.in_a_shell()
        shell.keys("\x1a")
        shell.sees("Stopped", "^shell>$")
        shell.line("clear")  # pyte has one screen for both
        shell.loses("Stopped")
        shell.line("fg")
        shell.sees("connected as alice$", "^alice›")
        shell.line("/quit")
        shell.sees("^shell>$")
        self.is_clean_for(shell)

    def test_stopped_from_outside(self) -> None:
        """The shell has the terminal meanwhile; afterwards Enter sends again."""
        shell = self.in_a_shell()
        bob = self.people("bob")[0]
        os.kill(children(shell.pid)[0], signal.SIGSTOP)
        shell.sees("Stopped")
        shell.line("fg")
        shell.loses("Stopped")
        shell.sees("connected as alice$")
        shell.line("/msg bob hello")
        bob.sees("2:alice")
        shell.line("/quit")
        shell.sees("^shell>$")
        self.is_clean_for(shell)

    def test_suspending_on_the_way_in(self) -> None:
        words = shlex.join(command("chatc", *self.profile("alice"), "enrol"))
        shell = Terminal(["bash", "--norc", "-im"], environment(self.home) | {"PS1": "shell> "})
        self.addCleanup(shell.close)
        shell.sees("^shell>$")
        shell.line(words)
        shell.sees("link:")
        shell.keys("\x1a")
        shell.sees("Stopped", "^shell>$")
        shell.line("clear")
        shell.loses("Stopped")
        shell.line("fg")
        shell.sees("link:")
        shell.keys("\x03")
        shell.sees("^shell>$")
        self.is_clean_for(shell)

    def is_clean_for(self, shell: Terminal) -> None:
        """A shell edits lines itself: it is asked what the terminal is like for programs."""
        shell.line("stty -a | grep -wo 'echo\\|icanon\\|isig\\|ixon\\|icrnl' | tr '\\n' ' '")
        shell.sees("isig", "icanon", "ixon", "icrnl", "echo ")
        self.assertFalse(shell.is_on(ALTERNATE))
