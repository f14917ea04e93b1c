"""A server's process, on a core of its own, and what it costs."""

from __future__ import annotations

import os
import pwd
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Seconds a server may take to listen, and to stop.
PATIENCE = 20.0
#: Who servers run as that refuse to run as root.
NOBODY = "nobody"

_PAGE = resource.getpagesize()


class ServerProcess:
    """Started at once, on loopback.

    :param core: the only core it may use; None leaves the choice to the system.
    :param user: whom to run as, None for oneself.
    :param output: the file for what it prints.
    """

    def __init__(
        self,
        command: list[str],
        output: Path,
        core: int | None,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._output = output
        with output.open("wb") as written:
            self._process = subprocess.Popen(
                command,
                cwd=output.parent,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                **_identity(user),
            )
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})

    def cpu(self) -> float:
        """Seconds of processor time so far, of all its threads, its system calls included."""
        # What clock_getcpuclockid(3) makes of a process id; finer than the ticks in /proc.
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def resident(self) -> int:
        """Bytes of memory it holds at the moment."""
        fields = Path(f"/proc/{self._process.pid}/statm").read_text().split()
        return int(fields[1]) * _PAGE

    def wait_for(self, port: int) -> None:
        """Until it listens.

        :raises RuntimeError: it does not, with what it printed.
        """
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise self._failure("does not listen")

    def first_line(self) -> str:
        """The first line it prints.

        :raises RuntimeError: there is none.
        """
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            line, newline, _ = self._output.read_text().partition("\n")
            if newline:
                return line
            time.sleep(0.02)
        raise self._failure("says nothing")

    def stop(self) -> None:
        """End it, at once where it does not go."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _failure(self, what: str) -> RuntimeError:
        self.stop()
        printed = self._output.read_text(errors="replace")
        return RuntimeError(f"{self._process.args!r} {what}:\n{printed}")


def _identity(user: str | None) -> dict[str, Any]:
    """What makes a child process another user's; only root can."""
    if user is None or os.geteuid() != 0:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
