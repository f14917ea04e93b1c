"""The server's end of one ``04 17`` connection: a thin shim between a transport and the hub.

Each request gets exactly one status, in order; what its doing sent to others, or to the client
itself, goes out before. The end of a connection is the end of the session, at once. A stream that
breaks the rules is closed without a word: what sends it is hardly a client of this protocol.

Source: seed 001.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.errors import ChatError, Code, EntryError, Refused, WireError
from chatd.interfaces import IDoor, IPeer, ISession
from chatd.protocols.inbox import Inbox
from chatd.protocols.legacy0417.answers import OK, Farewell, answer, refusal
from chatd.protocols.legacy0417.frames import Framer, Status, status
from chatd.protocols.legacy0417.requests import Hello, KeepAlive, Request, decode
from chatd.protocols.legacy0417.silence import Silence
from chatd.protocols.outlet import Outlet
from chatd.protocols.surroundings import Surroundings

#: Seconds a closing connection has to take the last word.
LAST_WORD = 5.0


@implementer(IPeer)
class LegacySession(Protocol):
    """One client; signed in as a guest by its hello."""

    log = Logger()
    transport: Any
    outlet: Outlet
    inbox: Inbox[Request]

    def __init__(self, surroundings: Surroundings, door: IDoor, address: str) -> None:
        self.door = door
        self.address = address
        self.session: ISession | None = None
        self._around = surroundings
        self._hub = surroundings.hub
        self._framer = Framer()
        self._silence = Silence(surroundings.clock, self._hub, self._fell_silent)
        self._knocking = self._over = False
        self._deadline: IDelayedCall | None = None
        self._last: IDelayedCall | None = None

    # ------------------------------------------------------------ from the transport

    def connectionMade(self) -> None:
        """Count who has not said hello yet, or refuse one too many."""
        around = self._around
        if hasattr(self.transport, "setTcpNoDelay"):
            self.transport.setTcpNoDelay(True)
        self.outlet = Outlet(self.transport, self._hub.turn, around.send_queue, self._overflowed)
        self.inbox = Inbox(self.transport, around.clock, self._handle, around.commands)
        around.connections.add(self)
        try:
            around.entry.begin(self.address, around.clock.seconds())
        except EntryError as error:
            told = around.entry.refusals_to_tell(self.address, around.clock.seconds())
            self._end("connection_refused" if told else None, error, refusal(error), told)
            return
        self._knocking = True
        self._deadline = around.clock.callLater(
            self._hub.liveness.handshake,
            self._end,
            "handshake_failed",
            WireError(Code.HANDSHAKE_TIMEOUT),
        )
        self._silence.start()

    def dataReceived(self, data: bytes) -> None:
        """Frames in, until one breaks the rules."""
        if self._over:  # what still comes while the last words go out is not kept
            return
        self._framer.feed(data)
        try:
            while not self._over and (frame := self._framer.take()) is not None:
                self._received(decode(*frame))
        except WireError as error:
            self._end("handshake_failed" if self.session is None else "closed", error)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone, and the session with it."""
        self._leave()
        self.outlet.drop()
        self._around.connections.discard(self)
        if self._last is not None and self._last.active():
            self._last.cancel()
        # What refers back is let go: a session that is gone need not wait for the collector.
        self._last = self._deadline = None
        del self.inbox, self._silence

    # ------------------------------------------------------------ requests

    def _received(self, request: Request) -> None:
        """A frame breaks the silence, whatever it is; a warning goes before its answer."""
        if silence := self._silence.interrupt():
            text = f"nothing was heard from you for {silence:.0f} s"
            self.outlet.deliver([status(Status.SILENT, text.encode())])
        if isinstance(request, Hello) is (self.session is not None):
            raise WireError(Code.WRONG_ORDER, "the hello comes first, and once")
        if isinstance(request, Hello):
            self._sign_in()
        else:
            self.inbox.put(request)

    def _sign_in(self) -> None:
        try:
            session = self._hub.sign_in_guest(self, "", b"")
        except (EntryError, Refused) as error:
            self._end("sign_in_refused", error, refusal(error))
            return
        self._admit()
        self.session = session
        self.outlet.deliver([status(Status.OK, session.nick.encode())])

    def _handle(self, request: Request) -> Deferred[None] | None:
        """For the inbox: one request. A keepalive has cost its share of the budget, and that is
        all there is to it."""
        if isinstance(request, KeepAlive):
            return None
        return Deferred.fromCoroutine(self._answer(request))

    async def _answer(self, request: Request) -> None:
        session = self.session
        if session is None:
            return
        try:
            reply = await answer(self._hub, session, request)
        except Farewell:
            self._end("closed", ChatError(Code.LOGGED_OUT), OK)
            return
        except Refused as error:
            reply = refusal(error)
        except Exception:
            self.log.failure("a request failed")
            reply = refusal(Refused(Code.INTERNAL))
        self.outlet.deliver([reply])

    # ------------------------------------------------------------ as the hub's peer

    def deliver(self, pieces: list[bytes]) -> None:
        """Queue encoded pieces for the end of the turn."""
        self.outlet.deliver(pieces)

    def close(self, error: ChatError) -> None:
        """Say why, which the client shows, then close."""
        self.session = None
        self._end("closed", error, refusal(error))

    # ------------------------------------------------------------ the end

    def _fell_silent(self) -> None:
        if self.inbox.paused:  # the silence is ours: nothing was read
            self._silence.start()
        else:
            self._end("closed", ChatError(Code.SILENT))

    def _overflowed(self) -> None:
        # The hub may be in the middle of telling a whole room: signing out waits for the loss.
        self._over = True
        self._record("closed", Code.TOO_SLOW)
        self.transport.abortConnection()

    def _end(self, event: str | None, error: ChatError, last: bytes = b"", count: int = 1) -> None:
        """Close the connection, once; ``last`` and what waits have a bounded time to get out.

        ``event``, ``count``: for the audit log; None leaves no line there.
        """
        if self._over:
            return
        if event is not None:
            self._record(event, error.code, count)
        self._leave()
        if last:
            self.outlet.deliver([last])
        self.outlet.close()
        self._last = self._around.clock.callLater(LAST_WORD, self.transport.abortConnection)

    def _leave(self) -> None:
        """Out of the hub, and deaf. Harmless when repeated."""
        self._over = True
        self._silence.stop()
        self.inbox.close()
        self._admit()
        session, self.session = self.session, None
        if session is not None:
            self._hub.sign_out(session)

    def _record(self, event: str, code: Code, count: int = 1) -> None:
        fields = {"count": count} if count > 1 else {}
        self._around.audit.record(
            event, address=self.address, door=self.door.name, code=int(code), **fields
        )

    def _admit(self) -> None:
        """No longer one who has not said hello."""
        if self._knocking:
            self._knocking = False
            self._around.entry.end(self.address)
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
