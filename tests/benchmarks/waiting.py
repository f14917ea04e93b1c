"""Messages that wait for somebody: catching up with them, what that costs others, and what a daemon
with many of them needs."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import LoopingCall

from tests.benchmarks.accounts import Make, fill, start
from tests.benchmarks.delivery import come, percentiles, rates
from tests.benchmarks.effort import Effort
from tests.benchmarks.load.people import Loop, Person, Place
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.sample import Figure, Sample, per_processor, per_second, timed
from tests.benchmarks.subjects.daemon import DATA, Daemon
from tests.benchmarks.traffic import INTERVAL

#: Who talk in the room that somebody misses.
TALKERS = 50
#: Who each send to somebody who is away.
SENDERS = 100
#: Seconds for which two others are listened to while nothing else happens.
QUIET = 1.0


def waiting(make: Make, fresh: Callable[[], Path], effort: Effort) -> Iterator[Table]:
    """:param fresh: makes an empty folder."""
    yield from _missed(make, fresh(), effort)
    yield from _queued(make, fresh(), effort)


@contextmanager
def _run(make: Make, folder: Path, loop: Loop, people: Sequence[Person]) -> Iterator[Daemon]:
    """A daemon with these people on it, who hang up before it ends."""
    daemon = make(folder)
    try:
        come(loop, daemon, people)
        yield daemon
        for person in people:
            person.hang_up()
    finally:
        daemon.process.stop()


# ---------------------------------------------------------------- catching up


def _missed(make: Make, folder: Path, effort: Effort) -> Iterator[Table]:
    each = effort.missed // TALKERS
    samples, quiet, meanwhile = list[Sample](), list[float](), list[float]()
    loop = Loop()
    people = [Person(loop, device) for device in fill(folder / DATA, TALKERS + 3)]
    with closing(loop), _run(make, folder, loop, people) as daemon:
        *talkers, late, one, other = people
        *places, missed = loop.together(person.enter("missed") for person in [*talkers, late])
        between = loop.result(Deferred.fromCoroutine(one.pair(other.handle)))
        loop.result(Deferred.fromCoroutine(other.pair(one.handle)))
        for _ in range(effort.repetitions):
            late.hang_up()
            both = zip(talkers, places, strict=True)
            loop.together(talker.talk(place, each) for talker, place in both)
            other.delays = quiet
            _listened(loop, one, between, _pause(loop))
            other.delays = meanwhile
            due = late.delivered + each * TALKERS
            back = _back(late, missed, daemon.port)
            sample, _ = timed(daemon.process, each * TALKERS, _listened, loop, one, between, back)
            assert late.delivered == due, f"{due - late.delivered} are missing"
            samples.append(sample)
    return _tables(samples, quiet, meanwhile, effort.missed)


async def _pause(loop: Loop) -> None:
    waiting: Deferred[None] = Deferred()
    loop.reactor.callLater(QUIET, waiting.callback, None)
    await waiting


async def _back(person: Person, place: Place, port: int) -> None:
    await person.come(port)
    await person.catch_up(place)


def _listened(loop: Loop, person: Person, place: Place, work: Coroutine[Any, Any, None]) -> None:
    """Somebody says something every few milliseconds until the work is done."""
    said: list[Deferred[float]] = []
    talking = LoopingCall(lambda: said.append(Deferred.fromCoroutine(person.say(place))))
    talking.clock = loop.reactor
    talking.start(INTERVAL)
    loop.result(Deferred.fromCoroutine(work))
    talking.stop()
    loop.result(gatherResults(said))


def _tables(
    samples: Sequence[Sample], quiet: Sequence[float], meanwhile: Sequence[float], missed: int
) -> Iterator[Table]:
    title = f"Catching up with {missed:,} messages"
    took = Table("catch-up", title, "seconds", ["until all are here"], 1.0, "s")
    took.put(CHATD, took.columns[0], Figure(statistics.median(sample.wall for sample in samples)))
    yield took
    column = "catch-up"
    by_processor, by_wall = rates("catch-up", title, [column])
    by_processor.put(CHATD, column, per_processor(samples))
    by_wall.put(CHATD, column, per_second(samples))
    yield from (by_processor, by_wall)
    columns = ["quiet p50", "quiet p99", "meanwhile p50", "meanwhile p99"]
    delays = Table(
        "catch-up/latency",
        "Latency of what two others say before and meanwhile",
        "seconds",
        columns,
        0.001,
        "ms",
    )
    values = percentiles(quiet) + percentiles(meanwhile)
    for column, value in zip(columns, values, strict=True):
        delays.put(CHATD, column, Figure(value))
    yield delays


# ---------------------------------------------------------------- a daemon with much to keep


def _queued(make: Make, folder: Path, effort: Effort) -> Iterator[Table]:
    """For those who are away, each from one other."""
    each = effort.queued // SENDERS
    loop = Loop()
    people = [Person(loop, device) for device in fill(folder / DATA, 2 * SENDERS)]
    senders, away = people[:SENDERS], people[SENDERS:]
    with closing(loop):
        with _run(make, folder, loop, people):  # to enrol
            pass
        empty = [start(make, folder) for _ in range(effort.repetitions)]
        with _run(make, folder, loop, senders) as daemon:
            grown = -daemon.process.resident()
            _send(loop, senders, away, each)
            grown += daemon.process.resident()
        full = [start(make, folder) for _ in range(effort.repetitions)]
        with _run(make, folder, loop, away):
            loop.together(person.catch_up(place) for person in away for place in person.pairs())
        assert {person.delivered for person in away} == {each}, "some are missing"
    yield from _cost(empty, full, grown, each * SENDERS)


def _send(loop: Loop, senders: Sequence[Person], away: Sequence[Person], count: int) -> None:
    both = zip(senders, away, strict=True)
    places = loop.together(sender.pair(other.handle) for sender, other in both)
    talkers = zip(senders, places, strict=True)
    loop.together(sender.talk(place, count) for sender, place in talkers)


def _cost(
    empty: Sequence[tuple[float, int]], full: Sequence[tuple[float, int]], grown: int, queued: int
) -> Iterator[Table]:
    nothing, some = "nothing queued", f"{queued:,} queued"
    came = f"more after {queued:,} came"
    title = "Start with what waits, until it listens"
    seconds = Table("queued/start", title, "seconds", [nothing, some], 1.0, "s")
    title = "Memory of a daemon with what waits"
    memory = Table("queued/memory", title, "bytes", [nothing, some, came], 2**20, "MiB")
    for column, starts in ((nothing, empty), (some, full)):
        took, resident = zip(*starts, strict=True)
        seconds.put(CHATD, column, Figure(statistics.median(took)))
        memory.put(CHATD, column, Figure(statistics.median(resident)))
    memory.put(CHATD, came, Figure(grown))
    yield seconds
    yield memory
