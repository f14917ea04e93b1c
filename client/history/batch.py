"""What one turn of the reactor adds to the history: one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model.entry import Entry
from . import entries, places
from .places import Place

#: Entries that wait while the disk takes none; the oldest are lost beyond.
MOST_WAITING = 100_000


@dataclass(slots=True)
class Batch:
    """
    :ivar places: conversations as they are now, by their rows.
    :ivar added: each with its conversation's row.
    :ivar changed: entries whose delivery went on, by their rows.
    :ivar committed: it is on the disk.
    """

    places: dict[int, Place] = field(default_factory=dict)
    added: list[tuple[int, Entry]] = field(default_factory=list)
    changed: dict[int, Entry] = field(default_factory=dict)
    committed: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.places or self.added or self.changed)

    def commit(self, connection: Any) -> None:
        """Write it, all or nothing. Doing that again changes nothing.

        :raises client.history.database.Error: it cannot be written.
        """
        connection.execute("BEGIN IMMEDIATE")
        try:
            for place in self.places.values():
                places.put(connection, place)
            for number, entry in self.added:
                entries.add(connection, number, entry)
            for entry in self.changed.values():
                entries.change(connection, entry)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk ends it by itself
                connection.execute("ROLLBACK")
            raise
        self.committed = True

    def follow(self, later: Batch) -> None:
        """Take in what came after it."""
        self.places |= later.places
        self.added = (self.added + later.added)[-MOST_WAITING:]
        self.changed |= later.changed

    def leave_out(self, place: int) -> None:
        """Nothing of this conversation is to be written."""
        rows = {entry.row for number, entry in self.added if number == place}
        self.added = [(number, entry) for number, entry in self.added if number != place]
        self.changed = {row: entry for row, entry in self.changed.items() if row not in rows}
