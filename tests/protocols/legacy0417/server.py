"""A hub behind the door ``legacy0417``, in memory: no sockets, and time moves when told to."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.domain.entry import Entry, EntryLimits
from chatd.domain.limits import Limits, Liveness
from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, Refused
from chatd.hub.hub import Hub
from chatd.hub.state import State
from chatd.interfaces import IAudit, IDoor, IPasswords, IPeer
from chatd.protocols.legacy0417.factory import LegacyFactory
from chatd.protocols.legacy0417.frames import HEADER, MAGIC, Op
from chatd.protocols.legacy0417.requests import GREETING
from chatd.protocols.surroundings import Surroundings


@implementer(IPasswords)
class Passwords:
    """No hashes, no threads. While ``slow``, checks wait in ``waiting`` until they are told."""

    def __init__(self) -> None:
        self.slow = self.busy = False
        self.waiting: list[Deferred[bool]] = []

    def hash(self, password: str) -> Deferred[str]:
        """The password itself."""
        return succeed("plain " + password)

    def verify(self, password: str, phc: str) -> Deferred[bool]:
        """Whether it is the same, now or later."""
        if self.busy:
            return fail(Refused(Code.BUSY))
        if not self.slow:
            return succeed("plain " + password == phc)
        self.waiting.append(Deferred())
        return self.waiting[-1]


@implementer(IAudit)
class Audit:
    """Keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def record(self, event: str, **fields: object) -> None:
        """Keep one line."""
        self.lines.append((event, fields))

    def codes(self, event: str) -> list[object]:
        """The codes of all lines about ``event``."""
        return [fields.get("code") for known, fields in self.lines if known == event]


@implementer(IPeer)
class Guest:
    """Somebody at another door, of a protocol with room for everything the hub tells."""

    address = "local"

    def __init__(self, door: IDoor) -> None:
        self.door = door
        self.pieces: list[bytes] = []

    def deliver(self, pieces: list[bytes]) -> None:
        """Keep what is said."""
        self.pieces += pieces

    def close(self, error: ChatError) -> None:
        """Nothing to close."""


class Server:
    """The hub, its clock, and the door's factory."""

    def __init__(
        self,
        limits: Limits | None = None,
        entry: EntryLimits | None = None,
        **state: Any,
    ) -> None:
        self.clock = Clock()
        self.audit = Audit()
        self.passwords = Passwords()
        self.broken: list[Failure] = []
        turn = Turn(lambda run: self.clock.callLater(0, run), lambda: self.broken.append(Failure()))
        self.state = State(
            limits or Limits(),
            Liveness(),
            turn,
            self.clock,
            self.passwords,
            self.audit,
            **state,
        )
        self.hub = Hub(self.state)
        self.around = Surroundings(
            self.hub,
            self.clock,
            self.audit,
            Entry(entry or EntryLimits()),
            X25519PrivateKey.generate(),
        )
        self.factory = LegacyFactory(self.around)

    def client(self, nick: str = "") -> Client:
        """A client that has said hello, and has taken ``nick``."""
        client = Client(self)
        client.send(Op.HELLO, GREETING)
        if nick:
            client.send(Op.NICK, short(nick.encode()))
        client.take()
        return client

    def turn(self) -> None:
        """End the reactor's turn."""
        self.clock.advance(0)
        if self.broken:
            self.broken[0].raiseException()


class Client:
    """A connection, with nothing said yet."""

    def __init__(self, server: Server, host: str = "192.0.2.1") -> None:
        self.server = server
        self.transport = StringTransport()
        self.protocol = server.factory.buildProtocol(IPv4Address("TCP", host, 4171))
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
