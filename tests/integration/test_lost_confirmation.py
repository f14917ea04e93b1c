"""PostgreSQL breaks off in a commit and stays away: the daemon ends, and starts from what is
stored."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.daemon import PATIENCE, Daemon, free_port
from tests.support.postgres import server
from tests.support.program import command, environment, run, until

_IMPATIENT = """
from chatd.store import confirmation
confirmation.PATIENCE = 0.1
"""


class LostConfirmationTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.server = server()
        self.database = self.server.database()
        self.home = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, self.home)
        (self.home / "sitecustomize.py").write_text(_IMPATIENT)
        self.order = ("--data-dir", str(self.home / "data"))

    def start(self) -> Daemon:
        """A daemon that listens."""
        port = free_port()
        daemon = Daemon(
            *("--store", self.database, "--listen", f"native=tcp:{port}:interface=127.0.0.1"),
            plugins=self.home,
            data=self.home / "data",
        )
        self.addCleanup(daemon.stop)
        daemon.admin_link()
        return daemon

    def test_ends_as_failed(self) -> None:
        daemon = self.start()
        self.server.hold_commits(True)
        self.addCleanup(self.server.hold_commits, False)
        asking = subprocess.Popen(
            command("chatctl", *self.order, "enrol", "bob"),
            env=environment(self.home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(asking.kill)
        until(lambda: self.server.is_held(self.database), lambda: daemon.output)
        self.server.allow(self.database, False)
        self.assertEqual(daemon.wait(), 1, daemon.output)
        self.assertEqual(asking.wait(PATIENCE), 1)
        self.assertIn("the database broke off in a commit", daemon.output)
        self.server.hold_commits(False)
        self.server.allow(self.database, True)
        self.start()
        self.assertIn("bob", run(self.home, "chatctl", *self.order, "list").stdout)
