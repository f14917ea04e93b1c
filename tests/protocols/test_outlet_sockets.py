"""The sending side on real sockets, filled on purpose: bytes keep their order, nothing is lost."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import (
    TCP4ClientEndpoint,
    TCP4ServerEndpoint,
    wrapClientTLS,
    wrapServerTLS,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from chatd.domain.turn import Turn
from chatd.keys import ServerKeys
from chatd.protocols.outlet import Outlet
from chatd.tls import ServerTLS
from client.endpoint import AnyCertificate

reactor: Any = global_reactor


def _raise() -> None:
    raise  # a turn calls it inside its except block


class Reader(Protocol):
    """Keeps what comes; while its transport is paused, the sender's socket fills."""

    transport: Any

    def __init__(self) -> None:
        self.heard = bytearray()
        self.over: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        self.over.callback(None)


class Sender(Protocol):
    """Owns an outlet on a socket with little room."""

    transport: Any
    outlet: Outlet

    def __init__(self, limit: int) -> None:
        self.overflows = 0
        self._limit = limit

    def connectionMade(self) -> None:
        connection = getattr(self.transport, "transport", self.transport)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        turn = Turn(lambda run: reactor.callLater(0, run), _raise)
        self.outlet = Outlet(self.transport, turn, self._limit, self._overflowed)

    def connectionLost(self, reason: Any = None) -> None:
        self.outlet.drop()

    def _overflowed(self) -> None:
        self.overflows += 1
        self.transport.abortConnection()


class Loopback(TestCase):
    """A connection with the one end's socket filled on purpose."""

    def secured(self, server: Any) -> Any:
        """The server's endpoint, as it is or over TLS."""
        return server

    def secured_client(self, client: Any) -> Any:
        """The client's."""
        return client

    async def connect(self, limit: int = 10**9) -> None:
        """One connection."""
        self.sender = Sender(limit)
        listening = self.secured(TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1"))
        port = await listening.listen(Factory.forProtocol(lambda: self.sender))
        self.addCleanup(port.stopListening)
        plain = TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
        endpoint = self.secured_client(plain)
        self.reader: Any = await endpoint.connect(Factory.forProtocol(Reader))
        self.addCleanup(lambda: self.reader.over.called or self.reader.transport.abortConnection())
        await self.until(lambda: hasattr(self.sender, "outlet"))
        self.sender.outlet.deliver([b"."])
        await self.heard(1)  # a TLS handshake, too, is complete then
        self.reader.heard.clear()

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the reactor run; trial's own time-out ends what never comes true."""
        while not true():
            await deferLater(reactor, 0, lambda: None)

    async def heard(self, size: int) -> None:
        """So many bytes have come in all."""
        await self.until(lambda: len(self.reader.heard) >= size)

    async def fill(self) -> bytes:
        """Deliver until the socket is full; what was delivered."""
        self.reader.transport.pauseProducing()
        said = b""
        while not self.sender.outlet._blocked:
            piece = b"%07d." % len(said) * 512
            self.sender.outlet.deliver([piece])
            said += piece
            await deferLater(reactor, 0, lambda: None)
        return said


class OverTCP(Loopback):
    """Sockets are sent to directly, while nothing waits."""

    async def test_bytes_keep_their_order_when_the_socket_is_full(self) -> None:
        await self.connect()
        dice, said = random.Random(417), b""
        for _ in range(4):
            said += await self.fill()
            for number in range(200):
                piece = b"<%d>" % number * dice.randrange(1, 300)
                self.sender.outlet.deliver([piece])
                said += piece
                if dice.random() < 0.3:
                    await deferLater(reactor, 0, lambda: None)
                if dice.random() < 0.05:
                    self.reader.transport.resumeProducing()
                if dice.random() < 0.05:
                    self.reader.transport.pauseProducing()
            self.reader.transport.resumeProducing()
            await self.heard(len(said))
        self.assertEqual(bytes(self.reader.heard), said)
        await self.until(lambda: not self.sender.outlet._blocked)
        self.assertEqual(self.sender.outlet.waiting, 0)

    async def test_what_waits_is_sealed_when_its_turn_comes(self) -> None:
        """In the order of the counters: sealed too early, a record would be overtaken."""
        await self.connect()
        sealed: list[bytes] = []

        def seal(piece: bytes) -> bytes:
            sealed.append(b"[" + piece + b"]")
            return sealed[-1]

        self.sender.outlet.seal = seal
        await self.fill()
        before = len(sealed)
        for number in range(3):
            self.sender.outlet.deliver([b"%d" % number])
            await deferLater(reactor, 0, lambda: None)
        self.assertEqual(len(sealed), before)
        self.reader.transport.resumeProducing()
        await self.until(lambda: self.reader.heard.endswith(b"012]"))
        self.assertEqual(len(sealed), before + 1)
        self.assertEqual(bytes(self.reader.heard), b"".join(sealed))

    async def test_closing_with_a_full_socket_loses_nothing(self) -> None:
        await self.connect()
        said = await self.fill()
        self.sender.outlet.deliver([b"last word"])
        self.sender.outlet.close()
        self.reader.transport.resumeProducing()
        await self.reader.over
        self.assertEqual(bytes(self.reader.heard), said + b"last word")

    async def test_a_reader_that_never_reads_is_given_up(self) -> None:
        await self.connect(limit=100_000)
        await self.fill()
        for _ in range(20):
            self.sender.outlet.deliver([bytes(10_000)])
            await deferLater(reactor, 0, lambda: None)
        self.assertEqual((self.sender.overflows, self.sender.outlet.waiting), (1, 0))
        self.reader.transport.resumeProducing()
        await self.reader.over

    async def test_a_reader_that_is_gone(self) -> None:
        """The reactor tells the owner; sending to nobody is no error, before or after."""
        await self.connect()
        outlet = self.sender.outlet

        def send(gone: None) -> None:
            for _ in range(3):
                outlet.send(b"to nobody")

        self.reader.over.addCallback(send)
        self.reader.transport.abortConnection()
        await self.reader.over
        await self.until(lambda: outlet._closed)
        send(None)
        self.assertEqual(self.sender.overflows, 0)


class Straight(Loopback):
    """Only while nothing waits, and again as soon as nothing does."""

    async def test_straight_to_the_socket_again_afterwards(self) -> None:
        await self.connect()
        said = await self.fill()
        self.reader.transport.resumeProducing()
        await self.until(lambda: not self.sender.outlet._blocked)
        written: list[bytes] = []
        self.patch(self.sender.transport, "write", written.append)
        self.sender.outlet.deliver([b"straight"])
        await self.heard(len(said) + 8)
        self.assertEqual((bytes(self.reader.heard[-8:]), written), (b"straight", []))


class OverTLS(OverTCP):
    """The same where the transport is written to, and says when it is full."""

    def setUp(self) -> None:
        home = Path(self.mktemp())
        home.mkdir()
        keys = ServerKeys.load(home)
        self.tls = ServerTLS(keys.certificate, keys.certificate_key)

    def secured(self, server: Any) -> Any:
        return wrapServerTLS(self.tls, server)

    def secured_client(self, client: Any) -> Any:
        return wrapClientTLS(AnyCertificate(), client)
