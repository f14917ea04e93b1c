"""A client of the ``04 17`` protocol on a transport in memory."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.protocols.legacy0417.factory import LegacyFactory
from chatd.protocols.legacy0417.frames import HEADER, MAGIC, Op
from chatd.protocols.legacy0417.requests import GREETING
from tests.support.server import Server


class LegacyServer(Server):
    """A server with the door ``legacy0417``."""

    def __init__(
        self, limits: Limits | None = None, entry: EntryLimits | None = None, **state: Any
    ) -> None:
        super().__init__(limits, entry, **state)
        self.factory = LegacyFactory(self.around)

    def client(self, nick: str = "") -> Client:
        """A client that has said hello, and has taken ``nick``."""
        client = Client(self)
        client.send(Op.HELLO, GREETING)
        if nick:
            client.send(Op.NICK, short(nick.encode()))
        client.take()
        return client


class Client:
    """A connection, with nothing said yet."""

    def __init__(self, server: LegacyServer) -> None:
        self.server = server
        self.transport = StringTransport()
        self.protocol = server.factory.buildProtocol(IPv4Address("TCP", "192.0.2.1", 4171))
        self.protocol.makeConnection(self.transport)

    def send(self, op: int, payload: bytes = b"") -> None:
        """Send one frame."""
        self.write(HEADER.pack(len(payload), MAGIC, op) + payload)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.protocol.dataReceived(data)

    def join(self, room: str, password: str = "") -> None:
        """Ask to enter a room."""
        self.send(Op.JOIN, short(room.encode()) + short(password.encode()))

    def say(self, room: str, message: bytes) -> None:
        """Say something in a room."""
        self.send(Op.SAY, short(room.encode()) + long(message))

    def tell(self, nick: str, message: bytes) -> None:
        """Say something to one person."""
        self.send(Op.TELL, short(nick.encode()) + long(message))

    def take(self) -> bytes:
        """What the server has sent since last asked."""
        self.server.turn()
        sent: bytes = self.transport.value()
        self.transport.clear()
        return sent

    def hang_up(self) -> None:
        """The connection is lost."""
        self.protocol.connectionLost(Failure(ConnectionDone()))


def short(name: bytes) -> bytes:
    """A name with its length."""
    return bytes((len(name),)) + name


def long(message: bytes) -> bytes:
    """A message with its length."""
    return len(message).to_bytes(2, "big") + message


def parse(data: bytes) -> list[tuple[int, bytes]]:
    """Server's frames as the original client reads them.

    :return: op and payload of each.
    :raises AssertionError: a wrong magic, or bytes left over.
    """
    found = []
    while data:
        length, magic, op = HEADER.unpack_from(data)
        end = HEADER.size + length
        assert magic == MAGIC and len(data) >= end, data
        found.append((op, data[HEADER.size : end]))
        data = data[end:]
    return found


def refused(answer: bytes) -> str:
    """The text of the one refusal that ``answer`` is."""
    ((op, payload),) = parse(answer)
    assert (op, payload[:1]) == (Op.STATUS, b"\x01"), answer
    return payload[1:].decode()
