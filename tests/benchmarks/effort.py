"""How much time a run may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of all parts.

    :ivar window: seconds of one sample of fan-out or of direct messages.
    :ivar repetitions: samples of each setting on each server; the median counts.
    :ivar pace: seconds of one sample of latencies.
    :ivar connections: idle ones, for memory and sign-in.
    """

    window: float
    repetitions: int
    pace: float
    connections: int


FULL = Effort(window=0.4, repetitions=3, pace=1.5, connections=5000)
QUICK = Effort(window=0.08, repetitions=2, pace=0.3, connections=500)
