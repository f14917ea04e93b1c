"""A tiny run with a real daemon: what is stored comes, and waits for those who are away."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks import delivery, disk, waiting
from tests.benchmarks.effort import QUICK
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.subjects.daemon import Daemon


class DeliveryTests(TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.make = partial(Daemon, core=None)
        self.effort = replace(QUICK, repetitions=1, pace=0.1, said=2, missed=400, queued=600)

    def fresh(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))

    def measured(self, tables: list[Table], *keys: str) -> None:
        self.assertEqual([table.key for table in tables], [*keys])
        for table in tables:
            row = table.rows[CHATD]
            self.assertEqual(list(row), table.columns, table.key)
            self.assertTrue(all(figure.value > 0 for figure in row.values()), table.key)

    def test_talking(self) -> None:
        self.patch(delivery, "PEOPLE", 50)
        tables = list(delivery.delivery(self.make, self.fresh, self.effort))
        self.measured(tables, "durable/cpu", "durable/wall", "durable/latency")
        self.assertEqual(list(tables[1].rows), [CHATD, disk.PLAIN])
        self.assertEqual(list(tables[2].rows), [CHATD, disk.PLAIN, disk.SYNC])

    def test_waiting(self) -> None:
        for name, value in (("TALKERS", 4), ("SENDERS", 3), ("QUIET", 0.1)):
            self.patch(waiting, name, value)
        tables = list(waiting.waiting(self.make, self.fresh, self.effort))
        keys = ("catch-up", "catch-up/cpu", "catch-up/wall", "catch-up/latency")
        self.measured(tables, *keys, "queued/start", "queued/memory")
