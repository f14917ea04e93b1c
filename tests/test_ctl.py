"""``chatctl``: what it prints, what it asks a daemon, and what it makes of a bad answer."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chatd import ctl
from chatd.audit import AuditLog
from chatd.config import load
from chatd.domain.link import show_fingerprint
from chatd.errors import ConfigError
from chatd.keys import ServerKeys
from chatd.protocols.control.door import SOCKET, ControlFactory

reactor: Any = global_reactor

LINKS = ["chatd://127.0.0.1:4170/", "chatds://127.0.0.1:4171/"]


class Case(SynchronousTestCase):
    """A data directory, and what chatctl prints about it."""

    def setUp(self) -> None:
        # Short: the name of a socket has about a hundred bytes.
        self.home = Path(mkdtemp(prefix="chatd-test-"))
        self.addCleanup(self.clear)
        self.output = StringIO()
        self.patch(sys, "stdout", self.output)
        self.patch(os, "environ", {**os.environ, "XDG_CONFIG_HOME": str(self.home)})

    def clear(self) -> None:
        for path in self.home.iterdir():
            path.unlink()
        self.home.rmdir()

    def run_ctl(self, *arguments: str) -> str:
        """Run it.

        :return: what it printed since last asked.
        """
        ctl.main(["--data-dir", str(self.home), *arguments])
        return self.printed()

    def printed(self) -> str:
        text = self.output.getvalue()
        self.output.seek(0)
        self.output.truncate()
        return text

    def refusal(self, *arguments: str) -> str:
        """The one line it ends with."""
        return str(self.assertRaises(SystemExit, self.run_ctl, *arguments).code)


class Fingerprint(Case):
    """Read from the key's file."""

    def test_no_server(self) -> None:
        """Asking makes no server."""
        self.assertIn("start the daemon once", self.refusal("fingerprint"))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_printed(self) -> None:
        fingerprint = ServerKeys.load(self.home).fingerprint
        self.assertEqual(self.run_ctl("fingerprint"), show_fingerprint(fingerprint) + "\n")
        printed = self.run_ctl("fingerprint", "--json")
        self.assertEqual(json.loads(printed), {"fingerprint": fingerprint})

    def test_fingerprint_makes_nothing(self) -> None:
        """The daemon's files are the daemon's to make."""
        ServerKeys.load(self.home)
        for name in ("tls.key", "tls.pem"):
            (self.home / name).unlink()
        self.run_ctl("fingerprint")
        self.assertEqual([path.name for path in self.home.glob("*")], ["server.key"])

    def test_damaged(self) -> None:
        ServerKeys.load(self.home)
        (self.home / "server.key").write_text("")
        self.assertRegex(self.refusal("fingerprint"), "^chatctl: .*server.key: is damaged")


class Usage(Case):
    """What is typed."""

    def test_wrong(self) -> None:
        self.patch(sys, "stderr", StringIO())
        for words in (["links"], ["link", "--follow"], ["--data-dir"], []):
            self.assertEqual(self.refusal(*words), "2")

    def test_wrong_settings(self) -> None:
        told = self.refusal("--config", "/nonexistent/chatd.toml", "link")
        self.assertEqual(
            told, "chatctl: /nonexistent/chatd.toml: cannot be read: No such file or directory"
        )


