"""Links are spoilt as they should be, or the run would prove nothing."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.daemon import free_port
from tests.support.program import PATIENCE, until
from tests.torture.delivery.plan import Fault, Trouble
from tests.torture.delivery.proxy import Proxy


class ProxyTest(SynchronousTestCase):
    """Ann's link is spoilt, bob's is not."""

    def begin(self, fault: Fault, amount: float = 0.0) -> None:
        """As soon as there is a link."""
        self.told = Path(self.mktemp())
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.server.settimeout(PATIENCE)
        self.ports = {"ann": free_port(), "bob": free_port()}
        trouble = Trouble(0.0, fault, "ann", amount)
        target = self.server.getsockname()[1]
        proxy = Proxy(self.ports, target, [trouble], time.monotonic(), self.told)
        pid = os.fork()
        if not pid:
            try:
                proxy.run()
            finally:
                os._exit(1)
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.kill, pid, signal.SIGKILL)

    def link(self, device: str) -> tuple[socket.socket, socket.socket]:
        """A device's end of a new link, and the server's."""
        found: list[socket.socket] = []

        def connect() -> bool:
            try:
                address = "127.0.0.1", self.ports[device]
                found.append(socket.create_connection(address, PATIENCE))
            except ConnectionRefusedError:
                return False
            return True

        until(connect, lambda: "nobody listens")
        far, _ = self.server.accept()
        far.settimeout(PATIENCE)
        for end in (found[0], far):
            self.addCleanup(end.close)
        return found[0], far

    def passes(self, near: socket.socket, far: socket.socket) -> None:
        """What is said arrives, in both directions."""
        for one, other in ((near, far), (far, near)):
            one.sendall(b"hello")
            self.assertEqual(other.recv(9), b"hello")

    def spoilt(self) -> None:
        """Wait until it is."""
        until(lambda: self.told.read_text().endswith(" ann\n"), lambda: "nothing happened")

    def test_cut(self) -> None:
        self.begin(Fault.CUT)
        self.passes(*self.link("bob"))
        for end in self.link("ann"):
            with self.assertRaises(ConnectionResetError):
                end.recv(9)

    def test_half_open(self) -> None:
        """Neither words nor an end arrive."""
        self.begin(Fault.HALF_OPEN)
        near, far = self.link("ann")
        self.spoilt()
        near.sendall(b"hello")
        near.close()
        for _ in range(3):
            self.passes(*self.link("bob"))
        far.setblocking(False)
        with self.assertRaises(BlockingIOError):
            far.recv(9)

    def test_stalled(self) -> None:
        """What was said arrives afterwards."""
        self.begin(Fault.STALLED, 0.5)
        near, far = self.link("ann")
        self.spoilt()
        near.sendall(b"hello")
        self.passes(*self.link("bob"))
        self.assertEqual(far.recv(9), b"hello")

    def test_slow(self) -> None:
        self.begin(Fault.SLOW, 60.0)
        near, far = self.link("ann")
        self.spoilt()
        self.passes(near, far)
