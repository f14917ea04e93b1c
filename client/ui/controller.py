"""Between the model, the connection and the screen: what the server tells goes into the model,
what the user wants goes out as requests, what comes of it is shown where it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from ..delivery.delivery import Delivery
from ..delivery.sender import Sender
from ..model import events
from ..model.conversation import Conversation, Kind
from ..model.entry import EntryKind
from ..model.model import Attention, Model
from ..model.presence import of_person
from ..model.uplink import (
    NOT_CONNECTED,
    ConnectionState,
    Devices,
    Online,
    Stopped,
    Uplink,
    Waiting,
)
from .rooms import Rooms
from .typing_notice import TypingNotice

log = Logger()

Row = TypeVar("Row")

#: Pages asked for at most: a server that always says "more" must not keep us busy for ever.
_MOST_PAGES = 200
#: People asked for at most when one signs in.
_MOST_PERSONS = 100
#: Seconds to say goodbye in, at most.
_GOODBYE = 2.0


class View(Protocol):
    """What the controller and the commands ask of the screen."""

    def changed(self) -> None:
        """Draw soon."""

    def show(self, conversation: Conversation) -> None:
        """Look at a conversation."""

    def arrive(self, room: Conversation) -> None:
        """Look at a room that was entered."""

    def greet(self, room: Conversation) -> None:
        """Look at the first room, as nothing was looked at before, unless the user is busy."""

    def notify(self, attention: Attention) -> None:
        """Tell the user, also when they look elsewhere."""

    def ask(
        self,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None:
        """Ask for a line for each prompt, nothing of which is kept."""


class Controller:
    """One for each screen. It is the connection's listener.

    :ivar uplink: the connection; None before there is one.
    :ivar devices: makes links for further devices; None for a guest.
    :ivar state_since: monotonic seconds when the connection's state changed.
    :ivar busy: how many commands wait for the server.
    """

    def __init__(self, reactor: Any, model: Model, view: View, wall: Callable[[], float]) -> None:
        """
        :param wall: seconds since the epoch.
        """
        self.model = model
        self.view = view
        self.uplink: Uplink | None = None
        self.devices: Devices | None = None
        self.state_since = reactor.seconds()
        self.busy = 0
        self.delivery = Delivery(reactor, self)
        self.typing = TypingNotice(self._send_typing)
        self._reactor = reactor
        self._wall = wall
        self.rooms = Rooms(self)
        model.settings.on_unsaved = self._unsaved
        self._welcomed = self._leaving = self._knows_blocks = False
        self._loss_told: list[Conversation] = []

    @property
    def sender(self) -> Sender:
        """Sends what the user says."""
        return self.delivery.sender

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._wall() * 1000)

    def changed(self) -> None:
        """Something to draw."""
        self.view.changed()

    def note(
        self, text: str, conversation: Conversation | None = None, *, error: bool = False
    ) -> None:
        """A word to the user, where they look or in a conversation."""
        self.model.note(text, self.now(), conversation, error=error)
        self.changed()

    # ---------------------------------------------------------------- as the listener

    def connection_changed(self, state: ConnectionState) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.model.state = state
        self.state_since = self._reactor.seconds()
        if not isinstance(state, Online):
            self.delivery.lost()
            for conversation in self.model.roster:
                conversation.typists.clear()
        match state:
            case Waiting(seconds, reason) if not self._loss_told:
                self._loss_told = self.model.here_and_server()
                text = f"{reason}; trying again in {max(round(seconds), 1)} s (/reconnect: now)"
                self.model.tell_everywhere(EntryKind.ERROR, text, self.now())
            case Stopped(error) if not self._leaving:
                self.model.tell_everywhere(EntryKind.ERROR, f"offline: {error.text}", self.now())
            case Online():
                self.sender.pump()
            case _:
                pass
        self.changed()

    def welcomed(self, welcome: messages.Welcome) -> None:
        """See :class:`client.model.uplink.Listener`."""
        wished, away = self.model.nick, self.model.away
        again = events.welcome(self.model, welcome, self.now())
        self.delivery.welcomed(welcome)
        self._tell_welcome("connected again" if self._welcomed else "connected")
        if welcome.missed or not welcome.resumed:
            for room in self.model.roster:
                if room.kind is Kind.ROOM and room.present and room not in again:
                    self.run(self.rooms.fetch_members(room), room)
            self._knows_blocks = False
            self.run(self.fetch_presences())
        self._catch_up(welcome)
        if welcome.more:
            self.run(self.rooms.fetch_mine())
        for room in again:
            self.run(self.rooms.enter_again(room), room)
        if away and not welcome.resumed:
            self.run(self.be_away(away))
        is_nowhere = self.model.roster.current is self.model.roster.server
        if welcome.rooms and not self._welcomed and is_nowhere:
            self.view.greet(self.model.joined(welcome.rooms[0]))
        self._welcomed = True
        if wished and welcome.me is None and not self.model.is_me(wished):
            self.note(f"the nick {wished} is not free: you are {welcome.nick} (/nick changes it)")
        self.changed()

    def _tell_welcome(self, words: str) -> None:
        """In the server's conversation, and where the loss was told."""
        now, roster = self.now(), self.model.roster
        for place in dict.fromkeys([*self._loss_told, roster.server]):
            if place in list(roster):
                self.model.note(f"{words} as {self.model.nick}", now, place)
        self._loss_told = []
        self.changed()

    def received(self, message: messages.ServerMessage) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.delivery.received(message)
        if isinstance(message, messages.Entered) and self.model.is_me(message.nick):
            self.run(self.rooms.fetch_mine())

    def lag_changed(self, seconds: float) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.model.lag = seconds
        self.changed()

    def warned(self, text: str) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.attend(self.model.alert(EntryKind.ERROR, text, self.now()))

    def attend(self, attention: Attention | None) -> None:
        """Something to draw, and perhaps to tell the user at once."""
        if attention is not None:
            self.view.notify(attention)
        self.changed()

    # ---------------------------------------------------------------- requests

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""
        if self.uplink is None:
            return fail(ChatError(Code.CONNECTION_LOST, NOT_CONNECTED))
        return self.uplink.request(make).addCallback(self._note)

    def _note(self, result: Any) -> Any:
        """What is said in a room counts from when one is in it."""
        self.delivery.answered(result)
        return result

    def send(self, message: messages.Acknowledge) -> None:
        """See :class:`client.model.uplink.Uplink`."""
        if self.uplink is not None:
            self.uplink.send(message)

    def run(
        self, work: Coroutine[Any, Any, object], conversation: Conversation | None = None
    ) -> None:
        """Do something that asks the server; a refusal is shown in ``conversation``, or where the
        user looks now."""
        place = conversation or self.model.roster.current
        self.busy += 1
        done = Deferred.fromCoroutine(work)
        done.addErrback(self._failed, place)
        done.addBoth(lambda _: self._finished())

    def _finished(self) -> None:
        self.busy -= 1
        self.changed()

    def _failed(self, failure: Failure, place: Conversation) -> None:
        here = place if place in list(self.model.roster) else None
        if isinstance(failure.value, ChatError):
            self.note(failure.value.text, here, error=True)
        else:
            log.failure("a command failed", failure)
            what = failure.getErrorMessage() or type(failure.value).__name__
            self.note(f"something went wrong here: {what}", here, error=True)

    async def be_away(self, text: str) -> None:
        """Be away; back, where ``text`` is empty."""
        await self.request(partial(messages.Away, text=text))
        self.model.set_away(text)

    def say_goodbye(self) -> Deferred[None]:
        """Log out; fires when that is done, cannot be done, or takes too long."""
        self._leaving = True
        if self.uplink is None or not isinstance(self.model.state, Online):
            return succeed(None)
        return self.uplink.logout().addTimeout(_GOODBYE, self._reactor)

    async def users(self, room: str = "") -> list[messages.UserRow]:
        """Everyone in a room, or on the server."""
        ask = partial(messages.Users, room=room)
        return await self.pages(ask, lambda page: page.users, lambda row: row.nick)

    async def fetch_blocks(self) -> list[messages.BlockRow]:
        """Everyone whom one has blocked: from now on the model knows them."""
        rows: list[messages.BlockRow] = await self.pages(
            messages.Blocks, lambda page: page.blocks, lambda row: row.nick
        )
        self.model.blocked.clear()
        for row in rows:
            self.model.set_blocked(row.nick, True)
        return rows

    def _catch_up(self, welcome: messages.Welcome) -> None:
        """What was missed is asked for when it is known whom one has blocked: their words are
        hidden."""
        if self._knows_blocks:
            self.delivery.catch_up(welcome)
        else:
            self.run(self._learn_blocks(welcome))

    async def _learn_blocks(self, welcome: messages.Welcome) -> None:
        try:
            await self.fetch_blocks()
            self._knows_blocks = True
        except Refused as refused:
            self.note(refused.text, error=True)
        self.delivery.catch_up(welcome)

    async def fetch_presences(self) -> None:
        """How those are with whom one talks, whether or not one shares a room with them."""
        persons = [one for one in self.model.roster if one.kind is Kind.PERSON and one.stream]
        for one in persons[:_MOST_PERSONS]:
            try:
                person = await self.request(partial(messages.Whois, nick=one.name))
            except Refused:
                continue
            self.model.set_presence(person.nick, of_person(person))

    async def all_rooms(self) -> list[messages.RoomRow]:
        """Every room on the server."""
        return await self.pages(messages.Rooms, lambda page: page.rooms, lambda row: row.name)

    async def pages(
        self,
        make: Callable[..., messages.Request],
        rows_of: Callable[[Any], list[Row]],
        name_of: Callable[[Row], str],
    ) -> list[Row]:
        """All rows of a list that comes in pages.

        :param make: makes the request for an id and ``after``, the name of the last row so far.
        """
        found: list[Row] = []
        for _ in range(_MOST_PAGES):
            after = name_of(found[-1]) if found else ""
            page = await self.request(partial(make, after=after))
            rows = rows_of(page)
            found += rows
            if not page.more or not rows:
                break
        return found

    def _unsaved(self, reason: str) -> None:
        self.note(f"for this run only: {reason}", error=True)

    def _send_typing(self, make: Callable[[int], messages.Request]) -> None:
        online = isinstance(self.model.state, Online)
        if online and self.model.settings.is_on("typing"):
            # Nobody needs to know when it did not arrive.
            self.request(make).addErrback(lambda _: None)
