"""The clients that are tortured: processes, killed and started again, each with its own clock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.program import ROOT, environment
from tests.torture.delivery.homes import JOURNAL, LOG
from tests.torture.delivery.life import DONE, OUT, SETUP
from tests.torture.delivery.plan import Device
from tests.torture.delivery.wall import Wall

#: Seconds for a setup, and for an end that was asked for.
_PATIENCE = 60.0


class Client:
    """One device's client; there may be none for a while.

    :param folder: of the run.
    :ivar killed: how often, by others and by itself.
    :ivar faults: what it did that no client should.
    """

    def __init__(self, device: Device, folder: Path, wall: Wall) -> None:
        self.device = device
        self.killed = 0
        self.faults: list[str] = []
        self._folder = folder
        self._home = folder / device.name
        self._wall = wall
        self._lives = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._again = 0.0
        self._out = False

    def prepare(self) -> None:
        """Enrol, and do what is done before the run; :meth:`prepared` waits for it."""
        self._begin(SETUP, 0.0)

    def prepared(self) -> None:
        """:raises AssertionError: it could not."""
        if self._process is not None and self._process.wait(_PATIENCE) != DONE:
            raise AssertionError(f"{self.device.name} is not prepared: see {self._home / LOG}")
        self._process = None

    def start(self, start: float) -> None:
        """A life begins; ``start`` is that of the run, in monotonic seconds."""
        self._begin(self._lives, start)
        self._lives += 1

    def _begin(self, life: int, start: float) -> None:
        module = "tests.torture.delivery.life"
        with (self._home / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", module, str(self._folder)),
                    *(self.device.name, str(life), str(start)),
                ],
                cwd=ROOT,
                env=environment(self._home) | dict(self._wall.variables),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill(self, pause: float) -> bool:
        """With -9; it starts again after so many seconds.

        :return: whether there was something to kill.
        """
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.kill()
        self._again = time.monotonic() + pause
        return True

    def jump(self, seconds: float) -> None:
        """Its clock is set."""
        self._wall.jump(seconds)

    def tend(self, start: float) -> None:
        """Start it when it is time; to be called often."""
        if self._out or not self._home.exists():
            return
        if self._process is None:
            if time.monotonic() >= self._again:
                self.start(start)
        elif (status := self._process.poll()) is not None:
            self._process = None
            if status == -9:
                self.killed += 1
            elif status == OUT and self.device.revoked:
                self._out = True
            else:
                self._out = True
                self.faults.append(f"{self.device.name}: ended with status {status}")

    @property
    def idle(self) -> bool:
        """Whether all was typed, and sent, that this device has to."""
        if self._out:
            return True
        lines = self._lines
        return lines.rfind(b'"what":"Idle"') > lines.rfind(b'"what":"Began"')

    @property
    def done(self) -> int:
        """How often something happened to a message."""
        lines = self._lines
        return sum(map(lines.count, (b'"what":"Shown"', b'"what":"Kept"', b'"what":"Taken"')))

    @property
    def _lines(self) -> bytes:
        path = self._home / JOURNAL
        return path.read_bytes() if path.exists() else b""

    def end(self) -> None:
        """Ask it to end; :meth:`ended` waits for it."""
        if self._process is not None:
            self._process.terminate()

    def ended(self) -> None:
        """What does not end is a fault."""
        if self._process is None:
            return
        try:
            status = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            status = None
            self._process.kill()
            self._process.wait()
        if status != DONE:
            self.faults.append(f"{self.device.name}: does not end as asked: {status}")
        self._process = None

    def remove(self) -> None:
        """It runs no longer; harmless when repeated."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def complaints(self) -> Iterator[str]:
        """What went wrong by its own word."""
        yield from self.faults
        for name in (LOG, "output"):
            path = self._home / name
            text = path.read_text() if path.exists() else ""
            _, found, trace = text.partition("Traceback")
            if found:
                yield f"{self.device.name}: {found}{trace[:3000]}"
