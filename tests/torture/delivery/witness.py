"""What a client is watched by: between its screen and its connection, at its timelines, and at its
disk. Each thing that passes is written down before it is passed on; and the client may die there.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Lost
from chatd.errors import ChatError, Refused
from chatd.wire import messages
from chatd.wire.codec import decode_server
from client.history.batch import Batch
from client.history.recorder import Recorder
from client.model.conversation import Conversation, Kind
from client.model.entry import SPOKEN, Entry
from client.model.uplink import ConnectionState, Listener, Online, Stopped, Uplink
from tests.torture.delivery import journal
from tests.torture.delivery.evidence import is_marked
from tests.torture.delivery.journal import Journal
from tests.torture.delivery.plan import Step, pair

_KINDS: dict[int, Kind] = {ConversationKind.ROOM: Kind.ROOM, ConversationKind.PAIR: Kind.PERSON}


class Watch:
    """One life's journal, and where that life ends.

    :param person: whose device it is.
    :param end: where it kills itself, and at the how-manieth time; None for nowhere.
    """

    def __init__(self, lines: Journal, person: str, end: tuple[Step, int] | None) -> None:
        self.write = lines.write
        self._person = person
        self._end = end
        self._streams: dict[bytes, str] = {}

    def pass_by(self, step: Step) -> None:
        """Die here, if it is time."""
        if self._end is not None and self._end[0] is step:
            self._end = step, self._end[1] - 1
            if self._end[1] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def place(self, kind: Kind, name: str) -> str:
        """How a conversation is called in the plan."""
        return f"#{name}" if kind is Kind.ROOM else pair(self._person, name)

    def name(self, place: str) -> str:
        """The room's, or that of the other one of a pair."""
        if place.startswith("#"):
            return place[1:]
        one, other = place.split("=")
        return other if one == self._person else one

    def learn(self, stream: bytes, place: str) -> None:
        """The id of a conversation; b"" is that of none."""
        if stream and self._streams.get(stream) != place:
            self._streams[stream] = place
            self.write(journal.Named(stream=stream.hex(), place=place))

    def place_of(self, stream: bytes) -> str:
        """The conversation of this id; the id itself, where it is not known yet."""
        return self._streams.get(stream, stream.hex())

    # ------------------------------------------------------------ timelines and disk

    def watch_timelines(self) -> None:
        """Write down what is put at the end of any of them."""
        append: Callable[..., int | None] = Conversation.append

        def watched(conversation: Conversation, entry: Entry, *, seen: bool) -> int | None:
            serial = append(conversation, entry, seen=seen)
            if serial is not None and entry.kind in SPOKEN and is_marked(entry.text):
                place = self.place(conversation.kind, conversation.name)
                self.write(
                    journal.Shown(
                        place=place, text=entry.text, sender=entry.sender, number=entry.id
                    )
                )
            return serial

        Conversation.append = watched  # type: ignore[assignment, method-assign]

    def watch_disk(self, recorder: Recorder) -> None:
        """Write down what is committed, before anybody else hears of it."""
        written = recorder.writer.written

        def watched(batch: Batch) -> None:
            texts = [entry.text for _, entry in batch.added.values() if is_marked(entry.text)]
            if texts:
                self.write(journal.Kept(texts=texts))
                self.pass_by(Step.KEPT)
            written(batch)

        recorder.writer.written = watched


