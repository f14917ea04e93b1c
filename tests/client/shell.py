"""``chatc`` in this process: its whole command line, with the network in memory."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits
from chatd.domain.link import fingerprint
from chatd.wire.noise import public_bytes
from client import app, cli
from client.profile import Profile
from tests.client.listener import Subscriber
from tests.client.machine import machine
from tests.support.network import Network
from tests.support.server import Server
from tests.support.store import memory_store

#: Seconds in which every command has ended, or never will.
LONGEST = 100


class ShellTest(SynchronousTestCase):
    """A server in memory, and Bob, who is signed in with a full client.

    :ivar key: the server's fingerprint.
    :ivar out: what the last command printed; :ivar err: its errors.
    """

    def setUp(self) -> None:
        self.network = Network(Server(Limits(rate_count=0), store=memory_store()))
        self.key = fingerprint(public_bytes(self.network.server.around.static))
        self.link = f"chatd://127.0.0.1:4170/#{self.key}"
        self.home = Path(self.mktemp())
        self.profile = Profile(self.home)
        self.bob = Subscriber(self.network, nick="bob")
        self.bob.start()
        self.out = self.err = ""
        self.reactor = machine(self, self.network)
        for module in (app, cli):
            self.patch(module, "react", self.react)
            self.patch(module, "use_monotonic_time", lambda reactor: None)

    def react(self, start: Callable[[Any], Deferred[None]]) -> None:
        """As Twisted's, but that time passes when told to, and no signal is taken."""
        work = start(self.reactor)
        self.network.settle()
        for _ in range(LONGEST):
            if work.called:
                break
            self.network.advance(1)
        self.failureResultOf(work, SystemExit).raiseException()

    def chatc(self, *words: str, bare: bool = False) -> int:
        """Run a command to its end.

        :param bare: without the usual ``--home`` and ``--server``.
        :return: its exit status.
        """
        usual = () if bare else ("--home", str(self.home), "--server", self.link)
        out, err = io.StringIO(), io.StringIO()
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, err
        try:
            status = self.assertRaises(SystemExit, cli.main, [*usual, *words]).code
        finally:
            sys.stdout, sys.stderr = before
        self.out, self.err = out.getvalue(), err.getvalue()
        return int(status or 0)

    def secret(self, option: str, secret: str) -> tuple[str, str]:
        """An option that hands a secret over, by a descriptor."""
        reading, writing = os.pipe()
        os.write(writing, secret.encode() + b"\n")
        os.close(writing)
        self.addCleanup(os.close, reading)
        return option, str(reading)

    def later(self, seconds: float, make: Any) -> None:
        """Bob asks something in a while."""

        def ask() -> None:
            self.bob.connection.request(make).addErrback(lambda _: None)

        self.network.clock.callLater(seconds, ask)

    def bob_asks(self, make: Any) -> Any:
        """Bob asks something now."""
        answer = self.bob.connection.request(make)
        self.network.settle()
        return self.successResultOf(answer)
