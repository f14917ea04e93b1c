"""A connection that lasts: it reconnects with growing, jittered pauses and resumes its session.

It compares the server's key with the pin as soon as HELLO is there, before anything is said. A key
that is unknown or has changed stops it; a person decides, then it is started anew. A token for the
next sign-in is confirmed when it is on the disk, not before: until then the old one is good.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from twisted.application.internet import backoffPolicy
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.link import Link, fingerprint
from chatd.domain.names import fold
from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from chatd.wire.hello import Ack, Hello

from .credentials import GUEST, Credentials, Guest
from .link import ClientLink, Unsealed
from .model.uplink import (
    NOT_CONNECTED,
    NOT_SENT,
    Connecting,
    Listener,
    Online,
    Stopped,
    Waiting,
)
from .refusals import FINAL, KeyChanged, KeyUnknown, NickRefused, unreached, why_not
from .vault.errors import VaultError

log = Logger()

#: Seconds that the server has to answer a logout.
LOGOUT_TIMEOUT = 2.0

#: The session is gone, and its nick too: another one is to be had.
_NICK_LOST = frozenset({Code.NICK_TAKEN, Code.NICK_INVALID, Code.NICK_TOO_LONG})

#: Pages of rooms asked for at most.
_MOST_PAGES = 200


class Connection:
    """Keeps one session with one server.

    :param reactor: runs on monotonic time.
    :param endpoint: a Twisted client endpoint to ``link``, TLS included.
    :param link: the server, with the fingerprint that its key must have, "" while it is unknown.
    :param nick: the nick wanted; "" for any. The server knows the nick of an account.
    :param listener: who is told.
    :param credentials: what to sign in with; a guest's when None.
    :param strict: give up where a nick is wanted and not free, instead of taking the advice.
    :param proxied: something on the way ends the TLS.
    :param tries: attempts before the first welcome; 0 for no end.
    """

    def __init__(
        self,
        reactor: Any,
        endpoint: Any,
        link: Link,
        nick: str,
        listener: Listener,
        credentials: Credentials | None = None,
        strict: bool = False,
        proxied: bool = False,
        tries: int = 0,
    ) -> None:
        self.nick = nick
        self.lag: float | None = None
        self._reactor = reactor
        self._endpoint = endpoint
        self._server = link
        self._listener = listener
        self._strict = strict and bool(nick)
        self._proxied = proxied
        self._tries = tries
        self._credentials = credentials or Guest()
        self._turn = Turn(
            lambda function: reactor.callLater(0, function),
            lambda: log.failure("a flush failed"),
        )
        self._pause = backoffPolicy(initialDelay=0.5, maxDelay=30.0, factor=1.8)
        self._attempts = 0
        self._stopped = True
        self._link: ClientLink | None = None
        self._attempt: Deferred[Any] | None = None
        self._retry: IDelayedCall | None = None
        self._resume: messages.Resume | None = None
        self._early: list[messages.ServerMessage] | None = None
        self._gone: list[Deferred[None]] = []

    # ------------------------------------------------------------ for the screen

    def start(self) -> None:
        """Connect, and stay connected."""
        self._stopped = False
        self._connect()

    def stop(self) -> Deferred[None]:
        """Close without a word; the server keeps the place for its grace time."""
        return self._end(ChatError(Code.CONNECTION_LOST, "closed here"))

    def logout(self) -> Deferred[None]:
        """Leave for good; fires when the connection is closed."""
        if self._link is None or self._resume is None:
            return self.stop()
        self._stopped = True
        gone: Deferred[None] = Deferred()
        self._gone.append(gone)
        answered = self._link.request(messages.Logout)
        answered.addTimeout(LOGOUT_TIMEOUT, self._reactor)
        answered.addBoth(lambda _: self._hang_up())
        return gone

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """Send a request; see :class:`client.model.uplink.Uplink`."""
        if self._link is None:
            return fail(ChatError(Code.CONNECTION_LOST, NOT_CONNECTED, NOT_SENT))
        return self._link.request(make).addCallback(self._note_nick)

    def send(self, message: messages.Acknowledge) -> None:
        """Send something that is never answered; see :class:`client.model.uplink.Uplink`."""
        if self._link is not None:
            self._link.tell(message)

    def reconnect_now(self) -> None:
        """Do not wait for the next attempt; make one also where all had been given up."""
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
            self._connect()
        elif self._stopped and self._link is None and self._attempt is None:
            self.start()

    # ------------------------------------------------------------ attempts

    def _connect(self) -> None:
        self._retry = None
        self._attempts += 1
        self._listener.connection_changed(Connecting())
        attempt = self._endpoint.connect(Factory.forProtocol(self._new_link))
        self._attempt = attempt  # before it fires, which it may at once
        attempt.addCallbacks(self._connected, self._not_connected)
        attempt.addErrback(lambda failure: log.failure("connecting", failure))

    def _new_link(self) -> ClientLink:
        return ClientLink(self._reactor, self._turn, self._credentials.key, self, self._proxied)

    def _connected(self, link: Any) -> None:
        self._attempt = None
        # A TLS endpoint gives its wrapper's protocol; either way the link reported itself.
        if self._stopped:
            link.transport.abortConnection()

    def _not_connected(self, failure: Failure) -> None:
        self._attempt = None
        self._ended(unreached(failure))

    def _ended(self, error: ChatError) -> None:
        """An attempt or a connection is over: try again, unless that cannot help."""
        self._link = None
        final = error.code in FINAL and not isinstance(error, Unsealed)
        final = final or isinstance(error, NickRefused)
        if self._stopped or final or 0 < self._tries <= self._attempts:
            self._stopped = True
            self._listener.connection_changed(Stopped(error))
            gone, self._gone = self._gone, []
            for waiting in gone:
                waiting.callback(None)
            return
        seconds = max(self._pause(self._attempts - 1), error.wait)
        self._retry = self._reactor.callLater(seconds, self._connect)
        self._listener.connection_changed(Waiting(seconds, error.text))

    def _hang_up(self) -> None:
        if self._link is not None:
            self._link.hang_up(ChatError(Code.LOGGED_OUT))

    def _end(self, error: ChatError) -> Deferred[None]:
        self._stopped = True
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        if self._attempt is not None:
            self._attempt.cancel()
        if self._link is None:
            return succeed(None)
        gone: Deferred[None] = Deferred()
        self._gone.append(gone)
        self._link.hang_up(error)
        return gone

    def _note_nick(self, result: Any) -> Any:
        """A new nick is the one to ask for after a loss, too."""
        if isinstance(result, messages.Renamed):
            self.nick = result.nick
        return result

    # ------------------------------------------------------------ as the link's owner

    def opened(self, link: ClientLink) -> None:
        """The transport is up."""
        self._link = link

    def greeted(self, hello: Hello) -> None:
        """Compare the server's key with the pin.

        :raises KeyUnknown: there is no pin; :raises KeyChanged: it is another key.
        """
        found = fingerprint(hello.key)
        if not self._server.fingerprint:
            raise KeyUnknown(self._server, found)
        if found != self._server.fingerprint:
            raise KeyChanged(self._server, found)

    @property
    def wish(self) -> str:
        """A guest's nick. The handle of an account is not for the second step, which is sealed to
        the server's key but not forward secret."""
        return self.nick if self._credentials.method == GUEST else ""

    def sign_in(self, hello: Hello, ack: Ack) -> messages.Ready:
        """As a guest, take the advice on the nick, or give up where only the wanted one will do.

        :raises ChatError: this way in is closed, or the nick is not to be had.
        """
        method = self._credentials.method
        if method not in hello.methods:
            raise ChatError(Code.GUESTS_OFF if method == GUEST else Code.METHOD_OFF)
        if method == GUEST and self._resume is None:
            if self._strict and fold(ack.nick) != fold(self.nick):
                raise why_not(self.nick, hello.nick, ack.nick)
            self.nick = ack.nick
        return self._credentials.ready(self.nick, self._resume)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""
        self._attempts = 0
        self._tries = 0
        self.nick = welcome.nick
        self._resume = messages.Resume(welcome.session, welcome.resume)
        if welcome.me is not None and welcome.me.token:
            self._keep(welcome.me)
        if welcome.more:
            self._early = []
            paged = Deferred.fromCoroutine(self._all_rooms(welcome))
            paged.addCallbacks(self._tell_welcome, lambda _: None)  # lost again: told elsewhere
        else:
            self._tell_welcome(welcome)

    def _keep(self, me: messages.Me) -> None:
        """Store the next token, then confirm it. This waits for the disk, on purpose: what comes
        after it may be the end of the program."""
        try:
            self._credentials.keep(me)
        except VaultError as error:
            self._listener.warned(f"the next sign-in still uses what this one did: {error}")
            return
        confirmed = self.request(partial(messages.ConfirmToken, token=me.token))
        # Where that fails, the next sign-in confirms it.
        confirmed.addErrback(lambda failure: failure.trap(ChatError))

    async def _all_rooms(self, welcome: messages.Welcome) -> messages.Welcome:
        """The welcome with the rooms of all pages in it; events that come meanwhile wait."""
        rooms = list(welcome.rooms)
        for _ in range(_MOST_PAGES):
            after = rooms[-1].room if rooms else ""
            try:
                page = await self.request(partial(messages.Mine, after=after))
            except Refused:
                break  # what is known has to do
            rooms += page.rooms
            if not page.more or not page.rooms:
                break
        return msgspec.structs.replace(welcome, rooms=rooms, more=False)

    def _tell_welcome(self, welcome: messages.Welcome) -> None:
        early, self._early = self._early, None
        self._listener.welcomed(welcome)
        self._listener.connection_changed(Online())
        for message in early or ():
            self._listener.received(message)

    def received(self, message: messages.ServerMessage) -> None:
        """Pass an event on."""
        if self._early is not None:
            self._early.append(message)
        else:
            self._listener.received(message)

    def lag_changed(self, seconds: float) -> None:
        """The lag was measured."""
        self.lag = seconds
        self._listener.lag_changed(seconds)

    def lost(self, error: ChatError) -> None:
        """The link is over."""
        self._early = None
        if error.code in _NICK_LOST:
            self._resume = None
        self._ended(error)
