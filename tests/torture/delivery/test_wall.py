"""What a clock that jumps leaves behind."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.torture.delivery.wall import forget_killed


class Killed(SynchronousTestCase):
    def test_what_the_dead_shared_goes(self) -> None:
        shared = Path(self.mktemp())
        shared.mkdir()
        gone, living = 2**22 + 1, os.getpid()  # no process has a higher number than 2**22
        for pid in (gone, living):
            for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
                (shared / name).touch()
        (shared / "somebody.else").touch()
        forget_killed(shared)
        self.assertEqual(
            sorted(path.name for path in shared.iterdir()),
            [f"faketime_shm_{living}", f"sem.faketime_sem_{living}", "somebody.else"],
        )
