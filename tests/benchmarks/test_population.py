"""A tiny run with a real daemon and the generator in Python: everything arrives once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks.load import interpreted
from tests.benchmarks.population import Population
from tests.benchmarks.subjects.daemon import Daemon


class PopulationTests(TestCase):
    def test_a_tiny_run(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, folder)
        daemon = Daemon(folder, None)
        self.addCleanup(daemon.process.stop)
        before = daemon.process.cpu()
        population = Population(daemon, interpreted.gather, 6)
        self.addCleanup(population.close)

        room = population.fan_out(5, 3, 10)
        self.assertEqual([sender for sender, _ in room.batches[0]], [0, 1, 2, 3, 4] * 2)
        population.run(room)
        population.run(population.direct(3, 16, 4))
        latencies = population.latencies(population.paced(4, 8, 0.002))
        self.assertEqual(len(latencies), 8 * 3)

        self.assertGreater(daemon.process.cpu(), before)
        self.assertGreater(daemon.process.resident(), 1 << 20)
