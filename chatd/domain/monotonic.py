"""Timers that a jump of the wall clock can neither fire nor freeze."""

from __future__ import annotations

import time
from typing import Any


def use_monotonic_time(reactor: Any) -> None:
    """Make a Twisted reactor's timers run on monotonic time.

    Twisted's reactors take ``seconds`` from the wall clock: set back by an hour, every heartbeat
    would wait that hour; set forward, all would fire at once. Call it before anything is scheduled.
    """
    reactor.seconds = time.monotonic
