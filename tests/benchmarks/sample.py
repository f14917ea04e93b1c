"""One stretch of work, and how busy server and generator were with it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from tests.benchmarks.subjects.process import ServerProcess

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sample:
    """``count`` things done in ``wall`` seconds, with processor seconds of server and generator."""

    count: int
    wall: float
    server: float
    generator: float

    def __add__(self, other: Sample) -> Sample:
        return Sample(
            self.count + other.count,
            self.wall + other.wall,
            self.server + other.server,
            self.generator + other.generator,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a table.

    :ivar server: the share of its time the server was busy, 0.0 to 1.0; None where it does not
        matter.
    :ivar generator: the same of the load generator.
    """

    value: float
    server: float | None = None
    generator: float | None = None

    @property
    def held_back(self) -> bool:
        """The generator was busier than the server: the value says more about the generator."""
        return (self.generator or 0.0) > (self.server or 0.0)


def timed(
    process: ServerProcess, count: int, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> tuple[Sample, R]:
    """Do ``count`` things and see what they cost.

    :return: that, and what ``work`` returned.
    """
    server, generator, start = process.cpu(), time.process_time(), time.perf_counter()
    result = work(*args, **kwargs)
    wall = time.perf_counter() - start
    return Sample(count, wall, process.cpu() - server, time.process_time() - generator), result


def rate(samples: Sequence[Sample], seconds: Callable[[Sample], float]) -> Figure:
    """The median rate of several samples, by the seconds that count."""
    return Figure(
        statistics.median(sample.count / seconds(sample) for sample in samples),
        statistics.median(sample.server / sample.wall for sample in samples),
        statistics.median(sample.generator / sample.wall for sample in samples),
    )


def per_processor(samples: Sequence[Sample]) -> Figure:
    """Things a second of the server's processor time."""
    return rate(samples, lambda sample: sample.server)


def per_second(samples: Sequence[Sample]) -> Figure:
    """Things a second on the wall."""
    return rate(samples, lambda sample: sample.wall)
