"""A process that is killed with -9 while it hears and says: what it has acknowledged it has, and
what the server has taken was said once."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import Any

from tests.client.history.history_case import HistoryCase
from tests.support.program import ROOT, environment

from .wire_case import BIRTH, Run

KILLS = 6
#: Seconds before a kill, at most.
LONGEST = 0.4


class Killed(HistoryCase):
    """:ivar stored: what the server has."""

    def setUp(self) -> None:
        super().setUp()
        self.stored: dict[str, Any] = {"last": BIRTH, "acked": BIRTH, "own": []}

    def live(self, seconds: float) -> None:
        """A run, and its end."""
        victim = subprocess.Popen(
            [sys.executable, "-m", "tests.client.delivery.killed", str(self.home)],
            cwd=ROOT,
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert victim.stdin is not None and victim.stdout is not None
        victim.stdin.write(json.dumps(self.stored) + "\n")
        victim.stdin.flush()
        self.take(victim.stdout.readline().removesuffix("\n"))
        time.sleep(seconds)
        victim.kill()
        for line in victim.stdout.read().split("\n")[:-1]:
            self.take(line)
        victim.communicate()

    def take(self, line: str) -> None:
        """What the server did."""
        what, number, *rest = line.split(maxsplit=4)
        if what == "acknowledged":
            self.stored["acked"] = int(number)
            return
        self.stored["last"] = int(number)
        if what == "own":
            epoch, seq, text = rest
            self.stored["own"].append([int(number), int(epoch), int(seq), text])

    def test_at_any_moment(self) -> None:
        chance = random.Random(4170)
        for _ in range(KILLS):
            self.live(chance.uniform(0, LONGEST))
            self.check()
        self.assertGreater(self.stored["acked"], BIRTH + KILLS)
        self.assertGreater(len(self.stored["own"]), KILLS)

    def check(self) -> None:
        """What the file has is whole."""
        run = Run(self.home)
        entries = run.entries()
        own = {number for number, *_ in self.stored["own"]}
        assert run.recorder is not None
        (stream,) = run.recorder.ledger
        self.assertGreaterEqual(stream.position, self.stored["acked"])
        heard = [entry.id for entry in entries if not entry.own]
        reached = range(BIRTH + 1, stream.position + 1)
        self.assertEqual(heard, [number for number in reached if number not in own])
        texts = [text for *_, text in self.stored["own"]]
        self.assertEqual(len(texts), len(set(texts)))
        mine = [entry.text for entry in entries if entry.own]
        self.assertEqual(mine[: len(texts)], texts)
        waiting = [one.text for one in run.recorder.ledger.unsent]
        self.assertEqual(mine[len(mine) - len(waiting) :], waiting)
        run.end()
