"""The benchmark of the client's history, on a small one."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks import history as benchmark
from tests.benchmarks.effort import QUICK
from tests.benchmarks.history import PLAIN
from tests.benchmarks.results import CHATD


class Tables(TestCase):
    def test_everything_is_measured(self) -> None:
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        for name, value in (
            ("COMPARISONS", 1),
            ("COMPARED", {1: 2, 1000: 1000}),
            ("FILLING", 100),
            ("LONG", 500),
            ("PAINTS", 1),
            ("SEARCHES", 2),
        ):
            self.patch(benchmark, name, value)
        effort = dataclasses.replace(QUICK, messages=500)
        tables = list(benchmark.history(lambda: Path(tempfile.mkdtemp(dir=folder)), effort))
        self.assertEqual(
            [table.key for table in tables],
            ["history/write", "history/fill", "history/search", "history/paint"],
        )
        for table in tables:
            self.assertEqual(list(table.rows[CHATD]), table.columns, table.key)
        self.assertEqual(list(tables[0].rows), [CHATD, PLAIN])
