"""What a run needs of a server, whichever it is."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Protocol

from tests.benchmarks.load.plan import Framing
from tests.benchmarks.subjects.process import ServerProcess


class Member(Protocol):
    """A signed-in connection. Nothing is read from it once it is in the hands of the load
    generator."""

    socket: socket.socket

    def join(self, room: str) -> bytes:
        """What makes this member enter a room."""

    def say(self, room: str, text: str, count: int) -> bytes:
        """``count`` messages to a room, as one write. Sealed: to be sent in the order of calls."""

    def tell(self, nick: str, text: str, count: int) -> bytes:
        """``count`` messages to one person, in the same way."""


class Subject(Protocol):
    """A running server."""

    name: str
    process: ServerProcess
    framing: Framing

    def enter(self, nicks: Sequence[str]) -> Sequence[Member]:
        """Connect and sign in under each nick. When it returns, the server has said all it has
        to say to them."""


def connect(port: int) -> socket.socket:
    """A connection to a server of this machine, with small writes sent at once."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
