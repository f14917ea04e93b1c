"""A door that is no part of chatd: found, listened to, and in the same rooms as everybody else.

It lies in ``tests/support/linechat`` and reaches the daemon as any other distribution would, by
Python's search path.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.protocols.basic import LineOnlyReceiver
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chatd.domain.link import Link
from chatd.errors import ChatError
from chatd.keys import ServerKeys
from client.connection import Connection
from client.script import Script
from tests.support.daemon import ROOT, Daemon, free_port
from tests.support.layers import imports
from tests.support.program import environment

LINECHAT = ROOT / "tests" / "support" / "linechat"

#: All of chatd that a door of somebody else's may lean on.
FACES = (
    "chatd.domain",
    "chatd.errors",
    "chatd.interfaces",
    "chatd.protocols.inbox",
    "chatd.protocols.outlet",
    "chatd.protocols.surroundings",
)


def installed_elsewhere(test: SynchronousTestCase) -> Path:
    """A copy of the door in a folder of its own, since Twisted leaves a cache beside plug-ins."""
    folder = Path(mkdtemp(prefix="chatd-test-"))
    test.addCleanup(shutil.rmtree, folder)
    shutil.copytree(LINECHAT, folder, dirs_exist_ok=True)
    return folder


class Lines(LineOnlyReceiver):
    """Somebody with ``nc``."""

    transport: Any

    def __init__(self) -> None:
        self.heard: DeferredQueue[str] = DeferredQueue()
        self.gone: Deferred[None] = Deferred()

    def lineReceived(self, line: bytes) -> None:
        self.heard.put(line.decode())

    def connectionLost(self, reason: Any = None) -> None:
        self.gone.callback(None)


class Boundary(SynchronousTestCase):
    """What the door knows of chatd, and chatd of the door."""

    def test_imports(self) -> None:
        """The stable faces, nothing behind them."""
        source = (LINECHAT / "linechat.py").read_text("utf-8")
        ours = [one for one in imports("linechat", source) if one.within("chatd")]
        self.assertGreaterEqual(len(ours), len(FACES))
        for one in ours:
            self.assertTrue(any(one.within(face) for face in FACES), one)

    def test_help(self) -> None:
        """Listed where it is installed, and only there."""
        row = r"\n  linechat +lines of text"
        elsewhere = installed_elsewhere(self)
        self.assertRegex(self.usage(environment(elsewhere, elsewhere)), row)
        self.assertNotRegex(self.usage(environment(elsewhere)), row)

    def usage(self, variables: dict[str, str]) -> str:
        done = subprocess.run(
            [Path(sys.executable).with_name("twistd"), "chatd", "--help"],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


class Talk(TestCase):
    """A real daemon, somebody with lines, somebody with chatd's own client."""

    timeout = 60

    async def setUp(self) -> None:  # type: ignore[override]
        lines, native = free_port(), free_port()
        self.daemon = Daemon(
            *("--listen", f"linechat=tcp:{lines}:interface=127.0.0.1"),
            *("--listen", f"native=tcp:{native}:interface=127.0.0.1"),
            "--guests",
            plugins=installed_elsewhere(self),
        )
        self.addCleanup(self.daemon.stop)
        self.daemon.connect(native).close()
        endpoint = HostnameEndpoint(reactor, b"127.0.0.1", lines)
        self.bob: Lines = await connectProtocol(endpoint, Lines())
        self.addCleanup(self.hang_up)
        self.alice = await self.native_user("alice", native)
        self.addCleanup(self.alice.connection.logout)

    async def native_user(self, nick: str, port: int) -> Script:
        link = Link("127.0.0.1", port, fingerprint=ServerKeys.load(self.daemon.data).fingerprint)
        endpoint = HostnameEndpoint(reactor, b"127.0.0.1", port)
        script = Script(reactor, lambda own: Connection(reactor, endpoint, link, nick, own))
        await script.online()
        return script

    def hang_up(self) -> Deferred[None]:
        self.bob.transport.loseConnection()
        return self.bob.gone

    def follow(self, target: str, said: DeferredQueue[dict[str, Any]]) -> None:
        """Let alice listen, until she leaves."""

        def tell(message: dict[str, Any]) -> bool:
            said.put(message)
            return False

        following = Deferred.fromCoroutine(self.alice.follow(target, tell))
        following.addErrback(lambda failure: failure.trap(ChatError))

    async def hears(self, expected: str) -> None:
        self.assertEqual(await self.bob.heard.get(), expected)

    async def test_talk(self) -> None:
        """A room, a direct message, and a nick, both ways."""
        said: DeferredQueue[dict[str, Any]] = DeferredQueue()
        self.follow("#hall", said)
        await self.hears("alice is here")
        self.bob.sendLine(b"hello from a line")
        message = await said.get()
        self.assertEqual((message["from"], message["text"]), ("rand0", "hello from a line"))
        await self.alice.send("#hall", "hello from a screen")
        await self.hears("<alice> hello from a screen")
        self.bob.sendLine(b"/nick bob")
        self.follow("bob", said)
        self.bob.sendLine(b"/msg alice psst")
        message = await said.get()
        self.assertEqual((message["target"], message["text"]), ("alice", "psst"))
        await self.alice.send("bob", "what?")
        await self.hears("*alice* what?")
        self.bob.sendLine(b"/msg carol psst")
        await self.hears("nobody here is called carol")

    async def test_goodbye(self) -> None:
        """The daemon's end is told through this door, too."""
        status = self.daemon.stop()
        self.assertEqual(status, 0, self.daemon.output)
        await self.hears("server is shutting down")
        await self.bob.gone

    async def test_nobody_types_that(self) -> None:
        """A line without end ends the connection, not the daemon."""
        self.bob.transport.write(b"x" * 5000)
        await self.bob.gone
