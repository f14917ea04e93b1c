"""A native client in memory, signed in at a real native door."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from chatd.wire.codec import decode_server, encode
from chatd.wire.framing import FrameParser
from chatd.wire.initiator import Initiator
from tests.support.server import Server

ADDRESS = IPv4Address("TCP", "192.0.2.1", 50000)


class Signed:
    """Somebody with this nick, or with any.

    :ivar transport: what the server writes to.
    """

    def __init__(self, server: Server, factory: NativeFactory, nick: str = "") -> None:
        self._server = server
        self._frames = FrameParser()
        self._machine = Initiator(X25519PrivateKey.generate())
        self.transport = StringTransport()
        self._protocol: Any = factory.buildProtocol(ADDRESS)
        self._protocol.makeConnection(self.transport)
        self._machine.receive(self._bodies()[0])
        self._protocol.dataReceived(self._machine.proceed(nick, "test"))
        self._machine.receive(self._bodies()[0])
        self._protocol.dataReceived(self._machine.ready(messages.Ready("guest", nick)))
        self.received()

    def send(self, *asked: Struct) -> None:
        """Several messages in one record."""
        assert self._machine.records is not None
        record = self._machine.records.sealer.seal(b"".join(map(encode, asked)))
        self._protocol.dataReceived(record)

    def received(self) -> list[Any]:
        """What has come since last asked."""
        records = self._machine.records
        assert records is not None
        return [decode_server(one) for body in self._bodies() for one in records.opener.open(body)]

    def _bodies(self) -> list[bytes]:
        self._server.turn()
        data = self.transport.value()
        self.transport.clear()
        return self._frames.feed(data)
