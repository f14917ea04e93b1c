"""The native protocol on a Twisted transport: Int32 frames in, frames out. It plays no role: the
daemon's sessions and the client's connection are both subclasses.

A subclass gets handshake frames, then messages, and every failure at one place
(:meth:`Link.failed`). It answers through :attr:`Link.outlet`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.protocols.basic import Int32StringReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code
from chatd.protocols.outlet import Outlet
from chatd.wire.framing import MAX_FRAME, MAX_HANDSHAKE_FRAME, FrameParser
from chatd.wire.handshake import Records
from chatd.wire.hello import Channel
from chatd.wire.records import Opener, join

#: The label under which a TLS channel vouches for the handshake inside it (RFC 9266).
EXPORTER_LABEL = b"EXPORTER-Channel-Binding"
EXPORTER_LENGTH = 32

CHANNEL_CLOSED = Failure(ConnectionDone())


@implementer(IHandshakeListener)
class Link(Int32StringReceiver, ABC):
    """One connection.

    :param clock: monotonic time.
    :param turn: in which the outlet flushes.
    :param send_queue: bytes that may wait for the other side.
    :param frame_limit: the largest frame taken before :meth:`established`, in bytes.
    :ivar heard: monotonic seconds of the last bytes from the other side.
    :ivar over: nothing that still comes in is looked at.
    """

    MAX_LENGTH = MAX_FRAME
    noisy = False

    transport: Any
    outlet: Outlet

    def __init__(
        self, clock: Any, turn: Turn, send_queue: int, frame_limit: int = MAX_HANDSHAKE_FRAME
    ) -> None:
        self.clock = clock
        self._turn = turn
        self._send_queue = send_queue
        self._frames = FrameParser(frame_limit)
        self._opener: Opener | None = None
        self._records: Records | None = None
        self.heard = clock.seconds()
        self.over = False

    # ------------------------------------------------------------ for subclasses

    @abstractmethod
    def channelOpened(self, channel: Channel, exporter: bytes) -> None:
        """Bytes can flow; on TLS its handshake is complete and ``exporter`` names it."""

    @abstractmethod
    def handshakeReceived(self, body: bytes) -> None:
        """A frame came before the connection was established."""

    @abstractmethod
    def messageReceived(self, message: bytes) -> None:
        """An encoded message came out of a record."""

    @abstractmethod
    def failed(self, error: ChatError) -> None:
        """The other side broke the rules, or reads too slowly. Called once at most."""

    def keyed(self, records: Records) -> None:
        """From now on what is delivered goes out in records."""
        self._records = records
        self.outlet.join = join
        self.outlet.seal = records.sealer.seal

    def established(self, records: Records) -> None:
        """The handshake is done: from now on there are records both ways."""
        self.keyed(records)
        self._frames.limit = MAX_FRAME
        self._opener = records.opener

    def rest(self) -> None:
        """Nothing went to and fro for a while: hold less memory until it does."""
        if self._records is not None:
            self._records.sealer.rest()
            self._records.opener.rest()

    def fail(self, error: ChatError) -> None:
        """End the connection for a reason, once."""
        if not self.over:
            self.over = True
            self.failed(error)

    # ------------------------------------------------------------ from the transport

    def connectionMade(self) -> None:
        """TCP is up; on TLS nothing is said before its handshake is complete."""
        if hasattr(self.transport, "setTcpNoDelay"):
            self.transport.setTcpNoDelay(True)
        self.outlet = Outlet(self.transport, self._turn, self._send_queue, self._overflowed)
        if not ISSLTransport.providedBy(self.transport):
            self.channelOpened(Channel.PLAIN, b"")

    def handshakeCompleted(self) -> None:
        """TLS is up."""
        if self.over:  # refused before that: the refusal is on its way, and nothing else
            return
        tls = self.transport.getHandle()
        exporter = tls.export_keying_material(EXPORTER_LABEL, EXPORTER_LENGTH, b"")
        self.channelOpened(Channel.TLS, exporter)

    def dataReceived(self, data: bytes) -> None:
        """Cut bytes into frames with the tuned loop instead of the inherited one."""
        self.heard = self.clock.seconds()
        try:
            for body in self._frames.feed(data):
                if self.over:
                    return
                self.stringReceived(body)
        except ChatError as error:
            self.fail(error)

    def stringReceived(self, string: bytes) -> None:
        """One frame: a handshake step, or a record of messages."""
        if self._opener is None:
            self.handshakeReceived(string)
            return
        for message in self._opener.open(string):
            if self.over:
                return
            self.messageReceived(message)

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """The connection is gone."""
        self.over = True
        if hasattr(self, "outlet"):
            self.outlet.drop()

    def _overflowed(self) -> None:
        self.fail(ChatError(Code.TOO_SLOW))
