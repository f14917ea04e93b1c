"""A whole run: starts the servers, has everything measured, ends them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.benchmarks.accounts import accounts
from tests.benchmarks.compiler import compiled, compiler
from tests.benchmarks.delivery import delivery
from tests.benchmarks.effort import Effort
from tests.benchmarks.entry import entry, possible_connections, raise_file_limit
from tests.benchmarks.history import history
from tests.benchmarks.load import compiled as in_c
from tests.benchmarks.load import interpreted
from tests.benchmarks.load.crowd import Gather
from tests.benchmarks.machine import cores
from tests.benchmarks.population import TEXT, Population
from tests.benchmarks.results import Table
from tests.benchmarks.subjects import inspircd, ngircd
from tests.benchmarks.subjects.daemon import Daemon
from tests.benchmarks.subjects.floor import SOURCE as FLOOR
from tests.benchmarks.subjects.floor import Floor, weigh
from tests.benchmarks.subjects.subject import Subject
from tests.benchmarks.traffic import direct, fan_out, latency, people
from tests.benchmarks.waiting import waiting

Starter = Callable[[], Subject]

#: What can be measured, in this order.
ENTRY = "entry"
TRAFFIC = {"fan-out": fan_out, "direct": direct, "latency": latency}
ACCOUNTS = "accounts"
DELIVERY = {"delivery": delivery, "waiting": waiting}
HISTORY = "history"
RUNS = (ENTRY, *TRAFFIC, ACCOUNTS, *DELIVERY, HISTORY)


class Bench:
    """Servers and generator of one run.

    :param folder: for all that is made; the caller removes it.
    :param say: tells people what they should know about this run.
    :ivar notes: all that was said.
    """

    def __init__(self, folder: Path, effort: Effort, say: Callable[[str], None]) -> None:
        folder.chmod(0o755)  # other servers run as another user
        self._folder = folder
        self._effort = effort
        self._say = say
        self.notes: list[str] = []
        self._files = raise_file_limit()
        generator, self._core = cores()
        if generator is None:
            self._note("There is one core only: server and generator share it.")
        else:
            os.sched_setaffinity(0, {generator})
        cc = compiler()
        self._gather = self._generator(cc)
        self._starters = [*self._own(cc), *self._others()]

    def run(self, wanted: Collection[str]) -> Iterator[Table]:
        """Measure some of :data:`RUNS`; each table as soon as it is there."""
        if ENTRY in wanted:
            connections = possible_connections(self._effort.connections, self._files)
            if connections < self._effort.connections:
                self._note(f"A limit of {self._files} files allows {connections} connections only.")
            yield from entry(self._starters, self._effort, connections)
        if any(name in wanted for name in TRAFFIC):
            yield from self._traffic(wanted)
        make = partial(Daemon, core=self._core)
        if ACCOUNTS in wanted:
            yield from accounts(make, self._fresh, self._effort)
        for name, measure in DELIVERY.items():
            if name in wanted:
                yield from measure(make, self._fresh, self._effort)
        if HISTORY in wanted:
            yield from history(self._fresh, self._effort)

    def _traffic(self, wanted: Collection[str]) -> Iterator[Table]:
        with ExitStack() as stack:
            populations = []
            for start in self._starters:
                subject = start()
                stack.callback(subject.process.stop)
                population = Population(subject, self._gather, people(self._effort))
                stack.callback(population.close)
                populations.append(population)
            for name, measure in TRAFFIC.items():
                if name in wanted:
                    yield from measure(populations, self._effort)

    def _generator(self, cc: str | None) -> Gather:
        if cc is None:
            self._note(
                "There is no C compiler (cc, gcc or clang): no floor, so no ratios to it, and the "
                "generator is in Python, which holds fast servers back."
            )
            return interpreted.gather
        library = compiled(cc, in_c.SOURCE, self._folder / "crowd.so", "-shared", "-fPIC")
        return in_c.gather_in(library)

    def _own(self, cc: str | None) -> Iterator[Starter]:
        """The daemon, and the floor with frames of its sizes."""
        yield self._starter(Daemon)
        if cc is None:
            return
        daemon = Daemon(self._fresh(), self._core)
        try:
            sizes = weigh(daemon, self._gather, TEXT)
        finally:
            daemon.process.stop()
        program = compiled(cc, FLOOR, self._folder / "floor")
        for mode in ("send", "join"):
            yield self._starter(partial(Floor, program, mode, sizes))

    def _others(self) -> Iterator[Starter]:
        for name, server in (("ngircd", ngircd), ("inspircd", inspircd)):
            program = server.find()
            if program is None:
                self._note(f"{name} is not installed: no ratios to it.")
                continue
            for tls in (False, True):
                yield self._starter(partial(server.start, program, tls))

    def _starter(self, make: Callable[[Path, int | None], Subject]) -> Starter:
        return lambda: make(self._fresh(), self._core)

    def _fresh(self) -> Path:
        """An empty folder that everybody may use."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        folder.chmod(0o777)
        return folder

    def _note(self, text: str) -> None:
        self.notes.append(text)
        self._say(text)
