"""A data directory, chatctl in this process, and what it prints."""

from __future__ import annotations

import json
import os
import shutil
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chatd.ctl import main
from chatd.protocols.control.desk import Answer
from chatd.protocols.control.door import SOCKET, ControlFactory
from tests.support.server import Server
from tests.support.store import memory_store

reactor: Any = global_reactor

FINGERPRINT = "a" * 52
LINKS = [f"chatd://127.0.0.1:4170/#{FINGERPRINT}", f"chatds://127.0.0.1:4171/#{FINGERPRINT}"]


class Keyboard(StringIO):
    """Standard input that says it is a terminal."""

    def isatty(self) -> bool:
        """Somebody sits there."""
        return True


class Case(SynchronousTestCase):
    """Away from this user's own settings and data."""

    def setUp(self) -> None:
        # Short: the name of a socket has about a hundred bytes.
        self.home = Path(mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.output, self.errors = StringIO(), StringIO()
        self.patch(sys, "stdout", self.output)
        self.patch(sys, "stderr", self.errors)
        self.patch(os, "environ", {**os.environ, "XDG_CONFIG_HOME": str(self.home)})

    def run_ctl(self, *arguments: str) -> str:
        """Run it.

        :return: what it printed since last asked.
        """
        main(["--data-dir", str(self.home), *arguments])
        return self.printed()

    def printed(self) -> str:
        text = self.output.getvalue()
        self.output.seek(0)
        self.output.truncate()
        return text

    def refusal(self, *arguments: str) -> str:
        """The one line, or the status, that it ends with."""
        return str(self.assertRaises(SystemExit, self.run_ctl, *arguments).code)

    def pipe(self, data: bytes) -> None:
        """What is in standard input."""
        self.patch(sys, "stdin", TextIOWrapper(BytesIO(data), "utf-8"))

    def type(self, text: str) -> None:
        """What somebody types."""
        self.patch(sys, "stdin", Keyboard(text))


class RunningCase(Case, TestCase):
    """A daemon's hub and store behind the control socket; chatctl runs on a thread."""

    def setUp(self) -> None:
        super().setUp()
        self.server = Server(store=memory_store())
        self.listen(ControlFactory(self.server.hub, self.answers))

    def answers(self) -> dict[str, Answer]:
        """What the daemon can tell beside what its hub does."""
        return {"link": lambda: {"links": LINKS}}

    def listen(self, factory: Any) -> None:
        port = reactor.listenUNIX(str(self.home / SOCKET), factory)
        self.addCleanup(port.stopListening)

    async def ctl(self, *arguments: str) -> str:
        """What it prints."""
        printed: str = await deferToThread(self.run_ctl, *arguments)
        return printed

    async def json(self, *arguments: str) -> Any:
        """What it prints with ``--json``: one object in one line."""
        return json.loads(await self.ctl(*arguments, "--json"))

    async def refused(self, *arguments: str) -> str:
        """The one line it ends with."""
        told: str = await deferToThread(self.refusal, *arguments)
        return told
