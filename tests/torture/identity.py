"""Sign-in tokens under fire: clients and the daemon are killed with -9 at any step, and what dead
clients said arrives late. Afterwards nobody may be locked out, nobody suspended without cause, no
account half made; and a vault that really was copied must be noticed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chatd.ctl.running import Running
from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from chatd.errors import Code
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.seal import Cost
from client.vault.vault import Vault
from tests.support.daemon import Daemon, free_port
from tests.support.program import until
from tests.torture.delay import Delay
from tests.torture.life import LATE, PASSWORD, REFUSED, SIGNED_IN, Step, live

#: Lives at a time.
CROWD = 4

_CHEAP = Cost(memory=8, passes=1, lanes=1)
_CONFIG = """\
guests = false
[limits]
handshakes_per_minute = 0
sign_ins_per_minute = 0
pending_per_address = 1000
"""


@dataclass(slots=True)
class Plan:
    """How much of what. ``kills``: of the daemon, beside those of clients."""

    devices: int = 8
    lives: int = 60
    kills: int = 3


@dataclass(slots=True)
class Report:
    """What happened under one seed."""

    seed: int
    signed_in: int = 0
    clients_killed: int = 0
    daemons_killed: int = 0
    late: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.signed_in} sign-ins, {self.clients_killed} clients and "
            f"{self.daemons_killed} daemons killed, {self.late} late connections refused"
        )


@dataclass(slots=True)
class _Life:
    device: int
    until: float
    delayed: bool


class Torture:
    """One seed, in a folder of its own.

    :param folder: exists and is empty.
    """

    def __init__(self, seed: int, plan: Plan, folder: Path) -> None:
        self.report = Report(seed)
        self._plan = plan
        self._random = random.Random(seed)
        self._folder = folder
        self._config = folder / "chatd.toml"
        self._config.write_text(_CONFIG)
        self._port = free_port()
        self._slow = free_port()
        self._daemon = self._start()
        self._running: dict[int, _Life] = {}
        self._overtaking: list[int] = []

    # ------------------------------------------------------------ the run

    def run(self) -> Report:
        """All of it."""
        with self._delay():
            try:
                self._invite()
                self._lives()
                self._check()
            finally:
                self._daemon.stop()
        return self.report

    def _lives(self) -> None:
        """Lives, one after the other for each device, and the daemon's deaths between them."""
        deaths = sorted(self._random.sample(range(self._plan.lives), self._plan.kills))
        for number in range(self._plan.lives):
            while len(self._running) >= CROWD:
                self._reap()
            if deaths and number == deaths[0]:
                del deaths[0]
                self._kill_daemon()
            if self._overtaking:
                self._begin(self._overtaking.pop(), self._port)
            else:
                port = self._random.choice((self._port, self._slow))
                self._begin(self._random.choice(self._idle()), port)
        while self._running:
            self._reap()

    def _begin(self, device: int, port: int) -> None:
        end = self._random.choice((None, None, None, *Step))
        lives = self._random.choice((60.0, self._random.uniform(0, 0.6)))
        pid = self._fork(lambda: live(self._home(device), port, end))
        self._running[pid] = _Life(device, time.monotonic() + lives, port == self._slow)

    def _reap(self) -> None:
        """Kill whose time has come, and count who is dead."""
        now = time.monotonic()
        for pid, life in self._running.items():
            if now >= life.until:
                os.kill(pid, signal.SIGKILL)
        pid, status = os.waitpid(-1, os.WNOHANG)
        life_over = self._running.pop(pid, None)
        if life_over is None:
            time.sleep(0.002)
        else:
            self._count(life_over.device, status)
            if life_over.delayed and os.WIFSIGNALED(status):
                self._overtaking.append(life_over.device)  # before what it said arrives

    def _count(self, device: int, status: int) -> None:
        if os.WIFSIGNALED(status):
            self.report.clients_killed += 1
            return
        code = os.WEXITSTATUS(status)
        if code == SIGNED_IN:
            self.report.signed_in += 1
        elif code == REFUSED:
            told = (self._home(device) / "told").read_text()
            self.report.faults.append(f"device {device} was refused: {told}")
        else:
            why = "never got in" if code == LATE else f"ended with status {code}"
            self.report.faults.append(f"device {device} {why}")

    def _kill_daemon(self) -> None:
        """At a moment that is as likely in the middle of a commit as anywhere."""
        time.sleep(self._random.uniform(0, 0.3))
        self._daemon.kill()
        self._daemon.stop()
        self.report.daemons_killed += 1
        self._daemon = self._start()

    # ------------------------------------------------------------ afterwards

    def _check(self) -> None:
        time.sleep(2.0)  # what is still on the way arrives
        for device in range(self._plan.devices):
            self._sign_in(device)
        admin, lines = self._admin(), []
        while page := admin.ask("export")["lines"]:
            lines += page
        rows = map(json.loads, lines)
        self.report.faults += _half_made([row for row in rows if "table" in row])
        events = self._audited()
        self.report.late = sum(
            event["event"] == "token_refused" and event["reason"] == "late" for event in events
        )
        for event in events:
            if event["event"] == "vault_copied":
                self.report.faults.append(f"a false alarm: {event}")
        self._copy()

    def _sign_in(self, device: int) -> None:
        pid = self._fork(lambda: live(self._home(device), self._port, None))
        _, status = os.waitpid(pid, 0)
        self._count(device, status)

    def _copy(self) -> None:
        """A vault that was copied is noticed at the second use: the check can fail."""
        copy = self._home(self._plan.devices)
        shutil.copytree(self._home(0), copy)
        self._sign_in(0)
        pid = self._fork(lambda: live(copy, self._port, None))
        _, status = os.waitpid(pid, 0)
        told = (copy / "told").read_text() if (copy / "told").exists() else ""
        if not told.startswith(f"{int(Code.VAULT_COPIED)} "):
            self.report.faults.append(f"a copied vault was not noticed: {status} {told!r}")
        if not any(event["event"] == "vault_copied" for event in self._audited()):
            self.report.faults.append("a copied vault is not in the audit log")

    def _audited(self) -> list[dict[str, str]]:
        log = self._daemon.data / "audit.log"
        return [json.loads(line) for line in log.read_text().splitlines()]

    # ------------------------------------------------------------ the daemon and its people

    def _start(self) -> Daemon:
        return Daemon(
            "--config",
            str(self._config),
            "--listen",
            f"native=tcp:{self._port}:interface=127.0.0.1",
            data=self._folder / "data",
        )

    def _invite(self) -> None:
        """One account a device, with a vault that has its one-time ID in it."""
        admin = self._admin()
        server = Server.of(Link.parse(admin.ask("link")["links"][0]))
        for device in range(self._plan.devices):
            one_time_id = admin.ask("enrol", handle=f"user{device}")["one_time_id"]
            identity = Identity(
                server,
                new_device_key(),
                root_key=new_root_key(),
                enrolment=Enrolment(canonical(one_time_id)),
            )
            home = self._home(device)
            home.mkdir()
            Vault.create(home, PASSWORD, identity, _CHEAP).close()

    def _admin(self) -> Running:
        """The daemon as chatctl sees it, as soon as it runs."""
        found: list[Running] = []

        def look() -> bool:
            running = Running.find(self._daemon.data)
            found.extend([running] if running is not None else [])
            return running is not None

        until(look, lambda: self._daemon.output)
        return found[0]

    def _home(self, device: int) -> Path:
        return self._folder / f"user{device}"

    def _idle(self) -> list[int]:
        busy = {life.device for life in self._running.values()}
        return [device for device in range(self._plan.devices) if device not in busy]

    @contextmanager
    def _delay(self) -> Iterator[None]:
        delay = Delay(self._slow, self._port, self.report.seed)
        pid = self._fork(delay.run)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _fork(self, run: Callable[[], None]) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            run()
        finally:
            os._exit(1)


def _half_made(rows: list[dict[str, object]]) -> list[str]:
    """What no crash may leave behind."""
    tables: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        tables.setdefault(str(row["table"]), []).append(row)
    able = {row["device"] for row in tables.get("tokens", ())}
    people = {row["account"] for row in tables.get("devices", ())}
    faults = [
        f"a device without a token: {row['id']}"
        for row in tables.get("devices", ())
        if row["id"] not in able
    ]
    faults += [
        f"an account half made: {account['handle']}"
        for account in tables.get("accounts", ())
        if (account["id"] in people) != bool(account["root"])
    ]
    return faults
