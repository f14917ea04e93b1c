"""The audit log: what a line holds, what never gets in, rotation, a full disk."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import cast

from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from chatd.audit import AuditEvent, AuditLog
from chatd.errors import Code, ConfigError
from chatd.interfaces import IAudit

FILL = """
import resource, signal, sys
from pathlib import Path
from typing import cast
from chatd.audit import AuditLog
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = AuditLog(Path(sys.argv[1]), 10_000, 0)
log.record("closed", count=1)
size = (Path(sys.argv[1]) / "audit.log").stat().st_size
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
log.record("closed", count=2)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.record("closed", count=3)
"""


class AuditCase(TestCase):
    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()
        self.path = self.home / "audit.log"
        self.now = 1_700_000_000.5

    def open(self, size: int = 10_000, keep: int = 2) -> AuditLog:
        log = AuditLog(self.home, size, keep, lambda: self.now)
        self.addCleanup(log.close)
        return log

    def rows(self, path: Path | None = None) -> list[dict[str, object]]:
        return [json.loads(line) for line in (path or self.path).read_text("ascii").splitlines()]


class Lines(AuditCase):
    def test_is_an_audit(self) -> None:
        verifyObject(IAudit, self.open())

    def test_line(self) -> None:
        self.open().record("signed_in", nick="Zoë", address="::1", code=Code.BUSY, seconds=1.5)
        self.assertEqual(
            self.path.read_text(),
            '{"time": "2023-11-14T22:13:20.500Z", "event": "signed_in", "nick": "Zo\\u00eb", '
            '"address": "::1", "code": 333, "seconds": 1.5}\n',
        )

    def test_what_is_not_declared_is_not_written(self) -> None:
        log = self.open()
        self.assertRaises(ValueError, log.record, "signed_in", text="secret")
        self.assertRaises(ValueError, log.record, "said", nick="zoe")
        self.assertEqual(self.path.read_text(), "")

    def test_every_event_can_be_written(self) -> None:
        log = self.open()
        for event in AuditEvent:
            log.record(event.value)
        self.assertEqual([row["event"] for row in self.rows()], [str(one) for one in AuditEvent])

    def test_hostile_values_stay_in_their_line(self) -> None:
        self.open().record("closed", nick="a\n\x1b[2J\u202e\ud800" + "x" * 1000, reason=None)
        text = self.path.read_text("ascii")
        self.assertEqual(text.count("\n"), 1)
        self.assertTrue(text.rstrip().isprintable())
        self.assertEqual(len(str(self.rows()[0]["nick"])), 200)

    def test_readable_by_its_owner_alone(self) -> None:
        self.path.touch(0o644)
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        log = self.open(size=100)
        for _ in range(3):
            log.record("closed", nick="x" * 60)
        for path in (self.path, Path(f"{self.path}.1")):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_goes_on_after_what_is_there(self) -> None:
        self.open().record("server_started")
        self.open().record("server_stopping")
        self.assertEqual(
            [row["event"] for row in self.rows()], ["server_started", "server_stopping"]
        )

    def test_torn_line_of_a_crash(self) -> None:
        self.path.write_text('{"time": "20')
        self.open().record("server_started")
        self.assertEqual(self.path.read_text().splitlines()[0], '{"time": "20')
        self.assertEqual(
            json.loads(self.path.read_text().splitlines()[1])["event"], "server_started"
        )

    def test_cannot_be_opened(self) -> None:
        self.path.mkdir()
        error = self.assertRaises(ConfigError, self.open)
        self.assertIn(f"{self.path}: cannot be opened: ", str(error))


class Rotation(AuditCase):
    def test_keeps_the_youngest(self) -> None:
        log = self.open(size=200, keep=2)
        for count in range(10):
            log.record("closed", count=count, reason="x" * 100)
        counts = [
            [row["count"] for row in self.rows(path)]
            for path in (Path(f"{self.path}.2"), Path(f"{self.path}.1"), self.path)
        ]
        self.assertEqual(counts, [[7], [8], [9]])
        self.assertEqual(len(list(self.home.iterdir())), 3)

    def test_keeps_none(self) -> None:
        log = self.open(size=200, keep=0)
        for count in range(3):
            log.record("closed", count=count, reason="x" * 100)
        self.assertEqual([row["count"] for row in self.rows()], [2])
        self.assertEqual(len(list(self.home.iterdir())), 1)

    def test_size_counts_what_was_there(self) -> None:
        self.path.write_text("x" * 199 + "\n")
        self.open(size=200).record("closed")
        self.assertEqual(len(self.rows()), 1)
        self.assertEqual(Path(f"{self.path}.1").stat().st_size, 200)

    def test_moved_away_by_somebody_else(self) -> None:
        log = self.open()
        log.record("server_started")
        self.path.rename(self.home / "moved")
        log.record("signed_in")
        log.reopen()
        log.record("server_stopping")
        self.assertEqual(len(self.rows(self.home / "moved")), 2)
        self.assertEqual(len(self.rows()), 1)


class FullDisk(AuditCase):
    def hear(self) -> list[LogEvent]:
        heard: list[LogEvent] = []
        observer = cast(ILogObserver, heard.append)
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)
        return heard

    def test_is_told_once_and_writing_goes_on_later(self) -> None:
        self.path.symlink_to("/dev/full")
        log, heard = self.open(), self.hear()
        for _ in range(3):
            log.record("closed")
        self.assertEqual(len(heard), 1)
        self.assertIn("cannot be written: [Errno 28]", formatEvent(heard[0]))
        self.path.unlink()
        log.reopen()
        log.record("signed_in")
        self.assertEqual([row["event"] for row in self.rows()], ["lines_lost", "signed_in"])
        self.assertEqual(self.rows()[0]["count"], 3)
        self.assertIn("3 lines lost", formatEvent(heard[1]))

    def test_line_that_fits_in_part(self) -> None:
        # In a process of its own: the limit holds for every file of a process.
        subprocess.run(
            [sys.executable, "-c", FILL, str(self.home)],
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            check=True,
        )
        lines = self.path.read_text().splitlines()
        self.assertEqual(len(lines[1]), 10)
        self.assertEqual([json.loads(line)["count"] for line in lines[2:]], [1, 3])
