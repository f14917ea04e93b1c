"""A daemon that is stopped and started again: people notice little, and nothing is lost."""

from __future__ import annotations

import signal
from threading import Thread

from tests.support.terminal import Terminal

from .members import MembersTest

#: What both say before the stop, while there is no daemon, and after it.
LINES = 8


class RestartTest(MembersTest):
    settings = '[limits]\nrate = "off"\n'

    def test_while_people_talk(self) -> None:
        """Both are there again, in their room, without doing anything for it."""
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob")
        self.talk(0)
        self.assertEqual(self.daemon.stop(signal.SIGTERM), 0)
        first = self.daemon.output
        self.talk(1)
        self.start()
        self.talk(2)
        for who in ("alice", "bob"):
            said = [f"{who} {turn}.{number}" for turn in range(3) for number in range(LINES)]
            for reader in ("alice", "bob"):
                self.keeps(reader, said, "--room", "#tea", "--search", f"from:{who}")
        for screen in (self.alice, self.bob):
            screen.sees(" · 2 members · ")
            screen.loses("…$")
        for output in (first, self.daemon.output):
            self.assertNotRegex(output, "(?i)error|traceback|unhandled")

    def test_while_a_command_sends_lines(self) -> None:
        """Each arrives once: also the one that was on its way."""
        for who in ("alice", "bob"):
            self.enrol(who)
        (self.bob,) = self.meet("bob")
        sending = self.begin("alice", "send", "#tea", "-", "--json")
        assert sending.stdin is not None and sending.stdout is not None
        lines = [f"line {number}" for number in range(600)]
        writing = Thread(target=lambda: sending.communicate("\n".join(lines)))
        writing.start()
        self.bob.sees("alice │ line [0-9]")
        self.assertEqual(self.daemon.stop(signal.SIGTERM), 0)
        self.start()
        while writing.is_alive():
            Terminal.attend(0.05)
        writing.join()
        self.assertEqual(sending.returncode, 0)
        self.bob.sees("alice │ line 599")
        self.assertEqual(self.told("bob"), lines)

    def talk(self, turn: int) -> None:
        """They type, and do not wait."""
        for number in range(LINES):
            self.alice.line(f"alice {turn}.{number}")
            self.bob.line(f"bob {turn}.{number}")
