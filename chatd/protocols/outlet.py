"""What waits for one peer, joined and sent once a turn.

Straight to the socket while nothing is waiting, and only then: bytes would change places
otherwise. What the socket does not take goes to the transport, and until the transport has sent
that, new pieces wait here, unsealed, to be joined when it is their turn. A peer for whom more
than a limit waits reads too slowly and is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet import tcp
from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from chatd.domain.turn import Turn

Join = Callable[[list[bytes]], list[bytes]]
Seal = Callable[[bytes], bytes]


def _nobody_to_tell() -> None:
    """After the connection is gone."""


def _concatenated(pieces: list[bytes]) -> list[bytes]:
    return [b"".join(pieces)]


@implementer(IPullProducer, IPushProducer)
class Outlet:
    """The sending side of one connection.

    :param transport: a connected Twisted transport.
    :param limit: bytes that may wait.
    :param overflow: called once when more waits; the owner drops the connection.
    :ivar join: joins pieces into as few as can be sent at once.
    :ivar seal: makes one joined piece ready for the socket; None sends it as it is.
    :ivar spoke: something was sent since the owner last set this to False.
    """

    __slots__ = (
        "_blocked",
        "_closed",
        "_limit",
        "_overflow",
        "_queued",
        "_rest",
        "_size",
        "_socket",
        "_transport",
        "_turn",
        "_waiting",
        "_written",
        "join",
        "seal",
        "spoke",
    )

    def __init__(
        self, transport: Any, turn: Turn, limit: int, overflow: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._turn = turn
        self._limit = limit
        self._overflow = overflow
        self._waiting: list[bytes] = []
        self._size = 0
        self._written = 0
        self._rest = b""
        self._queued = self._blocked = self._closed = False
        self.spoke = False
        self.join: Join = _concatenated
        self.seal: Seal | None = None
        # Sockets are sent to directly; TLS and in-memory transports are written to, and say
        # when they are full.
        straight = isinstance(transport, tcp.Connection) and not transport.TLS
        self._socket = transport.getHandle() if straight else None
        if not straight:
            transport.registerProducer(self, True)

    @property
    def waiting(self) -> int:
        """Bytes that are not on their way yet."""
        return self._size + self._written

    def deliver(self, pieces: list[bytes]) -> None:
        """Queue pieces for the end of the turn."""
        if self._closed:
            return
        self._waiting += pieces
        for piece in pieces:
            self._size += len(piece)
        if self._size + self._written > self._limit:
            self._give_up()
        elif not self._queued and not self._blocked:
            self._queued = True
            self._turn.flush_peer(self)

    def flush(self) -> None:
        """Join, seal and send what waits, unless the socket is full."""
        self._queued = False
        if self._waiting and not self._blocked:
            self._send(self._sealed())

    def send(self, frame: bytes) -> None:
        """Send bytes that need no sealing, after what waits: the steps of a handshake."""
        self.flush()
        if self._closed:
            return
        if self._blocked:
            raise RuntimeError("a handshake step before the last one was sent")
        self._send(frame)

    def close(self) -> None:
        """Send what waits, then close the connection; nothing more is taken."""
        if self._closed:
            return
        self.flush()
        self._closed = True
        if not self._blocked:
            self._finish()

    def drop(self) -> None:
        """The connection is gone: forget what waits, and the owner, who is freed at once so."""
        self._closed = True
        self._overflow = _nobody_to_tell
        self._waiting.clear()
        self._rest = b""
        self._size = self._written = 0

    def resumeProducing(self) -> None:
        """The transport has sent all it had, or can take more: see IPullProducer."""
        self._written = 0
        if self._socket is None:
            self._blocked = False
            self.flush()
        elif self._rest:
            rest, self._rest = self._rest, b""
            self._write(rest)
        elif self._waiting:
            self._write(self._sealed())
        else:
            self._blocked = False
            self._transport.unregisterProducer()
        if self._closed and not self._blocked:
            self._finish()

    def pauseProducing(self) -> None:
        """The transport is full: see IPushProducer."""
        self._blocked = True

    def stopProducing(self) -> None:
        """The transport is gone: see IProducer."""
        self.drop()

    def _sealed(self) -> bytes:
        pieces, self._waiting = self._waiting, []
        self._size = 0
        if len(pieces) > 1:
            pieces = self.join(pieces)
        seal = self.seal
        if len(pieces) == 1:
            return pieces[0] if seal is None else seal(pieces[0])
        return b"".join(pieces if seal is None else [seal(piece) for piece in pieces])

    def _send(self, data: bytes) -> None:
        self.spoke = True
        if self._socket is None:
            self._transport.write(data)
            return
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            return  # the reactor will read the same error and report the connection lost
        if sent < len(data):
            self._blocked = True
            self._rest = data[sent:]
            # Asks for the rest at once, and again whenever all of it has been sent.
            self._transport.registerProducer(self, False)

    def _write(self, data: bytes) -> None:
        self._written = len(data)
        self._transport.write(data)

    def _give_up(self) -> None:
        overflow = self._overflow
        self.drop()
        overflow()

    def _finish(self) -> None:
        if self._socket is None:
            self._transport.unregisterProducer()
        self._transport.loseConnection()
