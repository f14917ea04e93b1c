"""The client's end of one native connection: handshake, requests and their answers, heartbeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from OpenSSL import SSL
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, WireError
from chatd.protocols.native.link import CHANNEL_CLOSED, Link
from chatd.wire import messages
from chatd.wire.codec import Unknown, decode_server, encode
from chatd.wire.framing import MAX_FRAME
from chatd.wire.handshake import PASSWORD_TIME
from chatd.wire.hello import Ack, Channel, Hello
from chatd.wire.initiator import Initiator

from .asked import LONGEST_WAIT, Asked, known_code
from .model.uplink import NOT_CONNECTED, NOT_SENT

#: Seconds a whole handshake may take.
HANDSHAKE_TIMEOUT = 10.0
#: Seconds a closing connection has to send what waits.
LAST_WORD = 2.0
#: Bytes that may wait for the server.
SEND_QUEUE = 8 * 1024 * 1024
#: Seconds between two looks at silence, and between two measurements of the lag.
TICK = 1.0
LAG_INTERVAL = 15.0

SOFTWARE = "chatc"


class Unsealed(ChatError):
    """The server's reason not to go on, said in clear: anybody on the way could have said it."""


class Owner(Protocol):
    """Who decides and who is told; see :class:`client.connection.Connection`.

    :ivar wish: the nick to ask the server's advice on; "" where there is none to ask for.
    """

    @property
    def wish(self) -> str: ...

    def opened(self, link: ClientLink) -> None:
        """The transport is up."""

    def greeted(self, hello: Hello) -> None:
        """HELLO is here. Raises ChatError where the server's key will not do."""

    def sign_in(self, hello: Hello, ack: Ack) -> messages.Ready:
        """The server's advice is here: who to be. Raises ChatError to give up."""

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""

    def received(self, message: messages.ServerMessage) -> None:
        """An event."""

    def lag_changed(self, seconds: float) -> None:
        """The lag was measured."""

    def lost(self, error: ChatError) -> None:
        """The connection is over, for this reason. Called exactly once."""


