"""A process that is killed with -9 while it writes leaves the old vault or the new one, whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.program import ROOT, environment

from .vault_case import VaultCase


class Killed(VaultCase):
    def test_at_every_step_and_at_any_moment(self) -> None:
        """The program says in which series it found anything else, and ends with a traceback."""
        home = Path(self.mktemp()).absolute()
        done = subprocess.run(
            [sys.executable, "-m", "tests.client.vault.killed", str(self.folder)],
            cwd=ROOT,
            env=environment(home),
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        series = {
            name: (int(kills), int(new))
            for name, kills, new in map(str.split, done.stdout.splitlines())
        }
        self.assertEqual(list(series), ["creating", "saving", "changing", "without_pause"])
        self.assertEqual(series.pop("without_pause")[0], 40)
        for kills, new in series.values():
            self.assertGreater(kills - new, 20)  # before the new one was in its place
            self.assertGreater(new, 3)  # and after
