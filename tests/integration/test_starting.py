"""Starts that go wrong end with one clear line; strangers do not keep a daemon from ending."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from shutil import rmtree

from twisted.trial.unittest import SynchronousTestCase

from chatd.app import DRAIN
from chatd.keys import LOCK
from chatd.protocols.control.door import SOCKET
from tests.support.daemon import Daemon, free_port


class Starting(SynchronousTestCase):
    def setUp(self) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(rmtree, self.data)

    def mistaken(self, *options: str) -> str:
        """Its last words."""
        daemon = Daemon(*options, data=self.data)
        self.addCleanup(daemon.stop)
        self.assertEqual(daemon.wait(), 1)
        self.assertNotIn("Traceback", daemon.output)
        return daemon.output

    def test_an_endpoint_without_a_name(self) -> None:
        said = self.mistaken("--listen", "4170")
        self.assertTrue(said.startswith("chatd: --listen: must be NAME=ENDPOINT"), said)
        self.assertEqual(said.count("\n"), 1)

    def test_something_else_in_place_of_the_control_socket(self) -> None:
        (self.data / SOCKET).mkdir()
        said = self.mistaken("--listen", "native=tcp:0:interface=127.0.0.1")
        self.assertIn(f"chatd: {self.data / SOCKET}: cannot be removed: Is a directory", said)

    def test_a_dangling_link_in_place_of_the_control_socket(self) -> None:
        (self.data / SOCKET).symlink_to("nowhere")
        listen = ("--listen", "native=tcp:0:interface=127.0.0.1")
        daemon = Daemon(*listen, "--guests", data=self.data)
        self.addCleanup(daemon.stop)
        self.assertEqual(len(daemon.links()), 1)

    def test_no_room_for_the_lock(self) -> None:
        (self.data / LOCK).symlink_to("/dev/full")
        said = self.mistaken("--listen", "native=tcp:0:interface=127.0.0.1")
        self.assertIn(f"chatd: {self.data / LOCK}: cannot be used: ", said)


#: Ctrl-C in the middle of the one collection that the daemon asks for: where Python calls back
#: from there, an exception is printed and forgotten.
_INTERRUPTING = """
import gc, os, signal, weakref

class Knot:
    def __init__(self):
        self.itself = self

gc.disable()
watched = weakref.ref(Knot(), lambda _: os.kill(os.getpid(), signal.SIGINT))
"""


class Ending(SynchronousTestCase):
    def test_an_interrupt_while_it_starts(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(rmtree, folder)
        (folder / "sitecustomize.py").write_text(_INTERRUPTING)
        daemon = Daemon("--listen", "native=tcp:0:interface=127.0.0.1", plugins=folder)
        self.addCleanup(daemon.stop)
        self.assertEqual(daemon.wait(), 0)

    def test_strangers_are_not_waited_for(self) -> None:
        native, legacy = free_port(), free_port()
        daemon = Daemon(
            *("--listen", f"native=tcp:{native}:interface=127.0.0.1"),
            *("--listen", f"legacy0417=tcp:{legacy}:interface=127.0.0.1"),
        )
        self.addCleanup(daemon.stop)
        strangers = [daemon.connect(port) for port in (native, legacy)]
        self.assertEqual(strangers[0].recv(5)[4:], b"*")
        began = time.monotonic()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time.monotonic() - began, DRAIN)
        for stranger in strangers:
            stranger.close()
