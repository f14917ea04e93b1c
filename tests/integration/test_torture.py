"""A few seeds of what ``make torture`` and ``make torture-identity`` do for long."""

from __future__ import annotations

import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from tests.support.program import ROOT

#: Seconds; they take a fraction of that.
PATIENCE = 300


class TortureTest(SynchronousTestCase):
    timeout = 2 * PATIENCE

    def torture(self, what: str, *size: str) -> str:
        """Run it.

        :return: its last line.
        """
        run = subprocess.run(
            [sys.executable, "-m", "tests.torture", what, *size],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout.splitlines()[-1]

    def test_identity(self) -> None:
        said = self.torture("identity", "--seeds=3", "--devices=5", "--lives=24", "--kills=2")
        self.assertIn("3 seeds, ", said)

    def test_delivery(self) -> None:
        said = self.torture("delivery", "--seeds=1", "--seed=4170", "--messages=400")
        self.assertIn("1 seeds, ", said)
