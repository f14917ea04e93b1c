"""The daemon that is tortured: killed, started again, its disk filled, its clock set."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chatd.ctl.running import Running
from chatd.domain.link import Link
from chatd.errors import ConfigError
from tests.support.daemon import Daemon
from tests.support.full_disk import full_disk
from tests.torture.delivery.plan import FEW, MARKER, Plan
from tests.torture.delivery.wall import Wall

#: Bytes of its disk: several times what a run's messages take.
_SIZE = 64 * 2**20
#: Seconds that it has to start, or to end when it is asked to.
_PATIENCE = 30.0
#: Seconds that somebody is there before it is killed.
_MOMENT = 0.5

_CONFIG = """\
guests = false
[limits]
rate = "off"
commands = "off"
handshakes_per_minute = 0
sign_ins_per_minute = 0
pending_per_address = 1000
send_queue = {send_queue}
[liveness]
heartbeat = 0.5
warning = 2
timeout = 3
grace = {grace}
"""
_FEW = f"""\
[queue]
count = {FEW}
"""


class Server:
    """One daemon at a time, on the same port and data.

    :param folder: of the run; its config, log and disk are made there.
    :ivar faults: what it did that no daemon should. It need not run, nor start, without room.
    """

    def __init__(self, plan: Plan, folder: Path, port: int, wall: Wall) -> None:
        self.faults: list[str] = []
        self._port = port
        self._wall = wall
        self._log = folder / "daemon.log"
        self._config = folder / "chatd.toml"
        config = _CONFIG.format(send_queue=plan.send_queue, grace=plan.grace)
        self._config.write_text(config + (_FEW if plan.few else ""))
        data = folder / "data"
        data.mkdir(mode=0o700)
        self._disk = full_disk(data, _SIZE)
        self._is_full = self._was_full = self._filled = False
        self._daemon: Daemon | None = None
        self._ready_since: float | None = None
        self._again = self._look = 0.0
        self._leaving = False

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """At once, unless it runs."""
        if self._daemon is None:
            self._daemon = Daemon(
                *("--config", str(self._config)),
                *("--listen", f"native=tcp:{self._port}:interface=127.0.0.1"),
                data=self._disk.folder,
                variables=self._wall.variables,
            )
            self._was_full = False
            if self._is_full:
                self.fill()

    @property
    def is_ready(self) -> bool:
        """Whether it has been running for a moment, with somebody there."""
        now = time.monotonic()
        if self._ready_since is None and self._daemon is not None and now >= self._look:
            self._look = now + 0.2
            if (self.ask("status") or {"online": 0})["online"]:
                self._ready_since = now
        return self._ready_since is not None and now >= self._ready_since + _MOMENT

    def kill(self, pause: float) -> None:
        """As a crash of the machine does; it starts again after so many seconds."""
        if self._daemon is not None:
            self._daemon.kill()
            self._over()
        self._again = time.monotonic() + pause

    def restart(self) -> None:
        """Ask it to end; it starts again when it has ended."""
        if self._daemon is not None:
            self._leaving = True
            self._daemon.process.send_signal(signal.SIGTERM)

    def tend(self) -> None:
        """Start it when it is time; to be called often."""
        if self._daemon is None:
            if time.monotonic() >= self._again:
                self.start()
        elif (status := self._daemon.process.poll()) is not None:
            leaving = self._leaving
            if not self._leaving and not self._was_full:
                self.faults.append(f"the daemon ended by itself, with status {status}")
            elif self._leaving and status:
                self.faults.append(f"the daemon's exit status is {status}")
            self._over()
            self._again = time.monotonic() + (0.0 if leaving else 1.0)

    def stop(self) -> None:
        """As Ctrl-C does; for good."""
        if self._daemon is not None:
            self._daemon.stop()
            self._over()

    def remove(self) -> None:
        """Nothing of it runs or is mounted any more; harmless when repeated."""
        if self._daemon is not None:
            self._daemon.kill()
            self._over()
        self._disk.remove()

    def _over(self) -> None:
        assert self._daemon is not None
        self._daemon.stop()
        with self._log.open("a") as log:
            log.write(self._daemon.output + "--------\n")
        self._daemon, self._ready_since, self._leaving = None, None, False

    # ------------------------------------------------------------ what is done to it

    def fill(self) -> None:
        """There is no room for its store."""
        self._is_full = self._was_full = True
        if self._daemon is not None:
            self._filled = True
            self._disk.fill(self._daemon.process.pid)

    def free(self) -> None:
        """There is room again."""
        self._is_full = False
        if self._filled:
            self._filled = False
            self._disk.empty(self._daemon.process.pid if self._daemon is not None else os.getpid())

    def jump(self, seconds: float) -> None:
        """Its clock is set."""
        self._wall.jump(seconds)

    # ------------------------------------------------------------ asking it

    def ask(self, name: str, **arguments: Any) -> dict[str, Any] | None:
        """As chatctl does; None while it cannot answer."""
        try:
            running = Running.find(self._disk.folder)
            return running.ask(name, **arguments) if running is not None else None
        except ConfigError:
            return None

    def link(self) -> Link:
        """How to get there, as soon as it can be told."""
        deadline = time.monotonic() + _PATIENCE
        while (answer := self.ask("link")) is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"the daemon does not start: {self._printed()}")
            time.sleep(0.02)
        return Link.parse(answer["links"][0])

    @property
    def stored(self) -> int | None:
        """Messages and letters that wait for somebody; None while that cannot be told."""
        found = self.ask("status")
        return found["messages"] + found["letters"] if found is not None else None

    def files_with_marker(self) -> list[str]:
        """The store's files in which something is left of what was said."""
        files = sorted(self._disk.folder.glob("store.db*"))
        return [file.name for file in files if MARKER.encode() in file.read_bytes()]

    def complaints(self) -> Iterator[str]:
        """Tracebacks in its log."""
        yield from self.faults
        for told in re.findall(r"Traceback.*\n(?:.*\n){0,40}", self._printed()):
            yield f"the daemon: {told}"

    def _printed(self) -> str:
        before = self._log.read_text() if self._log.exists() else ""
        return before + (self._daemon.output if self._daemon is not None else "")
