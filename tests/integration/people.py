"""A daemon that takes guests, people in front of terminals, and scripts beside them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.daemon import Daemon, free_port
from tests.support.program import command, environment, run, until
from tests.support.terminal import Terminal

WIDE, NARROW = (120, 40), (80, 24)


class PeopleTest(SynchronousTestCase):
    """Starts the daemon with ``options``; everything is gone after the test.

    :cvar rate: the message limit: off, but where waiting is what is tried.
    :ivar link: how to join.
    """

    rate = "off"
    options: tuple[str, ...] = ()

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="chatc-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "server"
        self.config = self.home / "chatd.toml"
        self.config.write_text(f'guests = true\n[limits]\nrate = "{self.rate}"\n')
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start the daemon; again, on the same port and the same data."""
        listen = f"native=tcp:{self.port}:interface=127.0.0.1"
        options = ("--config", str(self.config), "--listen", listen, *self.options)
        self.daemon = Daemon(*options, data=self.data)
        self.addCleanup(self.daemon.stop)
        self.link = self.daemon.links()[0]

    def terminal(self, *arguments: str, size: tuple[int, int] = NARROW) -> Terminal:
        """``chatc`` with some arguments, in a terminal."""
        terminal = Terminal(command("chatc", *arguments), environment(self.home), size)
        self.addCleanup(terminal.close)
        return terminal

    def people(self, *nicks: str, size: tuple[int, int] = NARROW) -> list[Terminal]:
        """People at full screens, signed in."""
        starting = [self.terminal(*self.profile(nick), self.link, size=size) for nick in nicks]
        for nick, terminal in zip(nicks, starting, strict=True):
            terminal.sees(f"connected as {nick}$")
        return starting

    def profile(self, nick: str) -> tuple[str, ...]:
        """Options of ``chatc`` for a guest with a profile of their own."""
        return "--home", str(self.home / nick), "--guest", nick

    def chatc(
        self, nick: str, *arguments: str, text: str = "", status: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        """A script's ``chatc``, to its end."""
        words = (*self.profile(nick), "--server", self.link, *arguments)
        return run(self.home, "chatc", *words, text=text, status=status)

    def are_in(self, room: str, *nicks: str) -> None:
        """Wait until all of these are in a room."""
        until(
            lambda: {*nicks} <= {*self.chatc("looker", "who", room, status=None).stdout.split()},
            lambda: f"not all of {nicks} are in {room}",
        )
