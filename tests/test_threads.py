"""Threads: how many run, how many wait, and what becomes of work that never ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread

from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.trial.unittest import TestCase

from chatd.errors import Code, Refused
from chatd.threads import MAX_WAITING, RUNNING, Threads
from tests.support.program import PATIENCE, ROOT

#: Begins work that never ends, waits until it has begun, and leaves.
LEAVING = """
from threading import Event
from twisted.internet import reactor
from chatd.threads import Threads
begun = Event()
Threads(reactor).run(lambda: begun.set() or Event().wait())
reactor.callWhenRunning(begun.wait)
reactor.callWhenRunning(reactor.stop)
reactor.run()
"""


class Work(TestCase):
    timeout = 30

    def setUp(self) -> None:
        self.threads = Threads(reactor)
        self.gate = Event()
        self.noted: list[str] = []
        self.addCleanup(self.gate.set)

    def fill(self, count: int) -> list[Deferred[bool]]:
        """Work that ends when the gate opens."""
        return [self.threads.run(self.gate.wait) for _ in range(count)]

    def noting(self, what: str, count: int) -> list[Deferred[bool]]:
        """Work that leaves a note."""

        def note() -> bool:
            self.noted.append(what)
            return True

        return [self.threads.run(note) for _ in range(count)]

    async def fails(self, work: Callable[[], object], kind: type[BaseException]) -> None:
        try:
            await self.threads.run(work)
        except kind:
            return
        self.fail("it did not fail")

    async def test_results(self) -> None:
        self.assertEqual(await self.threads.run(lambda: 2 + 3), 5)
        await self.fails(lambda: 1 // 0, ZeroDivisionError)
        await self.fails(sys.exit, SystemExit)

    async def test_bounds(self) -> None:
        """One more than may wait is refused; when the others are done there is room again."""
        running, done = self.fill(RUNNING), self.noting("waited", MAX_WAITING)
        error = self.failureResultOf(self.threads.run(self.gate.wait), Refused).value
        self.assertEqual((error.code, error.wait), (Code.BUSY, 1.0))
        self.assertEqual(self.noted, [])
        self.gate.set()
        await gatherResults([*running, *done])
        self.assertEqual(self.noted, ["waited"] * MAX_WAITING)
        self.assertEqual(await self.threads.run(lambda: 3), 3)

    async def test_cancelled_while_it_waits(self) -> None:
        """It is never done."""
        running = self.fill(RUNNING)
        (first,), second = self.noting("first", 1), self.noting("second", 1)
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.gate.set()
        await gatherResults([*running, *second])
        self.assertEqual(self.noted, ["second"])

    async def test_cancelled_while_it_runs(self) -> None:
        """Its place is free when it has ended, not before."""
        for work in self.fill(RUNNING):
            work.cancel()
            self.failureResultOf(work, CancelledError)
        waiting = self.threads.run(lambda: "at last")
        self.assertNoResult(waiting)
        self.gate.set()
        self.assertEqual(await waiting, "at last")

    async def test_no_threads_left(self) -> None:
        """The system's limit is told, and no place is lost."""

        def start(thread: Thread) -> None:
            raise RuntimeError("can't start new thread")

        patch = self.patch(Thread, "start", start)
        for _ in range(RUNNING + MAX_WAITING + 1):
            self.failureResultOf(self.threads.run(self.gate.wait), RuntimeError)
        patch.restore()
        self.assertEqual(await self.threads.run(lambda: 3), 3)

    def test_leaving(self) -> None:
        """A process ends whatever still hangs in it."""
        command = [sys.executable, "-c", LEAVING]
        subprocess.run(command, cwd=ROOT, timeout=PATIENCE, check=True)
