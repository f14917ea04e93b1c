"""A process that is killed with -9 while it writes loses nothing that the disk had taken."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from tests.support.program import ROOT, environment

from .history_case import HistoryCase, past

KILLS = 12
#: Seconds before a kill, at most.
LONGEST = 0.3


class Killed(HistoryCase):
    def test_at_any_moment(self) -> None:
        """What is there is whole, in order, and complete; the index has it, too."""
        chance = random.Random(4170)
        last = 0
        for _ in range(KILLS):
            victim = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.client.history.killed",
                    str(self.home),
                    f"{last + 1}",
                ],
                cwd=ROOT,
                env=environment(self.home),
                stdout=subprocess.PIPE,
                text=True,
            )
            assert victim.stdout is not None
            told = int(victim.stdout.readline())
            time.sleep(chance.uniform(0, LONGEST))
            victim.kill()
            told = max([told, *map(int, victim.stdout.read().split("\n")[:-1])])
            victim.communicate()
            run = self.run_once()
            self.assertEqual(run.told, [])
            texts = past(run.room())
            numbers = [int(text.split()[1]) for text in texts]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
            self.assertEqual(texts[-1], f"number {numbers[-1]} " * 20)
            self.assertGreaterEqual(numbers[-1], told)
            self.assertTrue(self.found(run, f"{numbers[-1]}"))
            last = numbers[-1]
            run.end()
        self.assertGreater(last, KILLS)
