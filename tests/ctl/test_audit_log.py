"""``chatctl audit``: the log, as it is and as it grows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from chatd.audit import AuditLog
from chatd.ctl.audit_log import POLL
from tests.ctl.case import Case


class Audit(Case):
    """The log, as it is and as it grows."""

    def setUp(self) -> None:
        super().setUp()
        self.log = AuditLog(self.home, 1000, 2, now=lambda: 0.0)
        self.addCleanup(self.log.close)
        self.path = self.home / "audit.log"

    def follow(self, *steps: Callable[[], object]) -> list[str]:
        """Follow the log while the steps are done, one at each pause; then Ctrl-C.

        :return: the lines printed.
        """
        left = list(steps)

        def sleep(seconds: float) -> None:
            self.assertEqual(seconds, POLL)
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        self.patch(time, "sleep", sleep)
        self.assertEqual(self.refusal("audit", "--follow", "--json"), "130")
        self.assertEqual(left, [])
        return self.printed().splitlines()

    def test_no_log(self) -> None:
        self.path.unlink()
        self.assertIn("there is no audit log", self.refusal("audit"))

    def test_printed(self) -> None:
        self.log.record("signed_in", nick="alice", door="native")
        self.log.record("closed", code=120)
        self.assertEqual(
            self.run_ctl("audit"),
            "1970-01-01T00:00:00.000Z signed_in            nick=alice door=native\n"
            "1970-01-01T00:00:00.000Z closed               code=120\n",
        )
        self.assertEqual(self.run_ctl("audit", "--json"), self.path.read_text())

    def test_strange_lines(self) -> None:
        """Shown as they are, with nothing in them that a terminal obeys."""
        self.path.write_bytes(
            b"\n[1]\n{}\n{1}\n\xff\x1b[2J\n" + b"[" * 2000 + b"\n"
            b'{"time": "now", "event": "odd", "nick": "\\u001b[31m\\n"}\n{"time"'
        )
        odd = "now odd                  nick=\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"
        blank = "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J"
        self.assertEqual(
            self.run_ctl("audit").split("\n"),
            ["", "[1]", "{}", "{1}", blank, "[" * 2000, odd, '{"time"', ""],
        )

    def test_follow(self) -> None:
        """What is there, then what is added; a line is told when it is whole."""
        self.log.record("server_started")

        def half() -> None:
            with self.path.open("a") as file:
                file.write('{"event": ')

        def other_half() -> None:
            with self.path.open("a") as file:
                file.write('"closed"}\n')

        told = self.follow(half, other_half)
        self.assertEqual([json.loads(line)["event"] for line in told], ["server_started", "closed"])

    def test_follow_from_nothing(self) -> None:
        """Before the daemon's first start."""
        self.path.unlink()
        self.log.close()
        told = self.follow(lambda: None, lambda: self.log.record("server_started"))
        self.assertEqual(len(told), 1)

    def test_follow_through_rotation(self) -> None:
        """Every line once and in order, wherever the file's end was."""

        def write(*numbers: int) -> Callable[[], None]:
            def step() -> None:
                for number in numbers:
                    self.log.record("closed", count=number)

            return step

        told = self.follow(*(write(*range(start, start + 7)) for start in range(0, 70, 7)))
        self.assertTrue((self.home / "audit.log.2").exists())
        self.assertEqual([json.loads(line)["count"] for line in told], list(range(70)))

    def test_follow_a_torn_line(self) -> None:
        """The end of a file ends its last line, too."""

        def rotate() -> None:
            self.path.write_text("torn")
            self.path.rename(self.home / "audit.log.1")
            self.log.reopen()
            self.log.record("lines_lost", count=1)

        torn, lost = self.follow(rotate, lambda: None)
        self.assertEqual((torn, json.loads(lost)["event"]), ("torn", "lines_lost"))

    def test_one_account(self) -> None:
        """Whatever it is called there, and in whatever case."""
        self.log.record("account_invited", account="Alice", by="admin")
        self.log.record("signed_in", nick="bob", account="bob")
        self.log.record("signed_in", nick="alice", door="native")
        told = self.run_ctl("audit", "--account", "ALICE", "--json").splitlines()
        events = [json.loads(line)["event"] for line in told]
        self.assertEqual(events, ["account_invited", "signed_in"])
        self.path.write_text("torn\n[]\n{}\n")
        self.assertEqual(self.run_ctl("audit", "--account", "alice"), "")
