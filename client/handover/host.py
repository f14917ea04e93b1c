"""The running chatc: stands between its connection and its screen, in both directions, and lets
visitors ask through the same connection.

Promises: the screen sees what visitors say and where they take one, as if it came from another
device; a room that was entered for a visitor only is left when they go; no visitor delays the
screen, learns a key, a token or a password, or can change who one is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Raw
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.link import Link
from chatd.domain.names import fold
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from chatd.wire.codec import encode_struct

from ..connection import Connection
from ..history.errors import HistoryError
from ..history.excerpt import Page, Wanted
from ..model.uplink import Connecting, ConnectionState, Listener, Stopped, Waiting
from .echo import Said, echo
from .frames import Recall
from .place import NoPlace
from .reception import Reception
from .stays import Stays
from .visitor import Visitor

log = Logger()

#: Characters of a text, at most.
_LONGEST = 4096
#: Seconds told at least where the connection is tried again; 0 means that it is not.
_SOON = 0.1

Make = Callable[[int], messages.Request]


class Host:
    """A :class:`client.model.uplink.Uplink` to the screen, and the connection's
    :class:`client.model.uplink.Listener`.

    :param home: the folder of the profile whose vault this process has.
    :param server: the link it connects to; :param handle: whose profile it is.
    :param listener: the screen.
    :param connect: makes the connection, given its listener.
    :param recall: reads a page of the history; raises
        :class:`client.history.errors.HistoryError` where it cannot.
    :ivar on_stored: told the conversation and the number of what a visitor said, where it lasts.
    """

    def __init__(
        self,
        reactor: Any,
        home: Path,
        server: Link,
        handle: str,
        listener: Listener,
        connect: Callable[[Listener], Connection],
        recall: Callable[[Wanted], Page],
    ) -> None:
        self.on_stored: Callable[[bytes, int], None] = lambda conversation, number: None
        self._listener = listener
        self._connection = connect(self)
        self._reception = Reception(reactor, home, server, handle, self)
        self._recall = recall
        self._stays = Stays()
        self._display = ""
        self._leaving = False
        #: The last number that visitors were told, by the conversation.
        self._told: dict[bytes, int] = {}

    # ------------------------------------------------------------ for the screen

    @property
    def nick(self) -> str:
        """The connection's."""
        return self._connection.nick

    def start(self) -> None:
        """Connect, and let visitors come."""
        try:
            self._reception.open()
        except NoPlace as error:
            self._listener.warned(f"commands from other terminals cannot come in: {error}")
        self._connection.start()

    def request(self, make: Make) -> Deferred[Any]:
        """The screen asks something; visitors hear what it says."""
        return self._ask(make(0), make, None)

    def send(self, message: messages.Acknowledge) -> None:
        """The screen tells something."""
        self._connection.send(message)

    def stop(self) -> Deferred[None]:
        """Close without a word, and hang up on visitors; the server keeps the place for its grace
        time."""
        return Deferred.fromCoroutine(self._end(self._connection.stop))

    def logout(self) -> Deferred[None]:
        """Leave for good, and hang up on visitors once what they asked before is answered."""
        return Deferred.fromCoroutine(self._end(self._connection.logout))

    async def _end(self, end: Callable[[], Deferred[None]]) -> None:
        self._leaving = True
        await self._reception.close()
        await end()
        self._reception.dismiss()

    def reconnect_now(self) -> None:
        """Do not wait for the next attempt."""
        self._connection.reconnect_now()

    # ------------------------------------------------------------ for visitors

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        """Ask the server, under a number of the connection's own. What a visitor says has no place
        in this device's outbox."""
        if isinstance(request, messages.Say | messages.Direct):
            request = replace(request, epoch=0, seq=0)
        answer = self._ask(request, lambda number: replace(request, id=number), visitor)
        answer.addCallbacks(partial(_accepted, request.id), partial(_refused, request.id))
        answer.addCallback(visitor.answer)
        answer.addErrback(lambda failure: log.failure("answering a visitor", failure))

    def recalled(self, recall: Recall) -> messages.Status:
        """Read a page of the history: nobody asks the server for it."""
        try:
            return _accepted(recall.id, self._recall(recall.wanted))
        except HistoryError as error:
            return messages.Status(recall.id, Code.NOT_ALLOWED, str(error)[:_LONGEST])

    def left(self, visitor: Visitor) -> None:
        """Leave the rooms that were entered for them alone."""
        self._stays.gone(visitor)
        self._leave_idle_rooms()

    def _leave_idle_rooms(self) -> None:
        for room in self._stays.take_idle():
            left = self._connection.request(partial(messages.Leave, room=room))
            left.addCallbacks(self._room_left, self._room_not_left, (room,), {}, (room,), {})
            left.addErrback(lambda failure: log.failure("leaving a room", failure))

    def _room_left(self, _: None, room: str) -> None:
        self._listener.received(messages.Left(room, self.nick))

    def _room_not_left(self, failure: Failure, room: str) -> None:
        """Where the connection was lost, the next welcome tries again."""
        failure.trap(ChatError)
        if not isinstance(failure.value, Refused):
            self._stays.entered(room)

    def _ask(self, request: messages.Request, make: Make, visitor: Visitor | None) -> Deferred[Any]:
        answer = self._connection.request(make)
        asked = (request, visitor)
        return answer.addCallbacks(self._done, self._failed, asked, {}, asked, {})

    def _done(self, result: Any, request: messages.Request, visitor: Visitor | None) -> Any:
        """Tell everybody else what this one said or did."""
        said = echo(request, result, self.nick)
        if said is not None:
            self._reception.tell(said, but=visitor)
        if isinstance(result, messages.Renamed):
            self._display = result.display
        elif isinstance(result, messages.Accepted) and result.conversation and visitor is not None:
            self.on_stored(result.conversation, result.id)
        if visitor is not None:
            self._show(said, result, request, visitor)
        elif isinstance(request, messages.Say | messages.Leave):
            self._stays.settled(request.room)
        return result

    def _show(
        self, said: Said | None, result: Any, request: messages.Request, visitor: Visitor
    ) -> None:
        """Let the screen see what a visitor has done."""
        match request:
            case messages.Join():
                self._stays.entered(result.room, visitor)
                entered = messages.Entered(result.room, self.nick, True, self._display)
                self._listener.received(entered)
                self._check(visitor)
            case messages.Leave(room=room):
                self._stays.settled(room)
                self._listener.received(messages.Left(room, self.nick))
            case _ if said is not None:
                self._listener.received(said)

    def _failed(
        self, failure: Failure, request: messages.Request, visitor: Visitor | None
    ) -> Failure:
        """Who is in the room already, and asks for it, stays."""
        inside = isinstance(failure.value, Refused) and failure.value.code == Code.ALREADY_IN_ROOM
        if inside and isinstance(request, messages.Join):
            if visitor is None:
                self._stays.settled(request.room)
            else:
                self._stays.shared(request.room, visitor)
                self._check(visitor)
        return failure

    def _check(self, visitor: Visitor) -> None:
        """They may have gone before the answer came."""
        if visitor.over:
            self.left(visitor)

    # ------------------------------------------------------------ as the connection's listener

    def connection_changed(self, state: ConnectionState) -> None:
        """Passed on. Visitors are told in words of the protocol."""
        self._listener.connection_changed(state)
        match state:
            case Connecting():
                self._reception.tell_state(None)
            case Waiting(seconds, reason):
                wait, code = max(seconds, _SOON), Code.CONNECTION_LOST
                self._reception.tell_state(messages.Closing(code, reason[:_LONGEST], wait))
            case Stopped(error) if not self._leaving:
                self._reception.tell_state(messages.Closing(error.code, error.text[:_LONGEST]))

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Passed on; to visitors without what is secret, and without rooms: what they need, they
        ask for again."""
        self._display = welcome.me.display if welcome.me else ""
        self._listener.welcomed(welcome)
        self._reception.tell_state(
            messages.Welcome(welcome.nick, b"", b"", welcome.time, welcome.limits, [])
        )
        self._leave_idle_rooms()

    def received(self, message: messages.ServerMessage) -> None:
        """Passed on; to visitors what was said, which is all that they look at."""
        self._listener.received(message)
        self.overheard(message)
        own = fold(getattr(message, "nick", "")) == fold(self.nick)
        if own and isinstance(message, messages.Left | messages.Kicked):
            self._stays.settled(message.room)
        elif own and isinstance(message, messages.DisplayChanged):
            self._display = message.display

    def overheard(self, message: messages.ServerMessage) -> None:
        """Visitors are told what was said, each message once, also what the screen had missed."""
        if not isinstance(message, Said):
            return
        conversation = getattr(message, "conversation", b"")
        if conversation:
            if message.id <= self._told.get(conversation, 0):
                return
            self._told[conversation] = message.id
        self._reception.tell(message)

    def lag_changed(self, seconds: float) -> None:
        """Passed on."""
        self._listener.lag_changed(seconds)

    def warned(self, text: str) -> None:
        """Passed on."""
        self._listener.warned(text)


def _accepted(number: int, result: Any) -> messages.Status:
    raw = Raw(b"\xc0" if result is None else encode_struct(result))
    return messages.Status(number, 0, "", 0.0, raw)


def _refused(number: int, failure: Failure) -> messages.Status:
    error = failure.value
    if not isinstance(error, ChatError):
        log.failure("a visitor's request failed", failure)
        error = ChatError(Code.INTERNAL)
    return messages.Status(number, error.code, error.text[:_LONGEST], error.wait)
