"""A native client in memory, step by step, at a real native door."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectionLost
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chatd.errors import Code
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from chatd.wire.codec import decode_server, decode_struct, encode
from chatd.wire.framing import FrameParser
from chatd.wire.hello import REFUSAL, Ack, Hello, Refusal
from chatd.wire.initiator import Initiator
from tests.support.server import Server

ADDRESS = IPv4Address("TCP", "192.0.2.1", 50000)


class Caller:
    """Connected, with HELLO on its way; each method goes one step further.

    :param key: its static key, or any.
    :ivar transport: what the server writes to.
    :ivar protocol: the server's end.
    """

    def __init__(
        self,
        server: Server,
        factory: NativeFactory,
        key: X25519PrivateKey | None = None,
        address: IPv4Address | IPv6Address = ADDRESS,
    ) -> None:
        self._server = server
        self._frames = FrameParser()
        self.machine = Initiator(key or X25519PrivateKey.generate())
        self.transport = StringTransport()
        self.protocol: Any = factory.buildProtocol(address)
        self.protocol.makeConnection(self.transport)

    # ------------------------------------------------------------ steps

    def hello(self) -> Hello:
        """Step 1 has come."""
        step = self.machine.receive(self._body())
        assert isinstance(step, Hello)
        return step

    def ask(self, nick: str = "") -> Ack:
        """Steps 1 to 3."""
        self.hello()
        self.write(self.machine.proceed(nick, "test"))
        step = self.machine.receive(self._body())
        assert isinstance(step, Ack)
        return step

    def sign_in(self, nick: str = "", resume: messages.Resume | None = None) -> list[Any]:
        """All steps, as a guest; what the server says to the last one."""
        return self.show(messages.Ready("guest", nick, b"", resume))

    def show(self, ready: messages.Ready) -> list[Any]:
        """All steps; what the server says to the last one."""
        self.ask(ready.nick)
        self.write(self.machine.ready(ready))
        return self.received()

    # ------------------------------------------------------------ bytes and messages

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        self.protocol.dataReceived(data)

    def seal(self, *encoded: bytes) -> bytes:
        """A frame with encoded messages."""
        assert self.machine.records is not None
        return self.machine.records.sealer.seal(b"".join(encoded))

    def send(self, *asked: Struct) -> None:
        """Several messages in one record."""
        self.write(self.seal(*map(encode, asked)))

    def received(self) -> list[Any]:
        """The messages that have come since last asked."""
        records = self.machine.records
        assert records is not None
        return [decode_server(one) for body in self._bodies() for one in records.opener.open(body)]

    def refusal(self) -> Refusal:
        """The refusal in clear that has come, and nothing else."""
        body = self._body()
        assert body[:1] == REFUSAL, body
        return decode_struct(body[1:], Refusal, Code.INTERNAL)

    def lose(self) -> None:
        """The connection is gone."""
        self.protocol.connectionLost(Failure(ConnectionLost()))

    def _body(self) -> bytes:
        (body,) = self._bodies()
        return body

    def _bodies(self) -> list[bytes]:
        self._server.turn()
        data = self.transport.value()
        self.transport.clear()
        return self._frames.feed(data)
