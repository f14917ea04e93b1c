"""What was said is there again, after a goodbye and after a kill; nobody reads it on the disk."""

from __future__ import annotations

import json
import os
import signal

from tests.client.history.test_file import readable
from tests.support.program import run, until

from .members import MembersTest

MARKER = "ripe quinces, 3 crates"


class HistoryTest(MembersTest):
    """Alice and Bob in #tea."""

    def setUp(self) -> None:
        super().setUp()
        self.enrol("alice")
        self.enrol("bob")
        self.alice, self.bob = self.sit("alice", "bob")
        self.alice.line("/join #tea")
        self.alice.sees("you made this room")
        self.bob.line("/join #tea")
        for screen in (self.alice, self.bob):
            screen.sees("2 members")

    def history(self, *words: str) -> list[str]:
        """What ``chatc history`` prints beside a chatc that is running."""
        home = str(self.home / "alice")
        rows = run(self.home, "chatc", "--home", home, "history", "--json", *words).stdout
        return [json.loads(row)["text"] for row in rows.splitlines()]

    def test_after_a_goodbye(self) -> None:
        self.bob.line(MARKER)
        self.alice.sees(f"bob │ {MARKER}")
        self.alice.line("thank you")
        self.alice.sees(r"thank you +✓")
        self.leave(self.alice)
        self.bob.sees("alice went offline")
        self.assertEqual(readable(self.home / "alice", ("quinces", "thank you")), [])
        (self.alice,) = self.sit("alice")
        self.alice.keys("\x1b2")
        self.alice.sees(f"bob │ {MARKER}", r"alice │ thank you +✓")
        self.alice.line("/join #tea")
        self.alice.sees("2 members")
        self.alice.line("here again")
        self.alice.sees("since you came", r"here again +✓")
        self.alice.keys("\x12quinc")
        self.alice.sees("1 found")
        self.assertEqual(self.history("--search", "QUINCES"), [MARKER])
        self.assertEqual(self.history("--room", "#tea", "--count", "1"), ["here again"])

    def test_after_a_kill(self) -> None:
        self.bob.line(MARKER)
        self.alice.sees(f"bob │ {MARKER}")
        until(lambda: MARKER in self.history(), lambda: "it is not kept")
        os.kill(self.alice.pid, signal.SIGKILL)
        self.alice.ends()
        self.assertEqual(readable(self.home / "alice", ("quinces",)), [])
        self.alice = self.terminal("alice")
        self.alice.sees("vault password:")
        self.alice.line(self.password)
        self.alice.sees("2 members", f"bob │ {MARKER}")  # her place was kept, and she is shown it
