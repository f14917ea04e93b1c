"""A real ``twistd -n chatd`` process, in a folder of its own, on ports of 127.0.0.1."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.ports import free_port
from tests.support.program import PATIENCE, ROOT, environment, until

__all__ = ["PATIENCE", "ROOT", "Daemon", "free_port"]


class Daemon:
    """Started at once; :meth:`stop` it, and its folder is gone.

    :param options: of ``twistd chatd``, beyond the data directory.
    :param plugins: a folder of somebody else's, with modules and ``twisted/plugins`` in it.
    :param data: a data directory that is there before and after; its own when None.
    :param variables: of its environment, beyond those of every program.
    """

    def __init__(
        self,
        *options: str,
        plugins: Path | None = None,
        data: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.data = data or self.folder / "data"
        self._printed = ""
        twistd = Path(sys.executable).with_name("twistd")
        with (self.folder / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [str(twistd), "-n", "--pidfile=", "chatd", "--data-dir", str(self.data), *options],
                cwd=self.folder,
                env=environment(self.folder, *filter(None, (plugins,))) | dict(variables or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """What it printed so far."""
        if self.folder.exists():
            self._printed = (self.folder / "output").read_text("utf-8")
        return self._printed

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it prints something.

        :raises AssertionError: it does not, or ends first.
        """
        until(
            lambda: re.search(pattern, self.output) or self.process.poll() is not None,
            lambda: f"no {pattern!r} in:\n{self.output}",
        )
        found = re.search(pattern, self.output)
        assert found, f"it ended, with no {pattern!r} in:\n{self.output}"
        return found

    def links(self, count: int = 1) -> list[str]:
        """The links it invites with, as soon as there are ``count``."""
        pattern = r"(?:[^$]*?Join with:  \S*chatc '\S+'\n)" + f"{{{count}}}"
        self.says(pattern)
        return re.findall(r"Join with:  \S*chatc '(\S+)'", self.output)

    def admin_link(self) -> str:
        """The link that it prints for its first admin."""
        return self.says(r"Enrol the admin \(\S+\):  \S*chatc enrol\n.*\n(chatds?://\S+)\n")[1]

    def connect(self, port: int) -> socket.socket:
        """A connection to ``port``, waiting for the daemon to listen.

        :raises AssertionError: it does not, with what it printed.
        """
        connected: list[socket.socket] = []

        def attempt() -> bool:
            try:
                connected.append(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            except ConnectionRefusedError:
                return self.process.poll() is not None
            return True

        until(attempt, lambda: self.output)
        assert connected, f"the daemon does not listen:\n{self.output}"
        return connected[0]

    def kill(self) -> None:
        """End it as a crash of the machine does; its folder stays until :meth:`stop`."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def wait(self) -> int:
        """Until it has ended.

        :return: its exit status.
        """
        return self.process.wait(PATIENCE)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does, or by another signal.

        :return: its exit status.
        :raises AssertionError: it goes on, with what it printed.
        """
        # Twisted's search for plug-ins swallows a Ctrl-C of its first moments: ours comes after it.
        with suppress(AssertionError):
            until(lambda: self.output or self.process.poll() is not None, lambda: "")
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it goes on:\n{self.output}") from None
        finally:
            self.kill()
            self._printed = self.output
            shutil.rmtree(self.folder, ignore_errors=True)
