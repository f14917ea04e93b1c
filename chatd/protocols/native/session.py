"""The server's end of one native connection: handshake, requests, liveness, goodbye."""

from __future__ import annotations

import secrets
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.domain.commands import Acknowledge
from chatd.domain.credentials import AsGuest, WithPassword
from chatd.domain.results import Nothing, Result
from chatd.errors import ChatError, Code, EntryError, Refused, WireError
from chatd.interfaces import IDoor, IPeer, ISession
from chatd.protocols.inbox import Inbox
from chatd.protocols.native.credentials import credentials
from chatd.protocols.native.link import CHANNEL_CLOSED, Link
from chatd.protocols.native.requests import BESIDE, COMMANDS
from chatd.protocols.native.results import RESULTS, Done
from chatd.protocols.native.welcome import welcome
from chatd.protocols.surroundings import Surroundings
from chatd.wire import messages
from chatd.wire.codec import Unknown, decode_client, encode
from chatd.wire.handshake import PASSWORD_TIME
from chatd.wire.hello import SUITE, VERSION, Ack, Channel, Hello, Syn
from chatd.wire.noise import public_bytes
from chatd.wire.responder import Responder, encode_refusal

#: Seconds a closing connection has to take the last word.
LAST_WORD = 5.0


@implementer(IPeer)
class NativeSession(Link):
    """One client. Nothing is reserved, resumed or told about it before READY has opened."""

    log = Logger()

    def __init__(
        self,
        surroundings: Surroundings,
        door: IDoor,
        address: str,
        siblings: set[NativeSession],
    ) -> None:
        super().__init__(surroundings.clock, surroundings.hub.turn, surroundings.send_queue)
        self.door = door
        self.address = address
        self.session: ISession | None = None
        self._around = surroundings
        self._siblings = siblings
        self._hub = surroundings.hub
        self._machine: Responder | None = None
        self._pending = self._warned = False
        self._began = self._quiet = 0.0
        self._asking: Deferred[Any] | None = None
        self._timer: IDelayedCall | None = None
        self._inbox: Inbox[Any] | None = None

    # ------------------------------------------------------------ handshake

    def connectionMade(self) -> None:
        """Count the handshake, or refuse it before any work is done for it."""
        self._around.connections.add(self)
        try:
            self._around.entry.begin(self.address, self.clock.seconds())
        except EntryError as error:
            if count := self._around.entry.refusals_to_tell(self.address, self.clock.seconds()):
                fields = {"count": count} if count > 1 else {}
                self._audit("connection_refused", code=int(error.code), **fields)
            self.over = True
            self.transport.write(encode_refusal(error.code, error.text, error.wait))
            self.transport.loseConnection()
            # On TLS that waits for a handshake, which a stranger need not ever complete.
            self._timer = self.clock.callLater(LAST_WORD, self.transport.abortConnection)
            return
        self._pending = True
        self._siblings.add(self)
        self._timer = self.clock.callLater(
            self._hub.liveness.handshake, self.fail, WireError(Code.HANDSHAKE_TIMEOUT)
        )
        super().connectionMade()

    def channelOpened(self, channel: Channel, exporter: bytes) -> None:
        """Step 1: HELLO."""
        limits, around = self._hub.limits, self._around
        self._began = self.clock.seconds()
        hello = Hello(
            [VERSION],
            SUITE,
            secrets.token_bytes(32),
            around.name,
            limits.capacity,
            limits.nick,
            limits.message,
            public_bytes(around.static),
            self._hub.methods,
            channel,
        )
        self._machine = Responder(hello, around.static, exporter)
        self.outlet.send(self._machine.start())

    def handshakeReceived(self, body: bytes) -> None:
        """Step 2 is answered with step 3; step 4 asks to be let in, and nothing may follow it
        until the answer is there."""
        if self._machine is None:
            raise WireError(Code.WRONG_ORDER)
        step = self._machine.receive(body)
        if isinstance(step, Syn):
            advice = self._hub.advise(step.nick)
            ack = Ack(secrets.token_bytes(16), self._hub.methods, advice)
            self.outlet.send(self._machine.acknowledge(ack))
            assert self._machine.records is not None
            self.keyed(self._machine.records)
        else:
            self._sign_in(step, self._machine.remote_key)

    def _sign_in(self, ready: messages.Ready, key: bytes) -> None:
        """The earlier session where it is still there, else a new one, which may take its time."""
        earlier = self._earlier(ready, key)
        if earlier is not None:
            session, kept, missed = earlier
            self._admit(session, kept, resumed=True, missed=missed)
            return
        if ready.method not in self._hub.methods:
            raise EntryError(Code.GUESTS_OFF if ready.method == "guest" else Code.METHOD_OFF)
        shown = credentials(ready, key)
        if not isinstance(shown, AsGuest):
            self._around.entry.sign_in(self.address, self.clock.seconds())
        if isinstance(shown, WithPassword) and self._timer is not None:
            self._timer.reset(PASSWORD_TIME)
        self._asking = self._hub.sign_in(self, shown, key, self._began)
        self._asking.addCallback(self._let_in).addErrback(self._turned_away)

    def _earlier(
        self, ready: messages.Ready, key: bytes
    ) -> tuple[ISession, list[bytes], bool] | None:
        """The session asked for; None where it is gone and a new one must do."""
        if ready.resume is None:
            return None
        try:
            return self._hub.resume(self, ready.resume.session, ready.resume.secret, key)
        except EntryError:
            return None

    def _let_in(self, granted: tuple[ISession, bytes]) -> None:
        self._asking = None
        session, token = granted
        self._admit(session, [], token=token)

    def _turned_away(self, failure: Failure) -> None:
        self._asking = None
        error = failure.value
        if self.over:  # given up, since nobody waits for it any more
            return
        if not isinstance(error, ChatError):
            self.log.failure("a sign-in failed", failure)
            error = ChatError(Code.INTERNAL)
        self.fail(error)

    def _admit(self, session: ISession, kept: list[bytes], **told: Any) -> None:
        machine = self._machine
        assert machine is not None and machine.records is not None
        self.session = session
        self._settle()
        self.established(machine.records)
        self.rest()  # what opened READY would be kept for a second and more
        self._machine = None  # thousands of idle sessions: what is done with is let go
        self._inbox = Inbox(self.transport, self.clock, self._handle, self._around.commands)
        self.outlet.deliver([encode(welcome(self._hub, session, **told)), *kept])

    def _settle(self) -> None:
        """The handshake is over, however it ended: what the hub still does for it is in vain."""
        if self._pending:
            self._pending = False
            self._around.entry.end(self.address)
        timer, self._timer = self._timer, None  # a cancelled one still holds a third of a KiB
        if timer is not None and timer.active():
            timer.cancel()
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.cancel()

    # ------------------------------------------------------------ requests

    def messageReceived(self, message: bytes) -> None:
        """Decode, then do it in its turn."""
        decoded = decode_client(message)
        self._warned = False
        assert self._inbox is not None
        self._inbox.put(decoded)

    def _handle(self, request: Any) -> Deferred[Any] | None:
        """One request, one status. Returns a Deferred while the next one has to wait for it."""
        make = COMMANDS.get(type(request))
        if make is None:
            self._handle_other(request)
            return None
        assert self.session is not None
        try:
            outcome = self._hub.execute(self.session, make(request))
            if isinstance(outcome, Deferred):
                outcome.addCallback(self._answer, request.id)
                outcome.addErrback(self._break, request.id)
                return outcome if type(request) not in BESIDE else None
            self._answer(outcome, request.id)
        except Refused as error:
            self._refuse(request.id, error)
        except Exception:
            self._break(Failure(), request.id)
        return None

    def _handle_other(self, request: Any) -> None:
        if isinstance(request, messages.Logout):
            self._answer(Nothing(), request.id)
            assert self.session is not None
            self._hub.sign_out(self.session)
            self.close(ChatError(Code.LOGGED_OUT))
        elif isinstance(request, Unknown):
            if request.id is not None:
                self._refuse(request.id, Refused(Code.UNKNOWN_COMMAND))
        elif isinstance(request, messages.Acknowledge):
            self._acknowledge(request)
        elif not isinstance(request, messages.Heartbeat):  # a second READY
            self.fail(WireError(Code.WRONG_ORDER))

    def _acknowledge(self, request: messages.Acknowledge) -> None:
        """Nothing answers it: what makes no sense is passed over."""
        assert self.session is not None
        try:
            self._hub.execute(self.session, Acknowledge(request.conversation, request.number))
        except Refused:
            pass
        except Exception:
            self.log.failure("an acknowledgement failed")

    def _answer(self, result: Result, request_id: int) -> None:
        status: messages.Status | Done
        if type(result) is Nothing:
            status = messages.Status(request_id, 0)
        else:
            status = Done(request_id, 0, "", 0.0, RESULTS[type(result)](result))
        self.outlet.deliver([encode(status)])

    def _refuse(self, request_id: int, error: ChatError) -> None:
        status = messages.Status(request_id, error.code, error.text, error.wait)
        self.outlet.deliver([encode(status)])

    def _break(self, failure: Failure, request_id: int) -> None:
        """A request failed later, or in a way nobody planned: logged, answered, survived. A result
        that no message can hold is such a way."""
        error = failure.value
        if not isinstance(error, Refused):
            self.log.failure("a request failed", failure)
            error = Refused(Code.INTERNAL)
        self._refuse(request_id, error)

    # ------------------------------------------------------------ as the hub's peer

    def deliver(self, pieces: list[bytes]) -> None:
        """Queue encoded pieces for the end of the turn."""
        self.outlet.deliver(pieces)

    def close(self, error: ChatError) -> None:
        """Say why, then close; harmless when the last word has been said already."""
        over, self.over, self.session = self.over, True, None
        if over:
            return
        if error.code is not Code.LOGGED_OUT:
            self._audit("closed", code=int(error.code))
        self._say_last(error)

    # ------------------------------------------------------------ liveness and the end

    def tick(self, now: float, interval: float) -> None:
        """Called every ``interval`` seconds: seed 001's heartbeat, warning and time-out."""
        if self.session is None or self.over or (self._inbox and self._inbox.paused):
            return
        liveness = self._hub.liveness
        silence = now - self.heard
        if silence >= liveness.timeout:
            self.fail(ChatError(Code.SILENT))
            return
        if silence >= liveness.warning and not self._warned:
            self._warned = True
            text = f"nothing was heard from you for {silence:.0f} s"
            self.outlet.deliver([encode(messages.Warned(Code.SILENT, text))])
        self._quiet = 0.0 if self.outlet.spoke else self._quiet + interval
        self.outlet.spoke = False
        if silence >= interval and self._quiet:
            self.rest()
        if self._quiet >= liveness.heartbeat:
            self._quiet = 0.0
            self.outlet.deliver([encode(messages.Heartbeat())])

    def failed(self, error: ChatError) -> None:
        """The client broke the rules, fell silent or reads too slowly."""
        event = "closed" if self.session is not None else "handshake_failed"
        if isinstance(error, EntryError | Refused) and self.session is None:
            event = "sign_in_refused"
        about = {"account": error.account} if error.account else {}
        self._audit(event, code=int(error.code), **about)
        if error.code is Code.TOO_SLOW:
            self.transport.abortConnection()
        else:
            self._say_last(error)

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """The connection is gone; the session may be taken back."""
        super().connectionLost(reason)
        self._settle()
        self._around.connections.discard(self)
        self._siblings.discard(self)
        if self._inbox is not None:
            self._inbox.close()
        # What refers back is let go: a session that is gone need not wait for the collector.
        self._inbox = self._timer = self._machine = None
        session, self.session = self.session, None
        if session is not None:
            self._hub.suspend(session)

    def _say_last(self, error: ChatError) -> None:
        """The last word, sealed where there are keys, and a bounded time to take it."""
        self._settle()
        if self._inbox is not None:
            self._inbox.close()
        if self.outlet.seal is not None:
            self.outlet.deliver([encode(messages.Closing(error.code, error.text, error.wait))])
        else:
            self.outlet.send(encode_refusal(error.code, error.text, error.wait))
        self.outlet.close()
        self._timer = self.clock.callLater(LAST_WORD, self.transport.abortConnection)

    def _audit(self, event: str, **fields: Any) -> None:
        self._around.audit.record(event, address=self.address, door=self.door.name, **fields)
