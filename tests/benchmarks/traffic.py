"""Fan-out, direct messages, latency: what people say to each other, on all servers in turn."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from tests.benchmarks.effort import Effort
from tests.benchmarks.load.plan import Lockstep
from tests.benchmarks.population import Population
from tests.benchmarks.results import Table
from tests.benchmarks.sample import Figure, Sample, per_processor, per_second, timed

WINDOWS = (1, 8, 256)
PAIRS = 100
PAIR_WINDOWS = (1, 16)
TALKERS = 50
#: Seconds between two messages into the room where latency is measured.
INTERVAL = 0.01

#: The share of a sample that a trial must fill to tell how many batches a sample takes.
_TRIAL = 0.1


class _Setting(NamedTuple):
    """What one batch is, and how many deliveries it makes."""

    deliveries: int
    plan: Callable[[Population, int], Lockstep]


def _fan_out(room: int, window: int, population: Population, batches: int) -> Lockstep:
    return population.fan_out(room, window, batches)


def _direct(window: int, population: Population, batches: int) -> Lockstep:
    return population.direct(PAIRS, window, batches)


def people(effort: Effort) -> int:
    """How many a server needs for all of this."""
    return max(*effort.rooms, 2 * PAIRS, TALKERS)


def fan_out(populations: Sequence[Population], effort: Effort) -> list[Table]:
    """Deliveries into rooms of several sizes, with several messages in flight."""
    settings = {
        f"n={room} w={window}": _Setting((room - 1) * window, partial(_fan_out, room, window))
        for room in effort.rooms
        for window in WINDOWS
    }
    title = "Fan-out into a room of n"
    return _measured("fan-out", title, "deliveries", settings, populations, effort)


def direct(populations: Sequence[Population], effort: Effort) -> list[Table]:
    """Messages between pairs of people who are in no room together."""
    settings = {
        f"w={window}": _Setting(PAIRS * window, partial(_direct, window)) for window in PAIR_WINDOWS
    }
    title = f"Direct messages between {PAIRS} pairs"
    return _measured("direct", title, "messages", settings, populations, effort)


def latency(populations: Sequence[Population], effort: Effort) -> list[Table]:
    """From a message's start to its arrival, where everyone talks."""
    table = Table(
        "latency",
        f"Latency, {1 / INTERVAL:.0f} messages a second into a room of {TALKERS}",
        "seconds",
        ["p50", "p99"],
        1e-6,
        "µs",
    )
    taken: dict[str, list[tuple[Sample, list[float]]]] = defaultdict(list)
    count = round(effort.pace / INTERVAL)
    for _ in range(effort.repetitions):
        for population in populations:
            plan = population.paced(TALKERS, count, INTERVAL)
            sample, latencies = timed(population.subject.process, count, population.latencies, plan)
            taken[population.subject.name].append((sample, statistics.quantiles(latencies, n=100)))
    for name, runs in taken.items():
        busy = per_second([sample for sample, _ in runs])
        for column, percent in (("p50", 50), ("p99", 99)):
            value = statistics.median(percentiles[percent - 1] for _, percentiles in runs)
            table.put(name, column, Figure(value, busy.server, busy.generator))
    return [table]


def _measured(
    key: str,
    title: str,
    what: str,
    settings: dict[str, _Setting],
    populations: Sequence[Population],
    effort: Effort,
) -> list[Table]:
    """Two tables, by processor time and by the wall."""
    columns = list(settings)
    by_processor = Table(
        f"{key}/cpu",
        f"{title}, by server CPU",
        f"{what}/CPU-s",
        columns,
        1000,
        f"thousand {what}/CPU-s",
    )
    by_wall = Table(
        f"{key}/wall",
        f"{title}, on the wall",
        f"{what}/s",
        columns,
        1000,
        f"thousand {what}/s",
    )
    for column, setting in settings.items():
        samples = _in_turn(populations, setting, effort)
        for name, taken in samples.items():
            by_processor.put(name, column, per_processor(taken))
            by_wall.put(name, column, per_second(taken))
    return [by_processor, by_wall]


def _in_turn(
    populations: Sequence[Population], setting: _Setting, effort: Effort
) -> dict[str, list[Sample]]:
    """Samples of every server, one after the other, several times over."""
    batches = {
        population.subject.name: _fitting(population, setting, effort.window)
        for population in populations
    }
    samples: dict[str, list[Sample]] = {name: [] for name in batches}
    for _ in range(effort.repetitions):
        for population in populations:
            name = population.subject.name
            samples[name].append(_filled(population, setting, batches[name], effort.window))
    return samples


def _fitting(population: Population, setting: _Setting, window: float) -> int:
    """How many batches fill the window. What is tried for that warms the server up, too."""
    batches = 1
    while True:
        wall = _sample(population, setting, batches).wall
        if wall > window * _TRIAL:
            return max(1, int(batches * window / wall))
        batches *= 4


def _filled(population: Population, setting: _Setting, batches: int, window: float) -> Sample:
    """A sample that is not much shorter than it should be, where a server runs unevenly."""
    sample = _sample(population, setting, batches)
    while sample.wall < window * 0.7:
        sample += _sample(population, setting, batches)
    return sample


def _sample(population: Population, setting: _Setting, batches: int) -> Sample:
    plan, count = setting.plan(population, batches), setting.deliveries * batches
    sample, _ = timed(population.subject.process, count, population.run, plan)
    return sample
