"""The sending side: joined once a turn, bytes in order whatever the socket takes, and a bound."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock, deferLater
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chatd.domain.turn import Turn
from chatd.protocols.outlet import Outlet

reactor: Any = global_reactor


def _raise() -> None:
    raise  # a turn calls it inside its except block


class InMemory(SynchronousTestCase):
    """A transport that is written to, and says when it is full."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.transport: Any = StringTransport()
        self.overflows = 0
        self.outlet = self.made(1000)
        self.joined: list[list[bytes]] = []

    def made(self, limit: int) -> Outlet:
        def overflow() -> None:
            self.overflows += 1

        turn = Turn(lambda run: self.clock.callLater(0, run), _raise)
        return Outlet(self.transport, turn, limit, overflow)

    def sent(self) -> bytes:
        """What was written by the end of this turn, since last asked."""
        self.clock.advance(0)
        data: bytes = self.transport.value()
        self.transport.clear()
        return data

    def seal(self) -> None:
        """From now on pieces are joined in twos, and each of these is sealed in brackets."""

        def join(pieces: list[bytes]) -> list[bytes]:
            self.joined.append(list(pieces))
            return [b"".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2)]

        self.outlet.join = join
        self.outlet.seal = lambda piece: b"[" + piece + b"]"

    def test_at_the_end_of_the_turn(self) -> None:
        self.outlet.deliver([b"one ", b"two "])
        self.outlet.deliver([b"three"])
        self.assertEqual(self.transport.value(), b"")
        self.assertEqual(self.sent(), b"one two three")
        self.assertEqual(self.sent(), b"")

    def test_joined_once_then_sealed(self) -> None:
        self.seal()
        for piece in (b"a", b"b", b"c"):
            self.outlet.deliver([piece])
        self.assertEqual(self.sent(), b"[ab][c]")
        self.assertEqual(self.joined, [[b"a", b"b", b"c"]])

    def test_a_handshake_step_goes_at_once_after_what_waits(self) -> None:
        self.seal()
        self.outlet.deliver([b"a"])
        self.outlet.send(b"step")
        self.assertEqual(self.transport.value(), b"[a]step")
        self.assertEqual(self.sent(), b"[a]step", "and once")

    def test_while_the_transport_is_full_pieces_wait_unsealed(self) -> None:
        self.seal()
        self.outlet.pauseProducing()
        for piece in (b"a", b"b", b"c"):
            self.outlet.deliver([piece])
            self.assertEqual(self.sent(), b"")
        self.assertEqual((self.joined, self.outlet.waiting), ([], 3))
        self.outlet.resumeProducing()
        self.assertEqual(self.sent(), b"[ab][c]")
        self.assertEqual(self.outlet.waiting, 0)

    def test_spoke(self) -> None:
        self.assertFalse(self.outlet.spoke)
        self.outlet.deliver([b"a"])
        self.assertFalse(self.outlet.spoke, "not sent yet")
        self.sent()
        self.assertTrue(self.outlet.spoke)

    def test_just_as_much_as_may_wait(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([bytes(1000)])
        self.assertEqual(self.overflows, 0)
        self.outlet.resumeProducing()
        self.assertEqual(len(self.sent()), 1000)

    def test_more_than_may_wait_is_given_up_once(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([bytes(600)])
        for _ in range(3):
            self.outlet.deliver([bytes(401)])
        self.assertEqual((self.overflows, self.outlet.waiting), (1, 0))
        self.outlet.resumeProducing()
        self.assertEqual(self.sent(), b"")

    def test_more_than_may_wait_in_one_turn(self) -> None:
        self.outlet.deliver([bytes(1001)])
        self.assertEqual((self.overflows, self.sent()), (1, b""))

    def test_closing_sends_what_waits(self) -> None:
        self.outlet.deliver([b"last word"])
        self.outlet.close()
        self.assertEqual(self.transport.value(), b"last word")
        self.assertTrue(self.transport.disconnecting)
        self.outlet.deliver([b"more"])
        self.outlet.send(b"more")
        self.outlet.close()
        self.assertEqual(self.sent(), b"last word")

    def test_closing_while_the_transport_is_full(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([b"last word"])
        self.outlet.close()
        self.assertFalse(self.transport.disconnecting)
        self.outlet.resumeProducing()
        self.assertTrue(self.transport.disconnecting)
        self.assertEqual(self.sent(), b"last word")

    def test_the_connection_is_gone(self) -> None:
        self.outlet.deliver([b"never"])
        self.outlet.stopProducing()
        self.outlet.deliver([b"never"])
        self.assertEqual((self.outlet.waiting, self.sent()), (0, b""))


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
        self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        turn = Turn(lambda run: reactor.callLater(0, run), _raise)
        self.outlet = Outlet(self.transport, turn, self._limit, self._overflowed)

    def connectionLost(self, reason: Any = None) -> None:
        self.outlet.drop()

    def _overflowed(self) -> None:
        self.overflows += 1
        self.transport.abortConnection()


class OverTCP(TestCase):
    """A real socket, filled on purpose."""

    async def connect(self, limit: int = 10**9) -> None:
        """One connection."""
        self.sender = Sender(limit)
        listening = Factory.forProtocol(lambda: self.sender)
        port = reactor.listenTCP(0, listening, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
        self.reader: Any = await endpoint.connect(Factory.forProtocol(Reader))
        self.addCleanup(lambda: self.reader.transport.abortConnection())
        await self.until(lambda: hasattr(self.sender, "outlet"))

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

    async def test_what_waits_is_sealed_when_its_turn_comes(self) -> None:
        """In the order of the counters: sealed too early, a record would be overtaken."""
        await self.connect()
        said = await self.fill()
        sealed: list[bytes] = []

        def seal(piece: bytes) -> bytes:
            sealed.append(piece)
            return b"[" + piece + b"]"

        self.sender.outlet.seal = seal
        for number in range(3):
            self.sender.outlet.deliver([b"%d" % number])
            await deferLater(reactor, 0, lambda: None)
        self.assertEqual(sealed, [])
        self.reader.transport.resumeProducing()
        await self.heard(len(said) + 5)
        self.assertEqual(bytes(self.reader.heard), said + b"[012]")

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