class Audit(Case):
    """The log, as it is and as it grows."""

    def setUp(self) -> None:
        super().setUp()
        self.log = AuditLog(self.home, 1000, 2, now=lambda: 0.0)
        self.addCleanup(self.log.close)
        self.path = self.home / "audit.log"

    def follow(self, *steps: Callable[[], object]) -> list[str]:
        """Follow the log while the steps are done, one at each pause; then Ctrl-C.

        :return: the lines printed.
        """
        left = list(steps)

        def sleep(seconds: float) -> None:
            self.assertEqual(seconds, ctl.POLL)
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        self.patch(time, "sleep", sleep)
        self.assertEqual(self.refusal("audit", "--follow", "--json"), "130")
        self.assertEqual(left, [])
        return self.printed().splitlines()

    def test_no_log(self) -> None:
        self.path.unlink()
        self.assertIn("there is no audit log", self.refusal("audit"))

    def test_printed(self) -> None:
        self.log.record("signed_in", nick="alice", door="native")
        self.log.record("closed", code=120)
        self.assertEqual(
            self.run_ctl("audit"),
            "1970-01-01T00:00:00.000Z signed_in            nick=alice door=native\n"
            "1970-01-01T00:00:00.000Z closed               code=120\n",
        )
        self.assertEqual(self.run_ctl("audit", "--json"), self.path.read_text())

    def test_strange_lines(self) -> None:
        """Shown as they are, with nothing in them that a terminal obeys."""
        self.path.write_bytes(
            b"\n[1]\n{}\n{1}\n\xff\x1b[2J\n" + b"[" * 2000 + b"\n"
            b'{"time": "now", "event": "odd", "nick": "\\u001b[31m\\n"}\n{"time"'
        )
        odd = "now odd                  nick=\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"
        blank = "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J"
        self.assertEqual(
            self.run_ctl("audit").split("\n"),
            ["", "[1]", "{}", "{1}", blank, "[" * 2000, odd, '{"time"', ""],
        )

    def test_follow(self) -> None:
        """What is there, then what is added; a line is told when it is whole."""
        self.log.record("server_started")

        def half() -> None:
            with self.path.open("a") as file:
                file.write('{"event": ')

        def other_half() -> None:
            with self.path.open("a") as file:
                file.write('"closed"}\n')

        told = self.follow(half, other_half)
        self.assertEqual([json.loads(line)["event"] for line in told], ["server_started", "closed"])

    def test_follow_from_nothing(self) -> None:
        """Before the daemon's first start."""
        self.path.unlink()
        self.log.close()
        told = self.follow(lambda: None, lambda: self.log.record("server_started"))
        self.assertEqual(len(told), 1)

    def test_follow_through_rotation(self) -> None:
        """Every line once and in order, wherever the file's end was."""

        def write(*numbers: int) -> Callable[[], None]:
            def step() -> None:
                for number in numbers:
                    self.log.record("closed", count=number)

            return step

        told = self.follow(*(write(*range(start, start + 7)) for start in range(0, 70, 7)))
        self.assertTrue((self.home / "audit.log.2").exists())
        self.assertEqual([json.loads(line)["count"] for line in told], list(range(70)))

    def test_follow_a_torn_line(self) -> None:
        """The end of a file ends its last line, too."""

        def rotate() -> None:
            self.path.write_text("torn")
            self.path.rename(self.home / "audit.log.1")
            self.log.reopen()
            self.log.record("lines_lost", count=1)

        torn, lost = self.follow(rotate, lambda: None)
        self.assertEqual((torn, json.loads(lost)["event"]), ("torn", "lines_lost"))


class Said(Protocol):
    """Not chatd: answers whatever it is told to."""

    answer: bytes | None = None

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        if self.answer is not None:
            self.transport.write(self.answer)
            self.transport.loseConnection()


class Link(Case, TestCase):
    """Asked of a running daemon."""

    async def listen(self, factory: Any) -> None:
        port = reactor.listenUNIX(str(self.home / SOCKET), factory)
        self.addCleanup(port.stopListening)

    async def test_printed(self) -> None:
        await self.listen(ControlFactory({"link": lambda: {"links": LINKS}}))
        for words, expected in (
            (["link"], LINKS[0] + "\n"),
            (["link", "--all"], "\n".join(LINKS) + "\n"),
            (["link", "--json"], json.dumps({"links": LINKS[:1]}) + "\n"),
            (["link", "--all", "--json"], json.dumps({"links": LINKS}) + "\n"),
        ):
            self.assertEqual(await deferToThread(self.run_ctl, *words), expected)

    async def test_nowhere(self) -> None:
        """A daemon that no link leads to."""
        await self.listen(ControlFactory({"link": lambda: {"links": []}}))
        self.assertIn("does not listen where", await deferToThread(self.refusal, "link"))

    async def test_refused(self) -> None:
        await self.listen(ControlFactory({"other": dict}))
        told = await deferToThread(self.refusal, "link")
        self.assertIn("the daemon refused: not a request this daemon knows", told)

    async def test_bad_answers(self) -> None:
        """One clear line, whatever comes back."""
        self.patch(ctl, "ANSWER_TIMEOUT", 0.1)
        self.patch(ctl, "_LONGEST_ANSWER", 10_000)
        factory = Factory.forProtocol(Said)
        await self.listen(factory)
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
            (b'{"ok": true}\n', "does not listen where a link could lead to"),
        ):
            self.patch(Said, "answer", answer)
            told = await deferToThread(self.refusal, "link")
            self.assertTrue(told.startswith("chatctl: ") and expected in told, (answer, told))

    def test_no_daemon(self) -> None:
        """Never started, or killed with its socket left behind."""
        self.assertIn("no daemon runs on", self.refusal("link"))
        left = self.home / SOCKET
        os.mknod(left)
        self.assertIn("no daemon runs on", self.refusal("link"))

    def test_path_too_long(self) -> None:
        config = load(None, {"data_dir": "/" + "x" * 200})
        error = self.assertRaises(ConfigError, ctl.ask, config, "link")
        self.assertIn("too long", str(error))
