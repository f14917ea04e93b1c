"""Timers that the wall clock has no hold on."""

from __future__ import annotations

import time

from twisted.internet.base import ReactorBase
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.monotonic import use_monotonic_time


class Timers(ReactorBase):
    """A real reactor's timers, with no sockets."""

    def installWaker(self) -> None:
        """Nobody wakes it."""


class Jumps(SynchronousTestCase):
    """The wall clock jumps; a timer fires at its own time."""

    def test_back_and_forth(self) -> None:
        reactor = Timers()
        now = [1000.0]
        self.patch(time, "monotonic", lambda: now[0])
        use_monotonic_time(reactor)
        fired: list[str] = []
        reactor.callLater(10, fired.append, "timer")
        for jump in (-3600, +3600):
            self.patch(time, "time", lambda jump=jump: jump)
            now[0] += 4.9
            reactor.runUntilCurrent()
            self.assertEqual(fired, [])
        now[0] += 0.3
        reactor.runUntilCurrent()
        self.assertEqual(fired, ["timer"])