class ClientLink(Link):
    """One connection to a server; another one is made after it is lost."""

    def __init__(
        self, clock: Any, turn: Turn, key: X25519PrivateKey, owner: Owner, proxied: bool
    ) -> None:
        super().__init__(clock, turn, SEND_QUEUE, MAX_FRAME)
        self._key = key
        self._owner = owner
        self._proxied = proxied
        self._channel: Channel | None = None
        self._machine: Initiator | None = None
        self._hello: Hello | None = None
        self._limits: messages.ServerLimits | None = None
        self._reason: ChatError | None = None
        self._asked = Asked()
        self._timer: IDelayedCall | None = None
        self._quiet = self._unmeasured = 0.0
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = clock

    # ------------------------------------------------------------ handshake

    def connectionMade(self) -> None:
        """The handshake begins, and its time runs."""
        self._timer = self.clock.callLater(HANDSHAKE_TIMEOUT, self._too_late)
        self._owner.opened(self)
        super().connectionMade()

    def channelOpened(self, channel: Channel, exporter: bytes) -> None:
        """Wait for HELLO."""
        self._channel = channel
        self._machine = Initiator(self._key, channel, exporter, self._proxied)

    def handshakeReceived(self, body: bytes) -> None:
        """Steps 1 and 3, or a refusal in clear."""
        assert self._machine is not None
        step = self._machine.receive(body)
        if isinstance(step, Hello):
            self._owner.greeted(step)
            self._hello = step
            self.outlet.send(self._machine.proceed(self._owner.wish, SOFTWARE))
        elif isinstance(step, Ack):
            assert self._hello is not None
            ready = self._owner.sign_in(self._hello, step)
            self.outlet.send(self._machine.ready(ready))
            if ready.method == "password" and self._timer is not None:
                self._timer.reset(PASSWORD_TIME + HANDSHAKE_TIMEOUT)
            assert self._machine.records is not None
            self.established(self._machine.records)
        else:
            raise Unsealed(known_code(step.code), step.text, min(step.wait, LONGEST_WAIT))

    # ------------------------------------------------------------ messages

    def messageReceived(self, message: bytes) -> None:
        """An answer, an event, a heartbeat or the server's last word."""
        decoded = decode_server(message)
        if isinstance(decoded, messages.Status):
            self._asked.answered(decoded)
        elif isinstance(decoded, messages.Welcome):
            self._welcomed(decoded)
        elif isinstance(decoded, messages.Closing):
            wait = min(decoded.wait, LONGEST_WAIT)
            raise ChatError(known_code(decoded.code), decoded.text, wait)
        elif self._limits is None:
            raise WireError(Code.WRONG_ORDER)
        elif not isinstance(decoded, messages.Heartbeat | Unknown):
            self._owner.received(decoded)

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """Send a request; see :class:`client.model.uplink.Uplink`."""
        if self.over or self._limits is None:
            return fail(ChatError(Code.CONNECTION_LOST, NOT_CONNECTED, NOT_SENT))
        return self._asked.ask(make, lambda encoded: self.outlet.deliver([encoded]))

    def tell(self, message: messages.Acknowledge) -> None:
        """Send something that is never answered."""
        if not self.over and self._limits is not None:
            self.outlet.deliver([encode(message)])

    def _welcomed(self, welcome: messages.Welcome) -> None:
        if self._limits is not None:
            raise WireError(Code.WRONG_ORDER)
        self._limits = welcome.limits
        self._cancel_timer()
        self._ticking.start(TICK, now=False)
        self._unmeasured = LAG_INTERVAL - 2 * TICK
        self._owner.welcomed(welcome)

    # ------------------------------------------------------------ liveness and the end

    def _tick(self) -> None:
        assert self._limits is not None
        if self.clock.seconds() - self.heard >= max(self._limits.timeout, 3 * TICK):
            self.fail(ChatError(Code.SERVER_SILENT))
            return
        self._unmeasured += TICK
        if self._unmeasured >= LAG_INTERVAL:
            self._unmeasured = 0.0
            self._measure()
        self._quiet = 0.0 if self.outlet.spoke else self._quiet + TICK
        self.outlet.spoke = False
        if self._quiet >= self._limits.heartbeat:
            self._quiet = 0.0
            self.outlet.deliver([encode(messages.Heartbeat())])

    def _measure(self) -> None:
        began = self.clock.seconds()
        answer = self.request(messages.Measure)
        answer.addCallbacks(
            lambda _: self._owner.lag_changed(self.clock.seconds() - began), lambda _: None
        )

    def failed(self, error: ChatError) -> None:
        """Remember why, and hang up."""
        self._reason = error
        self.transport.abortConnection()

    def hang_up(self, error: ChatError) -> None:
        """Send what waits, then close, for a reason of one's own."""
        if not self.over:
            self.over = True
            self._reason = error
            self.outlet.close()
            self._cancel_timer()
            self._timer = self.clock.callLater(LAST_WORD, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """The connection is gone: tell whoever waits for an answer."""
        super().connectionLost(reason)
        self._cancel_timer()
        if self._ticking.running:
            self._ticking.stop()
        error = self._reason or ChatError(Code.CONNECTION_LOST, _why(reason))
        self._asked.lost()
        self._owner.lost(error)

    def _too_late(self) -> None:
        """Give up a handshake, and say what silence on a plain channel may mean."""
        mute = self._hello is None and self._channel is Channel.PLAIN
        text = "the server said nothing; one that speaks TLS is written chatds://" if mute else ""
        self.fail(WireError(Code.HANDSHAKE_TIMEOUT, text))

    def _cancel_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()


def _why(reason: Failure) -> str:
    """What happened to the channel, for people."""
    if reason.check(ConnectionDone):
        return "the server hung up"
    if isinstance(reason.value, ConnectionLost):  # its own text says the same in other words
        return ": ".join(["the connection was lost", *map(str, reason.value.args)])
    what = reason.getErrorMessage().rstrip(".")
    if reason.check(SSL.Error) and "wrong version number" in what:
        return "the server speaks no TLS; without it, it is written chatd://"
    return f"the connection was lost: {what}"
