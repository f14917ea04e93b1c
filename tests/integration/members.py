"""A daemon as a new user has it: no guests, no accounts. Who is enrolled has a vault in a folder of
their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from client.vault.identity import Identity
from client.vault.vault import Vault
from tests.support.daemon import Daemon, free_port
from tests.support.program import PATIENCE, command, environment, run, until
from tests.support.terminal import Terminal

#: Columns and rows; with room for a link, or a whole notice, in one line.
NARROW, WIDE = (80, 24), (200, 48)

#: What the status line says of who is signed in.
_ONLINE = r" · (account|moderator|admin)\b"


class MembersTest(SynchronousTestCase):
    """Starts the daemon with ``options``; everything is gone after the test. The first admin is to
    be called alice.

    :cvar settings: a configuration file's text.
    :cvar password: that of all vaults.
    :ivar home: the folder of all folders.
    """

    options: tuple[str, ...] = ()
    settings = ""
    password = "correct horse battery"

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="chatc-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.place()
        self.port = free_port()
        self.start()

    def place(self) -> Path:
        """Where the daemon keeps its data."""
        return self.home / "server"

    def start(self) -> None:
        """Start the daemon, and wait for it; again, on the same port and ``data``."""
        settings = self.home / "chatd.toml"
        settings.write_text(self.settings)
        listen = f"native=tcp:{self.port}:interface=127.0.0.1"
        options = ("--config", str(settings), "--listen", listen, "--admin", "alice")
        self.daemon = Daemon(*options, *self.options, data=self.data)
        self.addCleanup(self.daemon.stop)
        self.daemon.says("Enrol others with: ")

    # ------------------------------------------------------------ programs

    def ctl(self, *arguments: str, text: str = "") -> str:
        """What ``chatctl`` prints."""
        words = ("--data-dir", str(self.data), *arguments)
        return run(self.home, "chatctl", *words, text=text).stdout

    def json(self, *arguments: str) -> Any:
        """The same, decoded."""
        return json.loads(self.ctl(*arguments, "--json"))

    def chatc(self, who: str, *arguments: str, status: int = 0, **secrets: str) -> str:
        """A script's ``chatc``, to its end.

        :param secrets: each comes through a pipe: ``link`` by ``--link-fd``; the vault's password
            by itself.
        :return: all that it said.
        """
        process = self.begin(who, *arguments, **secrets)
        with ThreadPoolExecutor(1) as thread:
            ending = thread.submit(process.communicate, timeout=PATIENCE)
            while not wait([ending], timeout=0.02).done:
                Terminal.attend(0)  # it may talk with a chatc there
        said, _ = ending.result()
        self.assertEqual(process.returncode, status, said)
        return said

    def begin(self, who: str, *arguments: str, **secrets: str) -> subprocess.Popen[str]:
        """The same, not waited for."""
        words: list[str] = []
        pipes = []
        for name, secret in ({"password": self.password} | secrets).items():
            reading, writing = os.pipe()
            with os.fdopen(writing, "w") as pipe:
                pipe.write(f"{secret}\n")
            words += [f"--{name.replace('_', '-')}-fd", str(reading)]
            pipes.append(reading)
        process = subprocess.Popen(
            command("chatc", "--home", str(self.home / who), *arguments, *words),
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=pipes,
            text=True,
        )
        for reading in pipes:
            os.close(reading)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def terminal(self, who: str, *arguments: str, size: tuple[int, int] = NARROW) -> Terminal:
        """``chatc`` in front of somebody."""
        words = command("chatc", "--home", str(self.home / who), *arguments)
        terminal = Terminal(words, environment(self.home), size)
        self.addCleanup(terminal.close)
        return terminal

    def told(self, who: str, *words: str) -> list[str]:
        """The texts that somebody's history holds, the oldest first, whether a chatc is running or
        not; ``words`` say of which conversation."""
        printed = self.chatc(who, "history", "--json", "--count", "1000", *words)
        rows = [json.loads(line) for line in printed.splitlines()]
        return [row["text"] for row in rows if row["kind"] == "message"]

    def keeps(self, who: str, texts: list[str], *words: str) -> None:
        """Wait until somebody's history holds just these."""
        held: list[list[str]] = []

        def same() -> bool:
            held[:] = [self.told(who, *words)]
            return held[0] == texts

        until(same, lambda: f"{who} has {held[0]}, not {texts}")

    # ------------------------------------------------------------ people

    def link(self, handle: str, *options: str) -> str:
        """What ``chatctl enrol`` gives for somebody."""
        link: str = self.json("enrol", handle, *options)["link"]
        return link

    def enrol(self, who: str, link: str = "") -> None:
        """Make a vault and let its device in; by a link of the admin's where none is given."""
        said = self.chatc(who, "enrol", "--no-chat", link=link or self.link(who))
        self.assertIn("enrolled as ", said)

    def sit(self, *people: str, size: tuple[int, int] = NARROW) -> list[Terminal]:
        """People who are enrolled open their vaults at full screens, and sign in."""
        screens = [self.terminal(who, size=size) for who in people]
        for screen in screens:
            screen.sees("vault password:")
            screen.line(self.password)
        for who, screen in zip(people, screens, strict=True):
            # Who is in a room sees that one, and no greeting.
            screen.sees(f"connected as {who.partition('-')[0]}$|{_ONLINE}")
        return screens

    def meet(self, *people: str, size: tuple[int, int] = NARROW) -> list[Terminal]:
        """The same, and all of them enter #tea, which the first one makes."""
        screens = self.sit(*people, size=size)
        for screen in screens:
            screen.line("/join #tea")
            screen.sees("2:#tea")
        return screens

    def leave(self, screen: Terminal, status: int = 0) -> None:
        """Close the program, and so the vault. Who was put out hears why once more (status 1)."""
        screen.line("/quit")
        self.assertEqual(screen.ends(), status)

    def identity(self, who: str) -> Identity:
        """What somebody's vault holds, while no program has it open."""
        vault = Vault.open(self.home / who, self.password)
        vault.close()
        return vault.identity

    def audited(self, event: str) -> list[dict[str, Any]]:
        """The lines of the audit log about this, the oldest first."""
        lines = (self.data / "audit.log").read_text("ascii").splitlines()
        return [row for row in map(json.loads, lines) if row["event"] == event]
