"""Messages that are stored until everybody has them: how many a second, and how long it takes until
they are accepted, beside what the disk can do at all."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twisted.internet.task import deferLater

from tests.benchmarks import disk
from tests.benchmarks.accounts import Make, fill
from tests.benchmarks.effort import Effort
from tests.benchmarks.load.people import Loop, Person, Place
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.sample import Figure, Sample, per_processor, per_second, timed
from tests.benchmarks.subjects.daemon import DATA, Daemon
from tests.benchmarks.traffic import INTERVAL, TALKERS

#: Who talks, each with one message on its way: as many can be in one commit.
PEOPLE = 200
#: How many are in one room; two are a pair.
SIZES = (2, 10, 50)

#: Who signs in at once: more would wait longer for their turn than a handshake may take.
_TOGETHER = 100


@dataclass(slots=True)
class Setting:
    """Where each of the people talks, and how many others hear it."""

    places: list[Place]
    others: int


def delivery(make: Make, fresh: Callable[[], Path], effort: Effort) -> Iterator[Table]:
    """:param fresh: makes an empty folder."""
    folder = fresh()
    devices = fill(folder / DATA, PEOPLE)
    with ExitStack() as stack:
        daemon = make(folder)
        stack.callback(daemon.process.stop)
        loop = Loop()
        stack.callback(loop.close)
        people = [Person(loop, device) for device in devices]
        come(loop, daemon, people)
        settings = {_column(size): _setting(loop, people, size) for size in SIZES}
        yield from _throughput(daemon, loop, people, settings, fresh, effort)
        places = settings[_column(TALKERS)].places[:TALKERS]
        yield _latency(daemon, loop, people[:TALKERS], places, fresh, effort)


def come(loop: Loop, daemon: Daemon, people: Sequence[Person]) -> None:
    """All sign in and follow what there is."""
    for start in range(0, len(people), _TOGETHER):
        loop.together(person.come(daemon.port) for person in people[start : start + _TOGETHER])


def _column(size: int) -> str:
    return "pairs" if size == 2 else f"rooms of {size}"


def _setting(loop: Loop, people: Sequence[Person], size: int) -> Setting:
    if size == 2:
        places = loop.together(
            person.pair(people[number ^ 1].handle) for number, person in enumerate(people)
        )
    else:
        places = loop.together(
            person.enter(f"r{size}-{number // size}") for number, person in enumerate(people)
        )
    return Setting(places, size - 1)


def _throughput(
    daemon: Daemon,
    loop: Loop,
    people: Sequence[Person],
    settings: dict[str, Setting],
    fresh: Callable[[], Path],
    effort: Effort,
) -> Iterator[Table]:
    columns = list(settings)
    title = "Messages stored, delivered and acknowledged"
    by_processor, by_wall = rates("durable", title, columns)
    for column, setting in settings.items():
        count = max(1, effort.said // (1 + setting.others // 10))
        samples, floor = [], []
        _talked(daemon, loop, people, setting, 1)
        for _ in range(effort.repetitions):
            samples.append(_talked(daemon, loop, people, setting, count))
            floor.append(samples[-1].count / disk.write_and_delete(fresh(), samples[-1].count))
        by_processor.put(CHATD, column, per_processor(samples))
        by_wall.put(CHATD, column, per_second(samples))
        by_wall.put(disk.PLAIN, column, Figure(statistics.median(floor)))
    yield by_processor
    yield by_wall


def rates(key: str, title: str, columns: list[str]) -> tuple[Table, Table]:
    """Two tables of messages, by processor time and by the wall."""
    units = {"cpu": ("by server CPU", "messages/CPU-s"), "wall": ("on the wall", "messages/s")}
    by_processor, by_wall = (
        Table(f"{key}/{by}", f"{title}, {words}", unit, columns, 1000, f"thousand {unit}")
        for by, (words, unit) in units.items()
    )
    return by_processor, by_wall


def _talked(
    daemon: Daemon, loop: Loop, people: Sequence[Person], setting: Setting, count: int
) -> Sample:
    """Everybody says ``count`` messages, and all have arrived."""
    said = count * len(people)
    due = _delivered(people) + said * setting.others

    def talk() -> None:
        both = zip(people, setting.places, strict=True)
        loop.together(person.talk(place, count) for person, place in both)
        loop.until(lambda: _delivered(people) >= due)

    return timed(daemon.process, said, talk)[0]


def _delivered(people: Sequence[Person]) -> int:
    return sum(person.delivered for person in people)


def _latency(
    daemon: Daemon,
    loop: Loop,
    people: Sequence[Person],
    places: Sequence[Place],
    fresh: Callable[[], Path],
    effort: Effort,
) -> Table:
    columns = ["accepted p50", "accepted p99", "delivered p50", "delivered p99"]
    title = f"Latency of what is stored, {1 / INTERVAL:.0f} messages a second, {TALKERS} people"
    table = Table("durable/latency", title, "seconds", columns, 0.001, "ms")
    count = round(effort.pace / INTERVAL)
    taken: dict[str, list[list[float]]] = {CHATD: [], disk.PLAIN: [], disk.SYNC: []}
    samples = []
    for _ in range(effort.repetitions):
        paced = partial(_paced, loop, people, places, count)
        sample, (accepted, delivered) = timed(daemon.process, count, paced)
        samples.append(sample)
        taken[CHATD].append(percentiles(accepted) + percentiles(delivered))
        taken[disk.PLAIN].append(percentiles(disk.commits(fresh(), count)))
        taken[disk.SYNC].append(percentiles(disk.syncs(fresh(), count)))
    busy = per_second(samples)
    for name, found in taken.items():
        for column, values in zip(columns, zip(*found, strict=True), strict=False):
            shares = (busy.server, busy.generator) if name == CHATD else ()
            table.put(name, column, Figure(statistics.median(values), *shares))
    return table


def _paced(
    loop: Loop, people: Sequence[Person], places: Sequence[Place], count: int
) -> tuple[list[float], list[float]]:
    """Everyone talks in turn, at fixed times.

    :return: seconds until each message was accepted, and until each was delivered to each.
    """
    delays: list[float] = []
    for person in people:
        person.delays = delays

    async def say(number: int) -> float:
        await deferLater(loop.reactor, number * INTERVAL)
        one = number % len(people)
        return await people[one].say(places[one])

    accepted = loop.together(say(number) for number in range(count))
    loop.until(lambda: len(delays) >= count * (len(people) - 1))
    for person in people:
        person.delays = None
    return accepted, delays


def percentiles(values: Sequence[float]) -> list[float]:
    """The median and the 99th."""
    hundredths = statistics.quantiles(values, n=100)
    return [hundredths[49], hundredths[98]]
