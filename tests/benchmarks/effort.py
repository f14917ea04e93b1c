"""How much time a run may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of all parts.

    :ivar rooms: the sizes of rooms for fan-out.
    :ivar window: seconds of one sample of fan-out or of direct messages.
    :ivar repetitions: samples of each setting on each server; the median counts.
    :ivar pace: seconds of one sample of latencies.
    :ivar connections: idle ones, for memory and sign-in.
    :ivar accounts: those in the store; ``lots`` of devices are let in in each way.
    :ivar messages: those in a client's history.
    :ivar said: what each of many says that is stored; ``missed``: what one has to catch up with;
        ``queued``: what waits in a daemon for those who are away.
    """

    rooms: tuple[int, ...]
    window: float
    repetitions: int
    pace: float
    connections: int
    accounts: int
    lots: int
    messages: int
    said: int
    missed: int
    queued: int


FULL = Effort(
    (50, 200, 1000),
    window=0.4,
    repetitions=3,
    pace=1.5,
    connections=5000,
    accounts=10_000,
    lots=10,
    messages=1_000_000,
    said=100,
    missed=10_000,
    queued=100_000,
)
QUICK = Effort(
    (50, 200),
    window=0.08,
    repetitions=2,
    pace=0.3,
    connections=500,
    accounts=1000,
    lots=3,
    messages=50_000,
    said=15,
    missed=2000,
    queued=10_000,
)
