"""A tiny run with a real daemon: devices come by link, then by token."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks.accounts import LOT, accounts
from tests.benchmarks.effort import QUICK
from tests.benchmarks.subjects.daemon import Daemon


class AccountsTests(TestCase):
    def test_a_tiny_run(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, folder)

        def fresh() -> Path:
            return Path(tempfile.mkdtemp(dir=folder))

        effort = replace(QUICK, accounts=2 * LOT, lots=1, repetitions=1)
        tables = accounts(partial(Daemon, core=None), fresh, effort)
        self.assertEqual(
            [table.key for table in tables], ["start", "footprint", "devices/cpu", "devices/wall"]
        )
        for table in tables:
            row = table.rows["chatd"]
            self.assertEqual(list(row), table.columns)
            self.assertTrue(all(figure.value > 0 for figure in row.values()))