class Tap:
    """Stands between the connection and the screen, as :class:`client.enrolment.signing.Signing`
    does, and passes everything on.

    :param stopped: called when the connection has ended for good.
    :ivar uplink: the connection.
    :ivar joined: rooms that were entered, and the last number before that.
    """

    def __init__(
        self, reactor: Any, watch: Watch, listener: Listener, stopped: Callable[[ChatError], None]
    ) -> None:
        self.uplink: Uplink
        self.joined: dict[str, int] = {}
        self._stopped = stopped
        self._reactor = reactor
        self._watch = watch
        self._listener = listener

    # ------------------------------------------------------------ as the uplink

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""
        asked = make(0)
        if isinstance(asked, messages.MarkRead):
            place = self._watch.place_of(asked.conversation)
            self._watch.write(journal.Looked(place=place, number=asked.number))
        answered = self.uplink.request(make)
        answered.addCallbacks(self._answered, self._refused, (asked,), {}, (asked,), {})
        if isinstance(asked, messages.Say | messages.Direct):
            self._reactor.callLater(0, self._watch.pass_by, Step.ASKED)
        return answered

    def send(self, message: messages.Acknowledge) -> None:
        """See :class:`client.model.uplink.Uplink`."""
        place = self._watch.place_of(message.conversation)
        self._watch.write(journal.Acknowledged(place=place, number=message.number))
        self.uplink.send(message)

    def logout(self) -> Deferred[None]:
        """See :class:`client.model.uplink.Uplink`."""
        return self.uplink.logout()

    def reconnect_now(self) -> None:
        """See :class:`client.model.uplink.Uplink`."""
        self.uplink.reconnect_now()

    def _answered(self, result: Any, asked: messages.Request) -> Any:
        match result:
            case messages.Accepted(id=number, conversation=stream):
                self._accepted(asked, number, stream)
            case messages.FollowPage(rows=rows):
                for row in rows:
                    if kind := _KINDS.get(row.kind):
                        self._watch.learn(row.conversation, self._watch.place(kind, row.name))
            case messages.FetchPage(items=items):
                assert isinstance(asked, messages.Fetch)
                for item in items:
                    self._told(decode_server(bytes(item)), asked.conversation)
                self._watch.pass_by(Step.FETCHED)
            case messages.Progress(delivered=delivered, read=read):
                assert isinstance(asked, messages.GetProgress)
                self._progressed(asked.conversation, delivered, read)
            case messages.PairOpened(nick=nick, conversation=stream):
                self._watch.learn(stream, self._watch.place(Kind.PERSON, nick))
            case messages.Joined(room=room, conversation=stream, last=last):
                self._watch.learn(stream, f"#{room}")
                self.joined[f"#{room}"] = last
            case _:
                pass
        return result

    def _accepted(self, asked: messages.Request, number: int, stream: bytes) -> None:
        place, text = self._said(asked)
        self._watch.learn(stream, place)
        if is_marked(text):
            self._watch.write(journal.Taken(place=place, text=text, number=number))
            self._watch.pass_by(Step.TAKEN)
        elif isinstance(asked, messages.Say | messages.Direct):
            self._watch.write(
                journal.Reacted(place=place, ref=asked.ref, emoji=text, number=number)
            )

    def _refused(self, failure: Failure, asked: messages.Request) -> Failure:
        place, text = self._said(asked)
        error = failure.value
        if is_marked(text) and isinstance(error, Refused):
            code = int(error.code)
            denied = journal.Denied(place=place, text=text, code=code, why=error.text)
            self._watch.write(denied)
        return failure

    def _said(self, asked: messages.Request) -> tuple[str, str]:
        """Where something is said, and what; two empty texts where it is another request."""
        if isinstance(asked, messages.Say):
            return self._watch.place(Kind.ROOM, asked.room), asked.text
        if isinstance(asked, messages.Direct):
            return self._watch.place(Kind.PERSON, asked.to), asked.text
        return "", ""

    # ------------------------------------------------------------ as the listener

    def connection_changed(self, state: ConnectionState) -> None:
        """See :class:`client.model.uplink.Listener`."""
        if isinstance(state, Online):
            self._watch.write(journal.Welcomed())
        elif isinstance(state, Stopped):
            self._stopped(state.error)
        self._listener.connection_changed(state)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self._listener.welcomed(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self._told(message, getattr(message, "conversation", b""))
        self._listener.received(message)
        if isinstance(message, messages.RoomSaid | messages.DirectSaid):
            self._watch.pass_by(Step.TOLD)

    def lag_changed(self, seconds: float) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self._listener.lag_changed(seconds)

    def warned(self, text: str) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self._watch.write(journal.Troubled(text=f"warned: {text}"))
        self._listener.warned(text)

    def _told(self, message: object, stream: bytes) -> None:
        """What is true of how far messages came."""
        if isinstance(message, messages.DirectSaid):
            self._watch.learn(stream, pair(message.sender, message.to))
        place = self._watch.place_of(stream)
        match message:
            case messages.Missing(first=first, last=last, reason=reason):
                gap = journal.Missed(place=place, first=first, last=last, reason=reason)
                self._watch.write(gap)
            case messages.ProgressChanged(delivered=delivered, read=read):
                self._progressed(stream, delivered, read)
            case messages.MailCame(body=body) if body[:1] == b"\x01":
                lost = Lost.unpack(body)
                self._watch.write(
                    journal.Expired(
                        place=self._watch.place_of(lost.conversation),
                        first=lost.first,
                        last=lost.last,
                        handle=lost.handle,
                    )
                )
            case _:
                pass

    def _progressed(self, stream: bytes, delivered: int, read: int) -> None:
        place = self._watch.place_of(stream)
        self._watch.write(journal.Progressed(place=place, delivered=delivered, read=read))
