"""A real ``twistd -n chatd`` process, in a folder of its own, on ports of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Seconds a daemon may take to listen, and to stop; far more than it needs.
PATIENCE = 20.0


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class Daemon:
    """Started at once; :meth:`stop` it, and its folder is gone.

    :param options: of ``twistd chatd``, beyond the data directory.
    :param plugins: a folder of somebody else's, with modules and ``twisted/plugins`` in it.
    :ivar output: what it printed; complete after :meth:`stop`.
    """

    def __init__(self, *options: str, plugins: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.output = ""
        twistd = Path(sys.executable).with_name("twistd")
        command = [str(twistd), "-n", "--pidfile=", "chatd"]
        path = os.pathsep.join(map(str, filter(None, (ROOT, plugins))))
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(self.folder / "data"), *options],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def connect(self, port: int) -> socket.socket:
        """A connection to ``port``, waiting for the daemon to listen.

        :raises AssertionError: it does not, with what it printed.
        """
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            except ConnectionRefusedError:
                time.sleep(0.02)
        self.stop()
        raise AssertionError(f"the daemon does not listen:\n{self.output}")

    def stop(self) -> int:
        """End it as Ctrl-C does.

        :return: its exit status.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.output += self.process.communicate(timeout=PATIENCE)[0]
        finally:
            self.process.kill()
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode
