"""Native connections in memory: a client at one end, the real door or a made-up one at the other.

Nothing moves by itself. Both ends share one clock; bytes are carried when the test says so.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chatd.protocols.native.factory import NativeFactory
from tests.support.server import Server

ADDRESS = IPv4Address("TCP", "192.0.2.1", 50000)

#: Seconds between two looks at what is on its way, while time passes.
STEP = 0.5


class End(StringTransport):
    """One side of a line.

    :ivar written: every byte this side ever wrote.
    :ivar gone: the protocol was told that the connection is over.
    """

    def __init__(self, protocol: Any) -> None:
        super().__init__(lenient=True)
        self.protocol = protocol
        self.written = b""
        self.gone = False

    def write(self, data: bytes) -> None:
        """Keep what is written, until it is carried and for good."""
        self.written += data
        super().write(data)

    def fill(self) -> None:
        """Take no more for now, as a full socket does."""
        assert self.producer is not None
        self.producer.pauseProducing()

    def finish(self, reason: Exception) -> None:
        """The connection is over for this side."""
        if not self.gone:
            self.gone = True
            self.protocol.connectionLost(Failure(reason))


class Line:
    """One connection.

    :param client: a protocol; :param server: the one it talks to.
    :ivar stuck: the network takes nothing any more, and tells nobody.
    """

    def __init__(self, client: Any, server: Any) -> None:
        self.client = End(client)
        self.server = End(server)
        self.stuck = False
        server.makeConnection(self.server)
        client.makeConnection(self.client)

    def carry(self) -> bool:
        """Move what each side wrote to the other, and the news of an end.

        :return: whether there was anything to move.
        """
        return any([self._carry(self.client, self.server), self._carry(self.server, self.client)])

    def cut(self) -> None:
        """The network breaks, and both sides notice."""
        self.client.finish(ConnectionLost())
        self.server.finish(ConnectionLost())

    def _carry(self, source: End, target: End) -> bool:
        if source.gone:
            return False
        if source.disconnected:  # aborted: what waits is lost
            source.finish(ConnectionAborted())
            return True
        if self.stuck:
            return False
        if target.gone:
            source.finish(ConnectionLost())
            return True
        data = source.value()
        source.clear()
        if data:
            target.protocol.dataReceived(data)
        elif source.disconnecting:
            source.finish(ConnectionDone())
            target.finish(ConnectionDone())
        else:
            return False
        return True


class Network:
    """A daemon's native door, and the endpoint that connects to it.

    :ivar lines: every connection made so far, the oldest first.
    :ivar down: why no connection can be made; None while one can.
    :ivar listening: makes the server's side of the next connection.
    """

    def __init__(self, server: Server | None = None) -> None:
        self.server = server or Server()
        self.clock = self.server.clock
        self.door = NativeFactory(self.server.around)
        self.door.startFactory()
        self.listening: Any = self.door
        self.lines: list[Line] = []
        self.down: Exception | None = None

    def connect(self, factory: Any) -> Deferred[Any]:
        """As an endpoint does."""
        if self.down is not None:
            return fail(self.down)
        client = factory.buildProtocol(None)
        self.lines.append(Line(client, self.listening.buildProtocol(ADDRESS)))
        return succeed(client)

    def settle(self) -> None:
        """End turns and carry bytes until nothing moves any more."""
        self.server.turn()
        while any(line.carry() for line in self.lines):
            self.server.turn()

    def advance(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.settle()
        while seconds > 0:
            self.clock.advance(min(STEP, seconds))
            seconds -= STEP
            self.settle()
