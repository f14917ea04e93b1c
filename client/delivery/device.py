"""A device that keeps what lasts: each message once and in order, whatever becomes of the
connection and of this program.

Promises: a position is committed with the entry that it is about, and acknowledged after that;
where the disk takes nothing, nothing is acknowledged, and the server keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.conversation import ConversationKind
from chatd.errors import ChatError, Refused
from chatd.wire import messages

from ..history.recorder import Recorder
from ..history.streams import Stream
from ..model import events, gaps
from ..model.conversation import Conversation, Kind
from .early import Early
from .following import Following
from .line import Line
from .mailbox import Mailbox
from .reading import Reading
from .rollback import Range, Rollback, notice
from .sender import Sender
from .told import Told, place_of
from .watermarks import Watermarks

log = Logger()

_KINDS: dict[int, Kind] = {ConversationKind.ROOM: Kind.ROOM, ConversationKind.PAIR: Kind.PERSON}


class Device:
    """
    :param recorder: with the conversations of earlier runs listed.
    :param sender: keeps its outbox here.
    :ivar following: which messages are taken.
    :ivar on_fetched: told what was said while there was no connection, as it is fetched.
    """

    def __init__(self, reactor: Any, line: Line, recorder: Recorder, sender: Sender) -> None:
        self.on_fetched: Callable[[messages.ServerMessage], None] = lambda message: None
        self._line = line
        self._recorder = recorder
        self._ledger = ledger = recorder.ledger
        self._sender = sender
        self.following = Following(reactor, line, ledger, self._fetched)
        self.following.on_rows, self.following.on_lost = self._followed, self._lost
        self._reading = Reading(reactor, line, ledger)
        self._watermarks = Watermarks(line, ledger)
        self._mailbox = Mailbox(line.model, recorder, self._find)
        self._early = Early(line.model, ledger)
        self._acknowledged: dict[bytes, int] = {}
        self._names: dict[bytes, tuple[Kind, str]] = {}
        self._left: set[bytes] = set()
        ledger.on_written, ledger.on_read = self._written, self._reading.look
        sender.on_own, sender.on_old = self.stored, self.following.begin
        sender.on_settled = self._early.settle
        sender.keep(ledger)

    # ------------------------------------------------------------ from the connection

    def welcomed(self, me: messages.Me) -> None:
        """Signed in."""
        self.following.mailbox = me.device
        self.following.begin()

    def lost(self) -> None:
        """There is no connection, or another one than before."""
        self._sender.close()
        self._reading.is_open = False
        self._acknowledged.clear()
        self.following.end()

    def received(self, message: messages.ServerMessage) -> bool:
        """The server told something.

        :return: whether it was something of a conversation that lasts.
        """
        if isinstance(message, Told):
            place = place_of(message, self.following.mailbox)
            if place is not None and self.following.told(*place):
                self._take(place[0], message)
            return place is not None
        match message:
            case messages.ReadMoved(conversation=conversation, number=number):
                self._read(conversation, number)
                self._line.changed()
            case messages.ProgressChanged():
                if self.following.is_current:  # else what it is about may be lost, and it is asked
                    self._watermarks.changed(message)
            case _:
                return False
        return True

    def stored(self, conversation: bytes, number: int) -> None:
        """The server has stored something that was said by this device."""
        stream, place = self._ledger.find(conversation), self._streaming(conversation)
        if place is not None and (stream is None or not stream.said):
            self._recorder.read(place)  # which one it is, is known since this
        self.following.own(conversation, number)
        self._said(conversation, number)

    def stop(self) -> None:
        """No more timers."""
        self._reading.stop()

    # ------------------------------------------------------------ what is taken

    def _fetched(self, conversation: bytes, message: Told | messages.Missing) -> None:
        """It stood in a page."""
        if not isinstance(message, messages.Missing):
            self._take(conversation, message)
            self.on_fetched(message)
        elif (place := self._find(conversation)) is not None:
            gaps.missing(place, message, self._line.now(), self._own(place, message))

    def _own(self, place: Conversation, gap: messages.Missing) -> set[int]:
        """Numbers in a gap that are one's own: they are here, and nobody misses them."""
        return {entry.id or 0 for entry in self._recorder.own(place, gap.first, gap.last)}

    def _take(self, conversation: bytes, message: Told) -> None:
        """Show it; it is kept in one transaction with the position."""
        model, now = self._line.model, self._line.now()
        if isinstance(message, messages.MailCame):
            self._mailbox.take(message, now)
            self._line.changed()
            return
        present = self._present(conversation)
        try:
            early = self._early.keep(self._streaming(conversation), message)
            attention = None if early else events.apply(model, message, now)
        except Exception:  # whatever it is, those after it must not wait for it
            log.failure("a message could not be shown")
            return
        if model.is_me(message.sender):
            self._said(conversation, message.id)
        stream, place = self._ledger.find(conversation), self._streaming(conversation)
        if place is None:
            return
        if stream is not None and message.id <= stream.read:
            place.read_to(message.id)
            attention = None
        if place is model.roster.current:
            self._reading.look(place)
        place.stream = present or place.stream
        self._line.attend(attention)

    def _present(self, conversation: bytes) -> bytes:
        """What has the name of a conversation that one has left; b"" where it is itself."""
        listed = None
        if conversation in self._left:
            listed = self._line.model.roster.find(*self._names[conversation])
        return listed.stream if listed is not None else b""

    def _read(self, conversation: bytes, number: int) -> None:
        """The user has read a conversation up to a number, here or on another device."""
        stream, place = self._ledger.find(conversation), self._streaming(conversation)
        if stream is not None and place is not None and stream.read < number:
            if place.unread_row is not None:  # what is unread counts only where it is at hand
                place.load_older(place.unread_row)
            place.read_to(number)
        self._reading.known(conversation, number)

    def _streaming(self, conversation: bytes) -> Conversation | None:
        """Where a lasting conversation is listed."""
        return self._line.model.roster.streaming(conversation)

    def _said(self, conversation: bytes, number: int) -> None:
        """This is the last message of one's own there."""
        stream = self._ledger.find(conversation)
        if stream is not None and stream.said < number:
            self._ledger.change(conversation, said=number)

    def _find(self, conversation: bytes) -> Conversation | None:
        """Where a lasting conversation is shown; None for nowhere."""
        found = self._streaming(conversation)
        if found is None and conversation in self._names:
            found = self._line.model.open(*self._names[conversation])
        return found

    def _lost(self, row: messages.FollowRow, ranges: list[Range]) -> None:
        """The server was put back to an older state, and has nothing at these numbers."""
        self._name(row)
        stream = self._ledger.find(row.conversation)
        if stream is None:
            return
        if row.conversation in self._names:
            self._lose(*self._names[row.conversation], stream, ranges)
        self._early.forget(stream.id)
        said, read = min(stream.said, row.last), min(stream.read, row.last)
        delivered, seen = min(stream.delivered, row.last), min(stream.seen, row.last)
        self._ledger.change(stream.id, said=said, read=read, delivered=delivered, seen=seen)

    def _lose(self, kind: Kind, name: str, stream: Stream, ranges: list[Range]) -> None:
        """Mark what one said oneself, and say where that is. Where there is none, nothing is
        listed for it."""
        model, rollback = self._line.model, Rollback(self._recorder, stream.delivered)
        listed = model.roster.find(kind, name)
        place = listed or Conversation(kind, name)
        if place.stream not in (b"", stream.id):
            return  # another one has the name now
        if listed is None and rollback.concerns(place, ranges):
            place = model.open(kind, name)
        count = rollback.lose(place, ranges)
        if count:
            self._line.attend(model.add(place, notice(count, self._line.now())))
        self._line.changed()

    # ------------------------------------------------------------ where everything was asked for

    def _followed(self, rows: list[messages.FollowRow], epoch: int) -> None:
        """All conversations are known; what was missed is not fetched yet."""
        self._left.clear()
        for row in rows:
            self._acknowledged[row.conversation] = row.acked
            self._name(row)
        self._reading.is_open = True
        for row in rows:
            self._read(row.conversation, row.read)
        self._sender.meet(epoch)
        self._sender.is_open = True
        self._written([one for one in self._ledger.written if one.id in self._acknowledged])
        told = {row.conversation for row in rows}
        asking = Deferred.fromCoroutine(
            self._ask([one for one in self._ledger if one.id not in told])
        )
        asking.addErrback(self._not_asked)

    async def _ask(self, untold: list[Stream]) -> None:
        """What is known of all conversations, but for some that the server did not tell of.

        :raises ChatError: the connection is lost.
        """
        for stream in untold:
            place = self._streaming(stream.id)
            if stream.said and place is not None and place.kind is Kind.PERSON:
                await self._look_for(place, stream)
        await self._watermarks.ask()

    async def _look_for(self, person: Conversation, stream: Stream) -> None:
        """What one said to somebody is on the server for ever: where it is not, they are gone, or
        an older state was put back that does not know of it.

        :raises ChatError: the connection is lost.
        """
        try:
            make = partial(messages.OpenPair, nick=person.name)
            opened: messages.PairOpened = await self._line.request(make)
        except Refused:
            return
        if opened.conversation == stream.id:
            self._lose(person.kind, person.name, stream, [(1, max(stream.position, stream.said))])
            self._ledger.change(stream.id, said=0)

    def _name(self, row: messages.FollowRow) -> None:
        """Under which name a conversation is shown; where it is listed, it is that one."""
        kind = _KINDS.get(row.kind)
        if kind is None or (row.sealed and kind is Kind.PERSON):
            return
        self._names[row.conversation] = kind, row.name
        listed = self._line.model.roster.find(kind, row.name)
        if row.left:
            self._left.add(row.conversation)
        elif listed is not None:
            listed.stream = row.conversation

    def _written(self, streams: Iterable[Stream]) -> None:
        """Conversations are on the disk, each as far as it says."""
        positions = self.following.positions
        if self.following.is_current:
            for stream in streams:
                # Where the server was put back, the position is less than what was written.
                number = min(stream.position, positions[stream.id])
                if self._acknowledged.get(stream.id, 0) < number:
                    self._acknowledged[stream.id] = number
                    self._line.send(messages.Acknowledge(stream.id, number))
        self._sender.pump()

    def _not_asked(self, failure: Failure) -> None:
        if not failure.check(ChatError):  # then the next welcome asks again
            log.failure("asking how far others are", failure)
