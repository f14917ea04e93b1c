"""A conversation's entries in order, bounded, each message once.

An entry's serial never changes, however many older ones have been dropped or put before it: whoever
points at a line (the unread mark, a search result, the screen's scroll position) keeps pointing at
it. What is from before this run has serials below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .entry import Entry

#: Entries kept per conversation; about 40 MB when full of short messages.
CAPACITY = 100_000


class Timeline:
    """Entries by serial, from :attr:`first` up to but not including :attr:`end`."""

    __slots__ = ("_capacity", "_entries", "_serials", "first")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: list[Entry] = []
        self._serials: dict[int, int] = {}
        self.first = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, serial: int) -> Entry:
        if serial < self.first:
            raise IndexError(serial)
        return self._entries[serial - self.first]

    def __contains__(self, serial: int) -> bool:
        return self.first <= serial < self.end

    @property
    def end(self) -> int:
        """The serial that the next entry gets."""
        return self.first + len(self._entries)

    def append(self, entry: Entry) -> int | None:
        """Add an entry at the end.

        :return: its serial; None when a message of the same id is here already.
        """
        if entry.id is not None:
            if entry.id in self._serials:
                return None
            self._serials[entry.id] = self.end
        self._entries.append(entry)
        if len(self._entries) > self._capacity:
            self._drop()
        return self.end - 1

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Put older entries before all others, as long as there is room."""
        room = max(self._capacity - len(self._entries), 0)
        fitting = entries[max(len(entries) - room, 0) :]
        self._entries[:0] = fitting
        self.first -= len(fitting)
        for serial, entry in enumerate(fitting, self.first):
            if entry.id is not None:
                self._serials[entry.id] = serial

    def find(self, id: int) -> int | None:
        """The serial of the message of this id; None where it is not here."""
        return self._serials.get(id)

    def replace(self, serial: int, entry: Entry) -> None:
        """Put another entry in the place of one; nothing happens where that was dropped."""
        if serial not in self:
            return
        if entry.id is not None:
            self._serials[entry.id] = serial
        self._entries[serial - self.first] = entry

    def unnumber(self, first: int, last: int) -> None:
        """The server has lost all messages from one number up to another, which are in its place
        no longer."""
        for serial, entry in self.backwards():
            if entry.id is not None and first <= entry.id <= last:
                self._serials.pop(entry.id, None)
                self.replace(serial, replace(entry, id=None))

    def clear(self) -> None:
        """Forget all entries; serials go on."""
        self.first = self.end
        self._entries.clear()
        self._serials.clear()

    def backwards(self) -> Iterator[tuple[int, Entry]]:
        """Serials and entries, the newest first."""
        entries = self._entries
        for index in range(len(entries) - 1, -1, -1):
            yield self.first + index, entries[index]

    def _drop(self) -> None:
        # A sixteenth at once: dropping one by one would move the whole list for each message.
        count = max(self._capacity // 16, 1)
        for entry in self._entries[:count]:
            if entry.id is not None:
                self._serials.pop(entry.id, None)
        del self._entries[:count]
        self.first += count
