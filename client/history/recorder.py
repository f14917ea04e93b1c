"""Keeps what the screen shows, and gives it back: the model's :class:`~client.model.keeper.Keeper`.

Promises: the screen never waits for a disk, a normal end loses nothing, and a kill at most what
came while the disk was busy (:mod:`client.history.writer`). Where the disk takes nothing, that is
told once, what was said waits in memory, and is written when it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from ..model.conversation import Conversation, Kind
from ..model.entry import BOTTOM, Entry, EntryKind
from ..model.keeper import Found
from ..model.model import Model
from ..model.relations import UNLINED
from ..model.timeline import Timeline
from . import entries
from .batch import Batch
from .database import FILE, Error, connect, fault, move_aside
from .erasure import erase
from .errors import DamagedHistory, HistoryError
from .ledger import Ledger
from .places import Place, all_places, find_titled
from .query import Query
from .thread import Thread
from .writer import Writer

T = TypeVar("T")

SETTING = "history"
#: Entries taken out at a time while somebody scrolls; entries found at most.
PAGE = 200
MOST_FOUND = 200
#: Entries taken out at once so that one which was found is in sight with all that came after it.
REACH = 20_000
#: Entries that wait while the disk takes none; what comes beyond is shown, and not kept.
MOST_WAITING = 100_000

_LAST_ROW = 2**63 - 1
_WAITING = "what you say waits until that works again; what others say is shown, and kept then"
_LOST = "what is said now is not kept, the chat goes on; the next start begins a new one"
_UNWRITTEN = "what was said since then is not kept, and what still waited there was not sent"
_LEFT_OUT = "here some lines are left out: there are too many up to the ones below"


class Recorder:
    """
    :param home: the profile's folder.
    :param key: 32 bytes.
    :param thread: for what waits for the disk.
    :ivar warn: told what goes wrong, in words for people.
    :ivar ledger: what delivery keeps, in the same file.
    :ivar writer: writes all of it.
    :raises client.history.errors.HistoryError: there can be no history.
    """

    def __init__(self, home: Path, key: bytes, model: Model, thread: Thread, reactor: Any) -> None:
        self.warn: Callable[[str], None] = lambda text: None
        self._home = home
        self._model = model
        self._thread = thread
        with ExitStack() as stack:
            self._writing = stack.enter_context(closing(connect(home, key, any_thread=True)))
            self._reading = stack.enter_context(closing(connect(home, key)))
            self.writer = Writer(self._writing, thread, reactor)
            with suppress(Error):  # a full disk: they wait until it takes that
                entries.end_waiting(self._writing)
            try:
                self._places = {place.key: place for place in all_places(self._reading)}
                self._next_row = entries.next_row(self._reading)
                self.ledger = Ledger(self.writer, self._reading)
            except Error as error:
                raise fault(error, home / FILE) from None
            self._connections = stack.pop_all()
        self.writer.collect = self._collect
        self.writer.written, self.writer.failed = self._written, self._tell
        self._next_place = max((one.id for one in self._places.values()), default=0) + 1
        self._read: dict[Conversation, None] = {}
        self._in_trouble = self._damaged = False

    def restore(self) -> Conversation | None:
        """List the conversations that were open, with what was unread in them.

        :return: the room or person that was looked at last; None where there was none.
        """
        roster, listed = self._model.roster, dict[int, Conversation]()
        roster.keep(self)
        for place in filter(attrgetter("open"), self._places.values()):
            server = place.kind is Kind.SERVER
            one = roster.server if server else self._model.open(place.kind, place.name)
            one.present = place.kind is not Kind.ROOM or place.inside
            one.unread, one.mentions = place.unread, place.mentions
            one.unread_row = place.first_unread
            listed[place.looked] = one
        roster.current.mark_read()
        return listed[max(listed)] if any(listed) else None

    def opened(self, conversation: Conversation) -> None:
        """See :class:`client.model.keeper.Keeper`."""
        place = self._places.get(_key(conversation))
        if place is None or not place.stream:
            return
        conversation.stream = place.stream
        stream = self.ledger.find(place.stream)
        if stream is not None:
            conversation.delivered, conversation.seen = stream.delivered, stream.seen

    # ------------------------------------------------------------ as the model's keeper

    def keep(self, conversation: Conversation, entry: Entry) -> Entry:
        """See :class:`client.model.keeper.Keeper`."""
        # A broadcast is shown in two places; the server's is where it stays.
        copy = entry.kind is EntryKind.BROADCAST and conversation.kind is not Kind.SERVER
        lasts = entry.lasting and entry.relation not in UNLINED
        if copy or not lasts or not self._is_on or self.writer.behind >= MOST_WAITING:
            return entry
        row = self.end()
        kept = replace(entry, row=row, at=entry.at or row)
        self.writer.batch.added[kept.row] = self._place(conversation).id, kept
        self.read(conversation)
        return kept

    def end(self) -> int:
        """See :class:`client.model.keeper.Keeper`."""
        self._next_row += 1
        return self._next_row - 1

    def changed(self, entry: Entry) -> None:
        """See :class:`client.model.keeper.Keeper`."""
        batch = self.writer.batch
        if not entry.row:
            return
        if entry.row in batch.added:
            batch.added[entry.row] = batch.added[entry.row][0], entry
        else:
            batch.changed[entry.row] = entry
        self.writer.changed()

    def read(self, conversation: Conversation) -> None:
        """See :class:`client.model.keeper.Keeper`."""
        self.ledger.on_read(conversation)
        if self._is_on:
            self._read[conversation] = None
            self.writer.changed()

    def looked(self, conversation: Conversation) -> None:
        """See :class:`client.model.keeper.Keeper`."""
        if self._is_on and conversation.kind is not Kind.SERVER:
            place = self._place(conversation)
            looked = max(one.looked for one in self._places.values()) + 1
            self._places[place.key] = replace(place, looked=looked)
            self.read(conversation)

    def closed(self, conversation: Conversation) -> None:
        """See :class:`client.model.keeper.Keeper`."""
        self.read(conversation)

    def has(self, conversation: Conversation, id: int) -> bool:
        """See :class:`client.model.keeper.Keeper`."""
        place = self._places.get(_key(conversation))
        return place is not None and self._look(entries.has, False, place.id, id)

    def find(self, conversation: Conversation, id: int) -> Entry | None:
        """See :class:`client.model.keeper.Keeper`."""
        place = self._places.get(_key(conversation))
        if place is None:
            return None
        for batch in self.writer.pending:
            for number, entry in batch.added.values():
                if entry.id == id and number == place.id:
                    return self._latest(entry)
        entry_or_none: Entry | None = self._look(entries.find, None, place.id, id)
        return entry_or_none and self._latest(entry_or_none)

    def own(self, conversation: Conversation, first: int, last: int) -> list[Entry]:
        """One's own messages from one number up to another, whether they are shown or only kept."""
        found = {
            entry.id or 0: entry
            for _, entry in conversation.timeline.backwards()
            if entry.own and first <= (entry.id or 0) <= last
        }
        for entry in self._kept_own(conversation, first, last):
            found.setdefault(entry.id or 0, entry)
        return [found[number] for number in sorted(found)]

    def _kept_own(self, conversation: Conversation, first: int, last: int) -> Iterator[Entry]:
        """Those that are on the disk."""
        place, nothing = self._places.get(_key(conversation)), list[Entry]()
        while place is not None and first <= last:
            page = self._look(entries.own, nothing, place.id, first, last, PAGE)
            yield from map(self._latest, page)
            first = (page[-1].id or last) + 1 if len(page) == PAGE else last + 1

    def unnumber(self, conversation: Conversation, first: int, last: int) -> None:
        """The server has lost all messages from one number up to another."""
        place = self._places.get(_key(conversation))
        if place is not None:
            self.writer.batch.unnumber(place.id, first, last)
            self.writer.changed()

    def _latest(self, entry: Entry) -> Entry:
        """An entry as it will be on the disk."""
        later = (batch.latest(entry.row) for batch in self.writer.pending)
        return next(filter(None, later), entry)

    def older(self, conversation: Conversation, row: int | None = None) -> list[Entry]:
        """See :class:`client.model.keeper.Keeper`."""
        place, timeline = self._places.get(_key(conversation)), conversation.timeline
        if place is None:
            return []
        edge, nothing = _edge(timeline), list[Entry]()
        if row is None:
            page = self._look(entries.before, nothing, place.id, edge, PAGE)
            return list(map(self._latest, page))
        goal = self._look(entries.stands, edge, row)
        if goal >= edge:
            return []
        above = self._look(entries.before, nothing, place.id, goal, PAGE // 2)
        below = self._look(entries.since, nothing, place.id, goal, REACH)
        found = [self._latest(entry) for entry in above + below if entries.stand(entry) < edge]
        if len(below) == REACH and entries.stand(below[-1]) < edge:
            found = found[: 2 * PAGE]
            found.append(Entry(EntryKind.GAP, found[-1].time, _LEFT_OUT))
        return found

    def search(self, text: str, here: Conversation | None) -> Sequence[Found]:
        """See :class:`client.model.keeper.Keeper`."""
        query, found = Query.parse(text), list(self._places.values())
        if here is not None:
            found = [one for one in found if one.key == _key(here)]
        if query.places:
            found = [one for one in found if one in find_titled(found, query.places)]
        if not query or not found:
            return []
        places = tuple(one.id for one in found) if here or query.places else ()
        newest = self._look(entries.search, list[Found](), query, places, MOST_FOUND)
        return sorted(newest, key=lambda one: entries.stand(one.entry), reverse=True)

    def forget(self, title: str | None) -> Deferred[bool]:
        """See :class:`client.model.keeper.Keeper`."""
        found = list(self._places.values())
        if title is not None:
            found = find_titled(found, [title])
        if not found:
            return succeed(False)
        for batch in self.writer.pending:
            for place in found:
                batch.leave_out(place.id)
        erased = self._thread.run(partial(erase, self._writing, [place.id for place in found]))
        return erased.addCallbacks(lambda _: True, self._not_erased)

    def _not_erased(self, failure: Failure) -> bool:
        failure.trap(Error)
        raise fault(failure.value, self._home / FILE)

    # ------------------------------------------------------------ writing

    @property
    def _is_on(self) -> bool:
        return self._model.settings.is_on(SETTING)

    def _place(self, conversation: Conversation) -> Place:
        """How a conversation is kept; from now on, where it was not."""
        key = _key(conversation)
        place = self._places.get(key)
        if place is None:
            name = "" if conversation.kind is Kind.SERVER else conversation.name
            place = self._places[key] = Place(self._next_place, conversation.kind, name)
            self._next_place += 1
        return place

    def _collect(self) -> None:
        """How the conversations are now."""
        listed = set(self._model.roster)
        for one in self._read:
            place = replace(
                self._place(one),
                open=one in listed,
                unread=one.unread,
                mentions=one.mentions,
                first_unread=_first_unread(one),
                stream=one.stream,
                inside=one.kind is Kind.ROOM and one.present and bool(one.stream),
            )
            self._places[place.key] = self.writer.batch.places[place.id] = place
        self._read.clear()

    def _written(self, batch: Batch) -> None:
        self._in_trouble = False
        self.ledger.is_on_disk(batch.streams)

    def _look(self, look: Callable[..., T], otherwise: T, *arguments: Any) -> T:
        """Look something up."""
        try:
            return look(self._reading, *arguments)
        except Error as error:
            self._tell(error)
            return otherwise

    def _tell(self, error: BaseException | None) -> None:
        """Once, until it works again."""
        trouble = fault(error, self._home / FILE)
        if isinstance(trouble, DamagedHistory) and not self._damaged:
            self._damaged = True
            self.writer.give_up()
            self.ledger.on_written(())
        if not self._in_trouble:
            self._in_trouble = True
            self.warn(f"{trouble}: {_LOST if self._damaged else _WAITING}")

    def close(self) -> None:
        """Write what is left, and end. Waits for the disk.

        :raises HistoryError: something could not be written.
        """
        try:
            self.writer.close()
        except Error as error:
            raise HistoryError(f"{fault(error, self._home / FILE)}; {_UNWRITTEN}") from None
        finally:
            self._connections.close()
            if self._damaged:
                move_aside(self._home)


def _key(conversation: Conversation) -> tuple[Kind, str]:
    """The server's own is one, wherever the server is."""
    return (Kind.SERVER, "") if conversation.kind is Kind.SERVER else conversation.key


def _edge(timeline: Timeline) -> entries.Stand:
    """Where a timeline begins in the history; what waits stands elsewhere there."""
    edge = (_LAST_ROW, 0, 0)
    for serial in range(timeline.first, timeline.end):
        entry = timeline[serial]
        if entry.row:
            edge = min(edge, entries.stand(entry))
            if entry.at != BOTTOM:
                break
    return edge


def _first_unread(conversation: Conversation) -> int | None:
    """The row where unread begins; None where it has none."""
    first, timeline = conversation.first_unread, conversation.timeline
    if not conversation.unread or first is None or first not in timeline:
        return conversation.unread_row if conversation.unread else None
    return timeline[first].row or None


def open_recorder(
    home: Path, key: bytes, model: Model, thread: Thread, reactor: Any
) -> tuple[Recorder | None, str]:
    """A recorder, and what people are to be told.

    A file that cannot be read is moved aside, and a new one is begun. Where there can be none,
    there is no recorder, and one chats without a history.
    """
    make = partial(Recorder, home, key, model, thread, reactor)
    try:
        try:
            return make(), ""
        except DamagedHistory as error:
            aside = move_aside(home)
            return make(), f"{error}: it is {aside} now, and a new history begins"
    except HistoryError as error:
        return None, f"{error}; nothing that is said is kept in this run"
