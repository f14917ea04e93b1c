"""Accounts: devices let in by link and by token, and what a store full of accounts costs."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.account import digest
from chatd.store import enrolments
from chatd.store.engine import make_engine, parse, writing
from chatd.store.revision import Migrations, migrate
from chatd.wire import messages
from tests.benchmarks.effort import Effort
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.sample import Figure, Sample, per_processor, per_second, timed
from tests.benchmarks.subjects.caller import Caller
from tests.benchmarks.subjects.daemon import DATA, Daemon

#: Devices in one sample.
LOT = 50
#: How many of them ask before the first one's answer is waited for.
TOGETHER = (1, LOT)

#: Makes a daemon of a folder.
Make = Callable[[Path], Daemon]


@dataclass(slots=True)
class Device:
    """A device, and what it is let in for the next time."""

    key: X25519PrivateKey
    ready: messages.Ready


def accounts(make: Make, fresh: Callable[[], Path], effort: Effort) -> list[Table]:
    """On a store that was filled before, beside an empty one.

    :param fresh: makes an empty folder.
    """
    empty, full = fresh(), fresh()
    devices = fill(full / DATA, effort.accounts)
    stores = {"no accounts": empty, f"{effort.accounts:,} accounts": full}
    return [*_starts(make, stores, effort.repetitions), *_devices(make(full), devices, effort.lots)]


def fill(data: Path, count: int) -> list[Device]:
    """Make a store with so many accounts, each with a link that nobody has used.

    :param data: the data directory, which is not there yet.
    :return: for each account the device that will use its link.
    """
    data.mkdir(mode=0o700)
    engine = make_engine(parse(f"sqlite:///{data / 'store.db'}"))
    migrate(engine, Migrations())
    now = int(time.time() * 1000)
    devices = []
    with writing(engine).begin() as connection:
        for number in range(count):
            link, root = secrets.token_bytes(20), secrets.token_bytes(32)
            enrolments.invite(
                connection, f"a{number:05d}", None, None, digest(link), now + 3_600_000, now
            )
            told = messages.NewDevice("laptop", root)
            ready = messages.Ready("enrol", "", link, device=told)
            devices.append(Device(X25519PrivateKey.generate(), ready))
    engine.dispose()
    return devices


def _starts(make: Make, stores: dict[str, Path], repetitions: int) -> list[Table]:
    """Daemons that start on each store in turn."""
    seconds = Table("start", "Start, until it listens", "seconds", list(stores), 1.0, "s")
    memory = Table(
        "footprint", "Memory of a daemon with one guest", "bytes", list(stores), 2**20, "MiB"
    )
    starts: dict[str, list[tuple[float, int]]] = {name: [] for name in stores}
    for _ in range(repetitions):
        for name, folder in stores.items():
            starts[name].append(start(make, folder))
    for name, taken in starts.items():
        took, resident = zip(*taken, strict=True)
        seconds.put(CHATD, name, Figure(statistics.median(took)))
        memory.put(CHATD, name, Figure(statistics.median(resident)))
    return [seconds, memory]


def start(make: Make, folder: Path) -> tuple[float, int]:
    """Seconds until a daemon listens, and bytes it holds then."""
    began = time.perf_counter()
    daemon = make(folder)
    took = time.perf_counter() - began
    try:
        (guest,) = daemon.enter(["guest"])
        guest.socket.close()
        return took, daemon.process.resident()
    finally:
        daemon.process.stop()


def _devices(daemon: Daemon, devices: Sequence[Device], lots: int) -> list[Table]:
    """Each device comes by its link, then by the token it got for that."""
    samples: dict[str, list[Sample]] = {}
    lot_of = [devices[start : start + LOT] for start in range(0, len(devices), LOT)]
    try:
        for way in ("link", "token"):
            for turn, together in enumerate(TOGETHER):
                samples[f"{way}, {together} at a time"] = [
                    _let_in(daemon, lot, together)
                    for lot in lot_of[turn * lots : (turn + 1) * lots]
                ]
    finally:
        daemon.process.stop()
    columns = list(samples)
    by_processor = Table("devices/cpu", "Devices let in, by server CPU", "devices/CPU-s", columns)
    by_wall = Table("devices/wall", "Devices let in, on the wall", "devices/s", columns)
    for column, taken in samples.items():
        by_processor.put(CHATD, column, per_processor(taken))
        by_wall.put(CHATD, column, per_second(taken))
    return [by_processor, by_wall]


def _let_in(daemon: Daemon, devices: Sequence[Device], together: int) -> Sample:
    """Devices that have shaken hands already."""
    callers = [daemon.call(device.key) for device in devices]
    asked = [
        (caller, caller.ready(device.ready))
        for caller, device in zip(callers, devices, strict=True)
    ]
    sample, answers = timed(daemon.process, len(devices), _ask, asked, together)
    for caller, device, answer in zip(callers, devices, answers, strict=True):
        me = caller.welcome(answer).me
        assert me is not None
        device.ready = messages.Ready("device", "", me.token)
        caller.socket.close()
    return sample


def _ask(asked: Sequence[tuple[Caller, bytes]], together: int) -> list[bytes]:
    """Send what each asks; the answers."""
    answers = []
    for start in range(0, len(asked), together):
        group = asked[start : start + together]
        for caller, ready in group:
            caller.send(ready)
        answers += [caller.receive() for caller, _ in group]
    return answers
