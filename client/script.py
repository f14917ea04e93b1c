"""The client for scripts: send, tail, rooms, who. One connection, plain output, exit codes.

Nothing here asks anybody anything: what is missing is said on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from chatd.domain.commands import Relation
from chatd.domain.names import fold
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from .model.relations import relation_of
from .model.uplink import Connecting, ConnectionState, Online, Stopped
from .model.visible import visible_line
from .ui.local_time import local

#: How a style is called in ``--json``, and what a message does to an earlier one.
_KINDS = {0: "message", 1: "action"}
_CHANGES = {Relation.EDIT: "edit", Relation.DELETION: "deletion", Relation.REACTION: "reaction"}


#: Seconds without a connection after which a command gives up.
PATIENCE = 10.0


class Unsure(ChatError):
    """The connection was lost before the answer, and nobody can say whether it arrived."""

    def __init__(self, text: str) -> None:
        super().__init__(Code.CONNECTION_LOST, text)


class Session(Protocol):
    """What a script asks: a connection of its own, or that of a chatc which is running."""

    @property
    def nick(self) -> str:
        """One's own."""

    def start(self) -> None:
        """Sign in; the listener is told of it."""

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""

    def logout(self) -> Deferred[None]:
        """End it; fires when that is done."""


class Script:
    """Signs in, then does one thing.

    :param connect: makes the connection, given this object as its listener.
    :param epoch: of the device's outbox, which nothing else uses; 0 for none.
    """

    def __init__(
        self, reactor: Any, connect: Callable[[Script], Session], *, epoch: int = 0
    ) -> None:
        self._reactor = reactor
        self._ready: Deferred[None] | None = Deferred()
        self._following: Deferred[None] | None = None
        self._state: ConnectionState = Connecting()
        self._back: Deferred[None] | None = None
        self._entering: Deferred[Any] | None = None
        self._receive: Callable[[Any], None] = lambda message: None
        self._room: messages.Join | None = None
        self._epoch, self._sequence = epoch, 0
        self._is_member = self._lasts = False
        self._lasting: set[str] = set()
        self._entered = ""
        self.connection = connect(self)

    async def online(self) -> None:
        """Connect and sign in.

        :raises ChatError: it did not work.
        """
        ready = self._ready
        assert ready is not None
        self.connection.start()
        await ready

    async def enter(self, room: str, password: str, *, make: bool = True) -> None:
        """Be in a room, also after a reconnection.

        :param make: make one of this name where there is none.
        :raises Refused: the server does not let us in, or there is none.
        """
        if not make:
            await self._find(room)
        self._room = messages.Join(0, room, password)
        try:
            joined: messages.Joined = await self.connection.request(
                lambda number: messages.Join(number, room, password)
            )
            if self._is_member and joined.conversation:
                self._entered, self._lasts = joined.room, True
            if joined.created and not make:  # the last one there has just left
                await self.leave()
                raise _no_room(room)
        except Refused as error:
            if error.code is not Code.ALREADY_IN_ROOM:
                raise
            self._lasts = fold(room) in self._lasting

    async def open(self, nick: str) -> None:
        """Find out whether what one says to a person lasts, where that matters.

        :raises Refused: nobody has this name.
        """
        if self._epoch:
            make = partial(messages.OpenPair, nick=nick)
            opened: messages.PairOpened = await self.connection.request(make)
            self._lasts = bool(opened.conversation)

    async def _find(self, room: str) -> None:
        """:raises Refused: there is no room of this name, as far as one may know."""
        try:
            await self.connection.request(partial(messages.Users, room=room))
        except Refused as error:
            if error.code is Code.NO_SUCH_ROOM:
                raise _no_room(room) from None
            if error.code is not Code.NOT_IN_ROOM:  # which one with a password says
                raise

    async def leave(self) -> None:
        """An account stays a member of a room that lasts: where that was entered for this only, it
        is left again. Where that cannot be done any more, nothing happens."""
        room, self._entered = self._entered, ""
        if room:
            with suppress(ChatError):
                await self.connection.request(lambda number: messages.Leave(number, room))

    async def send(self, target: str, text: str) -> messages.Accepted:
        """Say something in ``#room`` or to a nick; waits as told where it goes too fast, and for
        :data:`PATIENCE` seconds where there is no connection. With an epoch, what lasts is sent
        again, under its place in the outbox, where the connection was lost before the answer.

        :raises Refused: it was refused for good.
        :raises Unsure: the connection was lost before the answer.
        :raises ChatError: there is no connection.
        """
        lost: ChatError | None = None
        while True:
            try:
                await self._connected()
                accepted = await self._say(target, text)
            except Refused as error:
                if error.code is Code.EPOCH_OLD:
                    self._epoch = 0
                elif error.code is Code.TOO_MANY_MESSAGES:
                    await deferLater(self._reactor, error.wait, lambda: None)
                else:
                    raise
            except Unsure as error:
                if not (self._epoch and self._lasts):
                    raise
                lost = error
            except ChatError as error:
                raise lost or error from None
            else:
                if accepted is not None:
                    return accepted

    async def _say(self, target: str, text: str) -> messages.Accepted | None:
        """Once; None where it was not sent, since there is no connection any more."""
        sequence = self._sequence + 1 if self._epoch else 0
        try:
            accepted: messages.Accepted = await self.connection.request(
                _saying(target, text, self._epoch, sequence)
            )
        except Refused:
            raise
        except ChatError as error:
            if isinstance(self._state, Online):  # until the loss itself is told
                self._state = Connecting()
            if error.wait:
                return None
            raise Unsure(error.text) from None
        self._sequence = sequence
        self._lasts = bool(accepted.conversation)
        return accepted

    async def _connected(self) -> None:
        """Wait for the connection, and to be back in the room.

        :raises ChatError: there is none in time, or none any more.
        """
        if isinstance(self._state, Stopped):
            raise self._state.error
        if not isinstance(self._state, Online):
            self._back = Deferred()
            try:
                await self._back.addTimeout(PATIENCE, self._reactor)
            except TimeoutError:
                text = f"there is no connection for {PATIENCE:.0f} seconds"
                raise ChatError(Code.CONNECTION_LOST, text) from None
        if self._entering is not None:
            await self._entering

    async def pages(
        self, make: Callable[[int, str], messages.Request], rows: Callable[[Any], list[Any]]
    ) -> list[Any]:
        """All rows of a paged list; a row's first field is its name."""
        found: list[Any] = []
        while True:
            after = found[-1] if found else ""
            name = getattr(after, "name", getattr(after, "nick", ""))
            page = await self.connection.request(partial(_after, make, name))
            new = rows(page)
            found += new
            if not page.more or not new:
                return found

    async def follow(
        self, target: str, tell: Callable[[dict[str, Any]], bool], password: str = ""
    ) -> None:
        """Call ``tell`` for everything said in ``#room``, or by a nick, until it has enough; what
        those say whom one has blocked is left out.

        :raises ChatError: the room does not let us in, or the connection is given up.
        :raises Exception: what ``tell`` raises.
        """
        following = self._following = Deferred[None]()
        blocked: set[str] = set()

        def receive(message: Any) -> None:
            if isinstance(message, messages.BlockChanged):
                change = blocked.add if message.blocked else blocked.discard
                change(fold(message.nick))
            said = _described(message)
            if said is None or not _concerns(target, message) or following.called:
                return
            if fold(message.sender) in blocked:
                return
            try:
                if tell(said):
                    following.callback(None)
            except Exception:
                following.errback(Failure())

        self._receive = receive
        try:
            rows = await self.pages(messages.Blocks, lambda page: page.blocks)
            blocked.update(fold(row.nick) for row in rows)
            if target.startswith("#"):
                await self.enter(target[1:], password)
            await following
        finally:
            self._following = None
            self._receive = lambda message: None

    # ------------------------------------------------------------ as the connection's listener

    def connection_changed(self, state: ConnectionState) -> None:
        """Online, or given up."""
        self._state = state
        back = self._back
        if back is not None and isinstance(state, Online | Stopped):
            self._back = None
            if isinstance(state, Online):
                back.callback(None)
            else:
                back.errback(state.error)
        if isinstance(state, Online):
            ready, self._ready = self._ready, None
            if ready is not None:
                ready.callback(None)
        elif isinstance(state, Stopped):
            ready, self._ready = self._ready, None
            if ready is None:
                self._end(state.error)
            elif not ready.called:
                ready.errback(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Back in the room after a session was lost for good."""
        self._is_member = welcome.me is not None
        self._lasting = {fold(one.room) for one in welcome.rooms if one.conversation}
        room = self._room
        if room is not None and all(fold(room.room) != fold(one.room) for one in welcome.rooms):
            again = self.connection.request(
                lambda number: messages.Join(number, room.room, room.password)
            )
            self._entering = again.addErrback(self._left_out)

    def _left_out(self, failure: Failure) -> None:
        """The room does not let us in again: nothing is ever heard of it. A loss is mended."""
        error = failure.value
        if isinstance(error, Refused) and error.code is not Code.ALREADY_IN_ROOM:
            self._end(error)

    def _end(self, error: ChatError) -> None:
        if self._following is not None and not self._following.called:
            self._following.errback(error)

    def received(self, message: messages.ServerMessage) -> None:
        """Something happened."""
        self._receive(message)

    def lag_changed(self, seconds: float) -> None:
        """Of no interest to a script."""

    def warned(self, text: str) -> None:
        """Beside the output."""
        print(f"chatc: {visible_line(text)}", file=sys.stderr)


def _no_room(room: str) -> Refused:
    text = f"there is no room #{room}: chatc rooms lists those that there are, tail makes one"
    return Refused(Code.NO_SUCH_ROOM, text)


def _after(
    make: Callable[[int, str], messages.Request], after: str, number: int
) -> messages.Request:
    return make(number, after)


def _saying(target: str, text: str, epoch: int, sequence: int) -> Callable[[int], messages.Request]:
    if target.startswith("#"):
        return partial(messages.Say, room=target[1:], text=text, epoch=epoch, seq=sequence)
    return partial(messages.Direct, to=target, text=text, epoch=epoch, seq=sequence)


def _concerns(target: str, message: Any) -> bool:
    if isinstance(message, messages.RoomSaid):
        return target.startswith("#") and fold(target[1:]) == fold(message.room)
    return not target.startswith("#") and fold(target) == fold(message.sender)


def _described(message: Any) -> dict[str, Any] | None:
    """A message as ``--json`` prints it; None for what nobody said."""
    kind, about = "broadcast", {}
    match message:
        case messages.RoomSaid():
            target = f"#{message.room}"
        case messages.DirectSaid():
            target = message.to
        case messages.BroadcastSaid():
            target = "*"
        case _:
            return None
    if not isinstance(message, messages.BroadcastSaid):
        relation = relation_of(message.relation)
        kind = _CHANGES.get(relation, _KINDS.get(message.style, "message"))
        about = {"ref": message.ref} if relation else {}
    row = said(message.time, message.sender, target, message.text, message.id, kind)
    return row | about


def said(time: int, sender: str, target: str, text: str, number: int, kind: str) -> dict[str, Any]:
    """One object of ``--json``. ``time``: milliseconds since the epoch in, ISO 8601 UTC out."""
    stamp = local(time).astimezone(UTC).isoformat(timespec="milliseconds")
    return {
        "time": stamp.replace("+00:00", "Z"),
        "from": sender,
        "target": target,
        "text": text,
        "id": number,
        "kind": kind,
    }


def as_line(message: dict[str, Any]) -> str:
    """A message for people: local time, name, text; nothing in it is executed by a terminal."""
    time = datetime.fromisoformat(message["time"]).astimezone().strftime("%H:%M")
    name, text = visible_line(message["from"]), visible_line(message["text"])
    match message["kind"]:
        case "action":
            return f"{time} * {name} {text}"
        case "edit":
            return f"{time} {name} changed a message: {text}"
        case "deletion":
            return f"{time} {name} deleted a message"
        case "reaction":
            what = f"put {text} to a message" if text else "took a reaction back"
            return f"{time} {name} {what}"
        case _:
            return f"{time} {name}: {text}"
