"""One seed: everybody is enrolled, everything goes wrong, it becomes quiet, and all is compared."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.daemon import free_port
from tests.torture.delivery.checker import check
from tests.torture.delivery.clients import Client
from tests.torture.delivery.evidence import Evidence
from tests.torture.delivery.homes import PLAN, make_home, testimony
from tests.torture.delivery.plan import LINK_FAULTS, Device, Fault, Trouble
from tests.torture.delivery.planner import make_plan
from tests.torture.delivery.proxy import Proxy
from tests.torture.delivery.server import Server
from tests.torture.delivery.wall import Wall, find_library, forget_killed

#: Seconds in which something must happen, once it is quiet, until everybody has everything; and
#: for which that may go on.
SETTLING, _LONGEST = 60.0, 600.0
#: Seconds until it was told that everybody has everything.
_LAST_WORD = 3.0
#: Seconds until nothing of what was said is left in the store's files, which it may take.
FORGETTING = 75.0
#: Seconds that a plan takes longer than it should, at most.
_SLOWEST = 60.0
#: Where all faults are written, in the folder of a run.
FAULTS = "faults"


@dataclass(slots=True)
class Report:
    """What happened under one seed."""

    seed: int
    folder: Path
    messages: int = 0
    daemons_killed: int = 0
    clients_killed: int = 0
    spoilt: dict[str, int] = field(default_factory=dict)
    full_disks: int = 0
    jumps: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.messages} messages, {self.daemons_killed} daemons and "
            f"{self.clients_killed} clients killed, {sum(self.spoilt.values())} links spoilt, "
            f"{self.full_disks} full disks, {self.jumps} clock jumps, {self.seconds:.0f} s"
        )


class Torture:
    """
    :param folder: exists and is empty.
    :param messages: so many are typed, about.
    """

    def __init__(self, seed: int, messages: int, folder: Path) -> None:
        self.report = Report(seed, folder)
        self._folder = folder
        self._plan = make_plan(seed, messages)
        self._plan.save(folder / PLAN)
        self._start = 0.0
        self._library = find_library()
        self._port = free_port()
        self._ports = {device.name: free_port() for device in self._plan.devices}
        self._server = Server(self._plan, folder, self._port, self._wall("daemon"))
        self._clients = {
            device.name: Client(device, folder, self._wall(device.name))
            for device in self._plan.devices
        }
        self._late = [device for device in self._plan.devices if device.appears]
        self._disk_free_at = 0.0

    def run(self) -> Report:
        """All of it."""
        began = time.monotonic()
        try:
            self._prepare()
            self._start = time.monotonic() + 1.0
            with self._proxy(spoils=True):
                self._suffer()
                self._settle()
                self._end()
            self._check()
        finally:
            for client in self._clients.values():
                client.remove()
            self._server.remove()
            forget_killed()
            (self._folder / FAULTS).write_text("\n".join(self.report.faults))
        self.report.seconds = time.monotonic() - began
        return self.report

    def _wall(self, name: str) -> Wall:
        return Wall(self._folder / f"{name}.clock", self._library)

    # ------------------------------------------------------------ before

    def _prepare(self) -> None:
        """Everybody enrols; the rooms are made by their owners."""
        self._server.start()
        self._link = self._server.link()
        present = [device for device in self._plan.devices if not device.appears]
        with self._proxy(spoils=False):
            # One by one of a person: a new one-time ID takes the place of an unused one.
            for number in ("1", "2", "3"):
                devices = [one for one in present if one.name.endswith(number)]
                for device in devices:
                    self._enrol(device)
                self._prepare_all(devices, one_by_one=number == "1")

    def _prepare_all(self, devices: list[Device], *, one_by_one: bool) -> None:
        """The owners of the rooms first, then those who enter them."""
        owners = self._plan.rooms[0].members
        clients = [self._clients[one.name] for one in devices]
        clients.sort(key=lambda client: owners.index(client.device.person))
        for client in clients:
            client.prepare()
            if one_by_one:
                client.prepared()
        for client in clients:
            client.prepared()

    def _enrol(self, device: Device) -> bool:
        """:return: whether the daemon could be asked."""
        answer = self._server.ask("enrol", handle=device.person)
        if answer is not None:
            port = self._ports[device.name]
            make_home(self._folder, device, self._link, port, answer["one_time_id"])
        return answer is not None

    @contextmanager
    def _proxy(self, *, spoils: bool) -> Iterator[None]:
        told = self._folder / "spoilt"
        troubles = [one for one in self._plan.troubles if one.fault in LINK_FAULTS and spoils]
        proxy = Proxy(self._ports, self._port, troubles, self._start, told)
        pid = os.fork()
        if not pid:
            try:
                proxy.run()
            finally:
                os._exit(1)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    # ------------------------------------------------------------ the run

    def _suffer(self) -> None:
        """Up to the end of the plan, which a slow machine reaches later."""
        troubles = [one for one in self._plan.troubles if one.fault not in LINK_FAULTS]
        now, last = 0.0, self._plan.seconds + _SLOWEST
        while (now < self._plan.seconds or troubles) and now < last:
            now = time.monotonic() - self._start
            while troubles and troubles[0].at <= now and self._happen(troubles[0], now):
                del troubles[0]
            if self._disk_free_at and now >= self._disk_free_at:
                self._free_disk()
            self._tend()
        self._free_disk()

    def _tend(self) -> None:
        """Everybody runs who is to run now."""
        self._server.tend()
        now = time.monotonic() - self._start
        self._late = [one for one in self._late if now < one.appears or not self._enrol(one)]
        for client in self._clients.values():
            client.tend(self._start)
        time.sleep(0.01)

    def _happen(self, trouble: Trouble, now: float) -> bool:
        """:return: whether it has; a daemon that starts is left alone until it runs."""
        match trouble.fault:
            case Fault.DAEMON_KILLED | Fault.DAEMON_RESTARTED if not self._server.is_ready:
                return False
            case Fault.DAEMON_KILLED:
                self._server.kill(trouble.amount)
                self.report.daemons_killed += 1
            case Fault.DAEMON_RESTARTED:
                self._server.restart()
            case Fault.DISK_FULL:
                self._server.fill()
                self._disk_free_at = now + trouble.amount
                self.report.full_disks += 1
            case Fault.DAEMON_JUMPED:
                self._server.jump(trouble.amount)
                self.report.jumps += self._library is not None
            case Fault.CLIENT_KILLED:
                self._clients[trouble.device].kill(trouble.amount)
            case Fault.CLIENT_JUMPED:
                self._clients[trouble.device].jump(trouble.amount)
                self.report.jumps += self._library is not None
        return True

    def _free_disk(self) -> None:
        self._disk_free_at = 0.0
        self._server.free()

    # ------------------------------------------------------------ afterwards

    def _settle(self) -> None:
        """Until everybody has sent and got everything, and the server has forgotten it; or nothing
        has happened for long."""
        last = time.monotonic() + _LONGEST
        moved, written, busy, stored = time.monotonic(), -1, ["everybody"], None
        while (busy or stored != 0) and time.monotonic() < min(last, moved + SETTLING):
            look = time.monotonic() + 0.3
            while time.monotonic() < look:
                self._tend()
            busy, stored = self._busy, self._server.stored
            if (now := self._written) != written:
                moved, written = time.monotonic(), now
        waited = f"after {time.monotonic() - self._start:.0f} s"
        self.report.faults += [f"{waited} {name} has not sent everything" for name in busy]
        if stored != 0:
            self.report.faults.append(f"{waited} {stored} messages are stored")

    @property
    def _busy(self) -> list[str]:
        return [name for name, client in self._clients.items() if not client.idle]

    @property
    def _written(self) -> int:
        """Grows with each message that is typed, taken, shown or kept."""
        return sum(client.done for client in self._clients.values())

    def _end(self) -> None:
        """When everybody has heard how far their last words came."""
        time.sleep(_LAST_WORD)
        for client in self._clients.values():
            client.end()
        for client in self._clients.values():
            client.ended()

    def _check(self) -> None:
        deadline = time.monotonic() + FORGETTING
        witnesses = [testimony(self._folder, device) for device in self._plan.devices]
        self.report.faults += check(self._plan, witnesses)
        if self._plan.lingers:
            self._forget(deadline)
        self._server.stop()
        left = self._server.files_with_marker()
        self.report.faults += [f"what was said is still in {name}" for name in left]
        self.report.faults += self._complaints()
        self._count(Evidence(self._plan, witnesses))

    def _forget(self, deadline: float) -> None:
        """Nothing that was said is left in the store's files, a while after the last of it."""
        while (left := self._server.files_with_marker()) and time.monotonic() < deadline:
            time.sleep(0.5)
        after = f"after {FORGETTING:.0f} s, and before its end, what was said is still"
        self.report.faults += [f"{after} in {name}" for name in left]

    def _complaints(self) -> Iterator[str]:
        yield from self._server.complaints()
        for client in self._clients.values():
            yield from client.complaints()

    def _count(self, evidence: Evidence) -> None:
        report = self.report
        report.messages = len(evidence.accepted)
        report.clients_killed = sum(client.killed for client in self._clients.values())
        for line in (self._folder / "spoilt").read_text().splitlines():
            kind, _ = line.split()
            report.spoilt[kind] = report.spoilt.get(kind, 0) + 1
