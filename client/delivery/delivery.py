"""Puts together what a device does for delivery: what the server tells goes into the model once and
in order, what the user says goes out, and what is on the disk is acknowledged.

Promises: a position is committed with the entry that it is about, and acknowledged after that;
where the disk takes nothing, nothing is acknowledged, and the server keeps it. Without a ledger (a
guest, or a member whose history cannot be used) what is told is shown as it comes, and that is all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.domain.conversation import ConversationKind
from chatd.wire import messages

from ..history.ledger import Ledger
from ..history.streams import Stream
from ..model import events, gaps
from ..model.conversation import Conversation, Kind
from .following import Following
from .line import Line
from .sender import Sender
from .told import place_of

log = Logger()


class Delivery:
    """
    :ivar sender: what the user says.
    """

    def __init__(self, reactor: Any, line: Line) -> None:
        self.sender = Sender(reactor, line)
        self._reactor = reactor
        self._line = line
        self._ledger: Ledger | None = None
        self._following: Following | None = None
        self._acknowledged: dict[bytes, int] = {}
        self._names: dict[bytes, tuple[Kind, str]] = {}

    def keep(self, ledger: Ledger) -> None:
        """From now on what lasts is kept, fetched and acknowledged. Before the first welcome, and
        after the conversations of earlier runs are listed."""
        self._ledger = ledger
        self._following = Following(self._reactor, self._line, ledger, self._take)
        self._following.on_rows = self._followed
        ledger.on_written = self._written
        self.sender.on_own = self.said_here
        self.sender.on_old = self._following.begin
        self.sender.keep(ledger)

    # ------------------------------------------------------------ from the connection

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""
        limits = welcome.limits
        self.sender.set_rate(limits.rate_count, limits.rate_seconds)
        self.lost()
        if self._following is not None and welcome.me is not None:
            self._following.mailbox = welcome.me.device
            self._following.begin()

    def lost(self) -> None:
        """There is no connection, or another one than before."""
        self.sender.is_open = False
        self._acknowledged.clear()
        if self._following is not None:
            self._following.end()

    def received(self, message: messages.ServerMessage) -> None:
        """The server told something."""
        following = self._following
        place = place_of(message, following.mailbox) if following is not None else None
        if following is None or place is None:
            self._line.attend(events.apply(self._line.model, message, self._line.now()))
        elif following.told(*place):
            self._take(place[0], message)

    def joined(self, joined: messages.Joined) -> None:
        """One is in a room."""
        if self._following is not None and joined.conversation:
            self._following.entered(joined)

    def said_here(self, conversation: bytes, number: int) -> None:
        """The server has stored something of this device's own."""
        if self._following is not None and self._ledger is not None:
            self._following.own(conversation, number)
            stream = self._ledger.find(conversation)
            if stream is not None and stream.said < number:
                self._ledger.change(conversation, said=number)

    # ------------------------------------------------------------ what lasts

    def _take(self, conversation: bytes, message: messages.ServerMessage) -> None:
        """Show it; it is kept in one transaction with the position."""
        model, now = self._line.model, self._line.now()
        if isinstance(message, messages.Missing):
            place = self._find(conversation)
            if place is not None:
                gaps.missing(place, message, now)
        else:
            self._line.attend(events.apply(model, message, now))

    def _find(self, conversation: bytes) -> Conversation | None:
        """Where a lasting conversation is shown; None for nowhere."""
        found = self._line.model.roster.streaming(conversation)
        if found is None and conversation in self._names:
            found = self._line.model.open(*self._names[conversation])
        return found

    def _followed(self, rows: list[messages.FollowRow], epoch: int) -> None:
        """All conversations are known, before anything of them is fetched."""
        assert self._ledger is not None
        for row in rows:
            self._acknowledged[row.conversation] = row.acked
            if row.kind == ConversationKind.ROOM:
                self._names[row.conversation] = Kind.ROOM, row.name
            elif row.kind == ConversationKind.PAIR:
                self._names[row.conversation] = Kind.PERSON, row.name
        self.sender.meet(epoch)
        opening = Deferred.fromCoroutine(self._open(self._ledger))
        opening.addErrback(lambda failure: log.failure("opening the outbox", failure))

    async def _open(self, ledger: Ledger) -> None:
        """What lasts may be sent, and what is on the disk already is acknowledged."""
        await ledger.all_written()
        if self._following is not None and self._following.is_current:
            self._written(list(ledger))
            self.sender.is_open = True
            self.sender.pump()

    def _written(self, streams: Iterable[Stream]) -> None:
        """Conversations are on the disk, each as far as it says."""
        if self._following is not None and self._following.is_current:
            for stream in streams:
                acknowledged = self._acknowledged.get(stream.id)
                if acknowledged is None or acknowledged < stream.position:
                    self._acknowledged[stream.id] = stream.position
                    self._line.send(messages.Acknowledge(stream.id, stream.position))
        self.sender.pump()
