"""A daemon that runs: what chatctl makes of its answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.internet.protocol import Factory, Protocol
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd.ctl import running
from chatd.ctl.running import Denied, Running
from chatd.errors import Code, ConfigError
from chatd.protocols.control.door import SOCKET
from tests.ctl.case import Case, RunningCase, reactor


class Said(Protocol):
    """Not chatd: answers whatever it is told to."""

    answer: bytes | None = None

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        if self.answer is not None:
            self.transport.write(self.answer)
            self.transport.loseConnection()


class Answers(Case, TestCase):
    """One clear line, whatever comes back."""

    def ask(self) -> Any:
        daemon = Running.find(self.home)
        assert daemon is not None
        try:
            return daemon.ask("link")
        finally:
            daemon.close()

    async def refused(self, answer: bytes | None) -> ConfigError:
        self.patch(Said, "answer", answer)
        error: ConfigError = await deferToThread(self.assertRaises, ConfigError, self.ask)
        return error

    def setUp(self) -> None:
        super().setUp()
        port = reactor.listenUNIX(str(self.home / SOCKET), Factory.forProtocol(Said))
        self.addCleanup(port.stopListening)

    async def test_bad_ones(self) -> None:
        self.patch(running, "ANSWER_TIMEOUT", 0.1)
        self.patch(running, "LONGEST_ANSWER", 10_000)
        silent, senseless = "the daemon does not answer", "the daemon's answer makes no sense"
        for answer, expected in (
            (None, silent),
            (b"", silent),
            (b"\n", silent),
            (b"\xff\n", silent),
            (b'{"ok": true', silent),
            (b"[" * 5000 + b"\n", silent),
            (b" " * 20_000 + b'{"ok": true}\n', silent),
            (b"[]\n", senseless),
            (b"{}\n", senseless),
            (b"null\n", senseless),
            (b'{"ok": 1}\n', senseless),
            (b'{"ok": false}\n', senseless),
            (b'{"ok": false, "error": 3}\n', senseless),
        ):
            error = await self.refused(answer)
            self.assertIn(expected, str(error), answer)
            self.assertNotIsInstance(error, Denied)

    async def test_denied(self) -> None:
        for answer, code in (
            (b'{"ok": false, "error": "no"}\n', 0),
            (b'{"ok": false, "error": "no", "code": 342}\n', 342),
            (b'{"ok": false, "error": "no", "code": "342"}\n', 0),
        ):
            error = await self.refused(answer)
            assert isinstance(error, Denied)
            self.assertEqual((str(error), error.code), ("no", code))

    async def test_granted(self) -> None:
        self.patch(Said, "answer", b'{"ok": true, "links": []}\n')
        self.assertEqual(await deferToThread(self.ask), {"links": []})


class Finding(Case):
    def test_nobody(self) -> None:
        """Never started, or killed with its socket left behind."""
        self.assertIs(Running.find(self.home), None)
        os.mknod(self.home / SOCKET)
        self.assertIs(Running.find(self.home), None)

    def test_path_too_long(self) -> None:
        error = self.assertRaises(ConfigError, Running.find, Path("/" + "x" * 200))
        self.assertIn("too long", str(error))


class Asking(RunningCase):
    async def test_what_the_hub_refuses(self) -> None:
        """Its text is the one line."""
        self.assertEqual(
            await self.refused("show", "bob"), "chatctl: there is no account called bob"
        )

    async def test_what_is_no_text(self) -> None:
        """An argument in another encoding, as Python hands it over."""
        self.assertEqual(
            await self.refused("show", "b\udcfcb"), "chatctl: what was typed is not UTF-8"
        )

    async def test_by_code(self) -> None:
        daemon = Running.find(self.home)
        assert daemon is not None
        self.addCleanup(daemon.close)
        error = await deferToThread(self.assertRaises, Denied, daemon.ask, "show", handle="bob")
        self.assertEqual(error.code, Code.NO_SUCH_ACCOUNT)
