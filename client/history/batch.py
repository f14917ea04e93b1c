"""What one turn of the reactor adds to the history: one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..model.entry import Entry
from ..model.relations import Change
from . import early, entries, letters, places, streams, unsent
from .letters import Letter
from .places import Place
from .streams import Stream
from .unsent import Unsent


@dataclass(slots=True)
class Batch:
    """
    :ivar places: conversations as they are now, by their rows.
    :ivar unnumbered: which entries lose their numbers, before anything is added: the
        conversation's row, the first number, the last.
    :ivar added: entries by their rows, each with its conversation's row.
    :ivar changed: entries that are others now, by their rows.
    :ivar streams: lasting conversations as they are now, by their ids.
    :ivar unsent: the outbox's messages, by their ids; None for one that is no longer in it.
    :ivar early: changes of messages that are not here yet, by their conversations' ids and their
        own numbers; None for one that is not kept any more.
    :ivar epoch: of the outbox; None where it is as it was.
    :ivar committed: it is on the disk.
    """

    places: dict[int, Place] = field(default_factory=dict)
    unnumbered: list[tuple[int, int, int]] = field(default_factory=list)
    added: dict[int, tuple[int, Entry]] = field(default_factory=dict)
    changed: dict[int, Entry] = field(default_factory=dict)
    streams: dict[bytes, Stream] = field(default_factory=dict)
    unsent: dict[int, Unsent | None] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    early: dict[tuple[bytes, int], Change | None] = field(default_factory=dict)
    epoch: int | None = None
    committed: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        rows = (self.places, self.added, self.changed, self.streams, self.unsent, self.letters)
        return any(rows) or bool(self.unnumbered or self.early) or self.epoch is not None

    def commit(self, connection: Any) -> None:
        """Write it, all or nothing. Doing that again changes nothing.

        :raises client.history.database.Error: it cannot be written.
        """
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._write(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk ends it by itself
                connection.execute("ROLLBACK")
            raise
        self.committed = True

    def _write(self, connection: Any) -> None:
        for place in self.places.values():
            places.put(connection, place)
        for place_row, first, last in self.unnumbered:
            entries.unnumber(connection, place_row, first, last)
        for place_row, entry in self.added.values():
            entries.add(connection, place_row, entry)
        for entry in self.changed.values():
            entries.change(connection, entry)
        for stream in self.streams.values():
            streams.put(connection, stream)
        for id, one in self.unsent.items():
            if one is None:
                unsent.remove(connection, id)
            else:
                unsent.put(connection, one)
        for letter in self.letters:
            letters.add(connection, letter)
        for (stream_id, number), change in self.early.items():
            if change is None:
                early.remove(connection, stream_id, number)
            else:
                early.put(connection, stream_id, change)
        if self.epoch is not None:
            streams.put_epoch(connection, self.epoch)

    def follow(self, later: Batch) -> None:
        """Take in what came after it."""
        self.places |= later.places
        for place, first, last in later.unnumbered:
            self.unnumber(place, first, last)
        self.added |= later.added
        self.changed |= later.changed
        self.streams |= later.streams
        self.unsent |= later.unsent
        self.letters += later.letters
        self.early |= later.early
        self.epoch = self.epoch if later.epoch is None else later.epoch

    def unnumber(self, place: int, first: int, last: int) -> None:
        """What was said in a conversation from one number up to another has none any more."""
        self.unnumbered.append((place, first, last))
        for row, (here, entry) in self.added.items():
            if here == place and first <= (entry.id or 0) <= last:
                self.added[row] = place, replace(entry, id=None)

    def latest(self, row: int) -> Entry | None:
        """An entry as it will be; None where this has nothing of it."""
        if row in self.changed:
            return self.changed[row]
        return self.added[row][1] if row in self.added else None

    def leave_out(self, place: int) -> None:
        """No entry of this conversation is to be written."""
        rows = {row for row, (number, _) in self.added.items() if number == place}
        self.added = {row: one for row, one in self.added.items() if row not in rows}
        self.changed = {row: entry for row, entry in self.changed.items() if row not in rows}
