"""Getting in and staying: handshakes a second, and the memory of those who are idle."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence

from tests.benchmarks.effort import Effort
from tests.benchmarks.results import Table
from tests.benchmarks.sample import Figure, Sample, per_processor, timed
from tests.benchmarks.subjects.subject import Member, Subject

#: Those who are let in before anything is measured, so that the server has all its modules.
_WARM_UP = 20
#: Who is let in between two looks at the processor time.
_CHUNK = 500
#: File descriptors that are needed beyond those of the connections.
_SPARE = 300


def raise_file_limit() -> int:
    """Allow this process and its children as many files as the system lets us.

    :return: how many that is.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def possible_connections(wanted: int, files: int) -> int:
    """As many of the wanted connections as a limit on files allows."""
    return min(wanted, files - _SPARE) if files != resource.RLIM_INFINITY else wanted


def entry(
    starters: Sequence[Callable[[], Subject]], effort: Effort, connections: int
) -> list[Table]:
    """On a fresh process of each server."""
    handshakes = Table(
        "handshakes", "Connections signed in, by server CPU", "connections/CPU-s", ["sign-in"]
    )
    memory = Table(
        "memory",
        f"Memory of an idle connection, {connections} of them",
        "bytes",
        ["memory"],
        1024,
        "KiB",
    )
    for start in starters:
        subject = start()
        members: list[Member] = list(subject.enter(_nicks(0, _WARM_UP)))
        try:
            before = subject.process.resident()
            samples = _let_in(subject, members, connections)
            grown = subject.process.resident() - before
        finally:
            subject.process.stop()
            for member in members:
                member.socket.close()
        handshakes.put(subject.name, "sign-in", per_processor(samples))
        memory.put(subject.name, "memory", Figure(grown / connections))
    return [handshakes, memory]


def _let_in(subject: Subject, members: list[Member], connections: int) -> list[Sample]:
    samples = []
    for start in range(0, connections, _CHUNK):
        nicks = _nicks(len(members), min(_CHUNK, connections - start))
        sample, entered = timed(subject.process, len(nicks), subject.enter, nicks)
        samples.append(sample)
        members += entered
    return samples


def _nicks(start: int, count: int) -> list[str]:
    return [f"m{number:04d}" for number in range(start, start + count)]
