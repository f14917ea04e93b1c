"""The second process: everything that a command asks goes through the chatc that is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from chatd.errors import ChatError, Code, Refused, WireError
from chatd.protocols.native.link import CHANNEL_CLOSED
from chatd.wire import messages
from chatd.wire.codec import Unknown, decode_server, decode_struct

from ..asked import Asked, known_code
from ..history.excerpt import Page, Wanted
from ..link import HANDSHAKE_TIMEOUT
from ..model.uplink import Listener, Online, Stopped, Waiting
from ..vault.errors import VaultError
from .frames import VERSION, Frames, Hello, Recall

#: Seconds that an answer may take: the running one hears of a lost connection in less.
ANSWER_TIMEOUT = 60.0
#: The number of what is not asked of the server: the others begin at 1.
_RECALL = 2**32 - 1


class Visit(Frames):
    """One connection through the socket; to a command it is what a connection to the server is.

    :ivar hello: who answers; there once :attr:`greeted` has fired.
    :ivar greeted: fires with this visit; fails with :class:`client.vault.errors.VaultError` where
        that one is of another version, and with Twisted's error where the connection is lost.
    """

    hello: Hello

    def __init__(self, reactor: Any) -> None:
        self.greeted: Deferred[Visit] = Deferred(lambda _: self.abort())
        self._reactor = reactor
        self._asked = Asked()
        self._recalled: Deferred[Page] | None = None
        self._listener: Listener | None = None
        self._timer: IDelayedCall | None = None
        self._reason = ""
        self._gone: Deferred[None] | None = None
        self._over = False

    # ------------------------------------------------------------ for the command

    @property
    def nick(self) -> str:
        """One's handle."""
        return self.hello.handle

    def attend(self, listener: Listener) -> Self:
        """Say who is told of everything, before :meth:`start`."""
        self._listener = listener
        return self

    def start(self) -> None:
        """Hear how the connection is; there has to be one soon."""
        self._timer = self._reactor.callLater(HANDSHAKE_TIMEOUT, self._too_late)
        self.resumeProducing()  # type: ignore[no-untyped-call]

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""
        if self._over:
            return fail(ChatError(Code.CONNECTION_LOST, "not connected"))
        answer = self._asked.ask(make, lambda encoded: self.write(encoded[2:]))
        return answer.addTimeout(ANSWER_TIMEOUT, self._reactor, self._unanswered)

    def recall(self, wanted: Wanted) -> Deferred[Page]:
        """A page of the history; one at a time. Needs no connection to a server.

        :return: fails with :class:`chatd.errors.Refused`, or with
            :class:`chatd.errors.ChatError` (CONNECTION_LOST).
        """
        if self._over:
            return fail(ChatError(Code.CONNECTION_LOST, "not connected"))
        self._recalled = recalled = Deferred[Page]()
        if self.paused:  # twice would read again what is being read
            self.resumeProducing()  # type: ignore[no-untyped-call]
        self.send(Recall(_RECALL, wanted))
        return recalled.addTimeout(ANSWER_TIMEOUT, self._reactor, self._unanswered)

    def logout(self) -> Deferred[None]:
        """Go; the running one stays. Fires when the connection through the socket is closed."""
        if self._over:
            return succeed(None)
        self._stop_timer()
        self._listener = None
        self._gone = Deferred()
        self.transport.loseConnection()
        return self._gone

    # ------------------------------------------------------------ from the socket

    def stringReceived(self, string: bytes) -> None:
        """The greeting, then what the server's side says."""
        try:
            if not self.greeted.called:
                self._greet(decode_struct(string, Hello, Code.HELLO_MALFORMED))
            else:
                self._hear(decode_server(string))
        except WireError as error:
            self._end(error)

    def _greet(self, hello: Hello) -> None:
        """Nothing more is read until the command is ready for it."""
        self.pauseProducing()  # type: ignore[no-untyped-call]
        self.hello = hello
        if hello.version == VERSION:
            self.greeted.callback(self)
            return
        older = "older" if hello.version < VERSION else "newer"
        self.abort()
        self.greeted.errback(
            VaultError(
                f"{self._host} is {older} than this one and takes no commands from it: close that "
                "one, or use the same program for both"
            )
        )

    def _hear(self, message: Any) -> None:
        if isinstance(message, messages.Status) and message.id == _RECALL:
            self._tell_recalled(message)
        elif isinstance(message, messages.Status):
            self._asked.answered(message)
        elif self._listener is None or isinstance(message, Unknown):
            pass
        elif isinstance(message, messages.Welcome):
            self._stop_timer()
            self._listener.welcomed(message)
            self._listener.connection_changed(Online())
        elif not isinstance(message, messages.Closing):
            self._listener.received(message)
        elif message.wait:
            self._reason = message.text
            self._listener.connection_changed(Waiting(message.wait, message.text))
        else:
            self._end(ChatError(known_code(message.code), message.text))

    def _tell_recalled(self, status: messages.Status) -> None:
        if self._recalled is None:
            return
        refused, answer = bool(status.code), Page([], False)
        if not refused:
            answer = decode_struct(status.result, Page, Code.MESSAGE_MALFORMED)
        recalled, self._recalled = self._recalled, None
        if refused:
            recalled.errback(Refused(known_code(status.code), status.text))
        else:
            recalled.callback(answer)

    # ------------------------------------------------------------ the end

    @property
    def _host(self) -> str:
        return f"the chatc that is running here (process {self.hello.process})"

    def _too_late(self) -> None:
        why = f": {self._reason}" if self._reason else ""
        text = f"{self._host} has no connection to the server{why}"
        self._end(ChatError(Code.CONNECTION_LOST, text))

    def _unanswered(self, value: Any, timeout: float) -> Any:
        """Where an answer did not come in time; an answer that came passes."""
        if isinstance(value, Failure) and value.check(CancelledError):
            raise ChatError(Code.CONNECTION_LOST, f"{self._host} does not answer; is it suspended?")
        return value

    def _end(self, error: ChatError) -> None:
        """Tell why, once, and hang up."""
        listener, self._listener = self._listener, None
        self._stop_timer()
        self.abort()
        if listener is not None:
            listener.connection_changed(Stopped(error))

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """The running one has ended, or this side has."""
        self._over = True
        self._asked.lost()
        recalled, self._recalled = self._recalled, None
        if recalled is not None:
            recalled.errback(ChatError(Code.CONNECTION_LOST, f"{self._host} has ended"))
        if not self.greeted.called:
            self.greeted.errback(reason)
        elif self._listener is not None:
            self._end(ChatError(Code.CONNECTION_LOST, f"{self._host} has ended"))
        if self._gone is not None:
            self._gone.callback(None)

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
