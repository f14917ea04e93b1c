"""A device that keeps what lasts: each message once and in order, whatever becomes of the
connection and of this program.

Promises: a position is committed with the entry that it is about, and acknowledged after that;
where the disk takes nothing, nothing is acknowledged, and the server keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.conversation import ConversationKind
from chatd.errors import ChatError
from chatd.wire import messages

from ..history.recorder import Recorder
from ..history.streams import Stream
from ..model import events, gaps
from ..model.conversation import Conversation, Kind
from .following import Following
from .line import Line
from .mailbox import Mailbox
from .reading import Reading
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
        self.following.on_rows, self.following.on_back = self._followed, self._went_back
        self._reading = Reading(reactor, line, ledger)
        self._watermarks = Watermarks(line, ledger)
        self._mailbox = Mailbox(line.model, recorder, self._find)
        self._acknowledged: dict[bytes, int] = {}
        self._names: dict[bytes, tuple[Kind, str]] = {}
        self._left: set[bytes] = set()
        ledger.on_written, ledger.on_read = self._written, self._reading.look
        sender.on_own, sender.on_old = self.stored, self.following.begin
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
                self._watermarks.changed(message)
            case _:
                return False
        return True

    def stored(self, conversation: bytes, number: int) -> None:
        """The server has stored something that was said by this device."""
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
            gaps.missing(place, message, self._line.now())

    def _take(self, conversation: bytes, message: Told) -> None:
        """Show it; it is kept in one transaction with the position."""
        model, now = self._line.model, self._line.now()
        if isinstance(message, messages.MailCame):
            self._mailbox.take(message, now)
            self._line.changed()
            return
        present = self._present(conversation)
        try:
            attention = events.apply(model, message, now)
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

    def _went_back(self, row: messages.FollowRow) -> None:
        """The server was put back to an older state: what comes next gets numbers that were given
        before."""
        self._name(row)
        last, place = row.last, self._find(row.conversation)
        if (stream := self._ledger.find(row.conversation)) is not None:
            said, read = min(stream.said, last), min(stream.read, last)
            delivered, seen = min(stream.delivered, last), min(stream.seen, last)
            self._ledger.change(stream.id, said=said, read=read, delivered=delivered, seen=seen)
        if place is not None:
            place.timeline.unnumber(last)
            place.delivered, place.seen = min(place.delivered, last), min(place.seen, last)
            self._recorder.unnumber(place, last)
            what = f"the last messages of {place.title}"
            self._line.warned(f"the server has lost {what}; they are kept here")

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
        asking = Deferred.fromCoroutine(self._watermarks.ask())
        asking.addErrback(self._not_asked)

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
