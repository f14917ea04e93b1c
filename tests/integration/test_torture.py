"""A few seeds of what ``make torture-identity`` does a hundred times."""

from __future__ import annotations

import subprocess
import sys

from twisted.trial.unittest import TestCase

from tests.support.program import ROOT

#: Seconds; it takes a tenth of that.
PATIENCE = 200


class Identity(TestCase):
    def test_a_few_seeds(self) -> None:
        size = ("--devices=5", "--lives=24", "--kills=2")
        run = subprocess.run(
            [sys.executable, "-m", "tests.torture", "identity", "--seeds=3", *size],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("3 seeds, ", run.stdout.splitlines()[-1])
