"""A conversation's entries in order, bounded, each message once.

What lasts stands in the order of its numbers, what waits to be sent below all that has one, and
everything else where it came. A serial says where an entry stands: it stays when older ones are
dropped or put before it, and changes when a line comes in above it or is moved. Whoever points at
a line for longer than a moment (the unread mark, a message on its way, the screen's scroll
position) holds a :class:`Mark`, which goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from weakref import WeakSet

from .entry import Delivery, Entry

#: Entries kept per conversation; about 40 MB when full of short messages.
CAPACITY = 100_000


class Mark:
    """Points at a line, wherever it goes; at nothing once that was dropped.

    :ivar serial: where the line stands now.
    """

    __slots__ = ("__weakref__", "serial")

    def __init__(self, serial: int) -> None:
        self.serial = serial


class Timeline:
    """Entries by serial, from :attr:`first` up to but not including :attr:`end`.

    :ivar begins: the serial of the first line of this run; what is above was said before it.
    :ivar moves: grows when lines have other serials than before.
    :ivar arrivals: lines as they come, for whoever takes them out; None where nobody does.
    """

    __slots__ = (
        "_capacity",
        "_entries",
        "_marks",
        "_serials",
        "arrivals",
        "begins",
        "first",
        "moves",
    )

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: list[Entry] = []
        self._serials: dict[int, int] = {}
        self._marks: WeakSet[Mark] = WeakSet()
        self.first = self.begins = self.moves = 0
        self.arrivals: list[Mark] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, serial: int) -> Entry:
        if serial < self.first:
            raise IndexError(serial)
        return self._entries[serial - self.first]

    def get(self, serial: int) -> Entry | None:
        """The entry of a serial; None where it is not here."""
        return self._entries[serial - self.first] if serial in self else None

    def __contains__(self, serial: int) -> bool:
        return self.first <= serial < self.end

    @property
    def end(self) -> int:
        """The serial that the next entry gets."""
        return self.first + len(self._entries)

    def mark(self, serial: int) -> Mark:
        """Point at a line."""
        mark = Mark(serial)
        self._marks.add(mark)
        return mark

    def place(self, entry: Entry, below: int | None = None) -> int:
        """Where an entry belongs among those before ``below``, which are all of them for None:
        with a number, above what waits and above higher numbers; without one, at the end.

        What comes is later than all but what is one's own, so this looks at a few of the last ones.
        """
        place = self.end if below is None else below
        number = entry.number
        if number is None:
            return place
        for index in range(place - 1 - self.first, -1, -1):
            other = self._entries[index]
            if other.number is not None and other.number < number:
                break
            if other.number is not None or other.delivery is Delivery.WAITING:
                place = self.first + index
        return place

    def append(self, entry: Entry) -> int | None:
        """Add an entry where it belongs: see :meth:`place`.

        :return: its serial; None when a message of the same id is here already.
        """
        if entry.id is not None and entry.id in self._serials:
            return None
        serial = self.place(entry)
        self._entries.insert(serial - self.first, entry)
        if serial < self.end - 1:
            self._shift(serial, self.end, 1)
            self.begins = min(self.begins, serial)
        self._know(serial, self.end)
        if self.arrivals is not None:
            self.arrivals.append(self.mark(serial))
        if len(self._entries) > self._capacity:
            self._drop()
        return serial

    def move(self, serial: int, to: int) -> None:
        """Have a line stand where another one stands, which makes room for it."""
        if serial == to or serial not in self or to not in self:
            return
        self._entries.insert(to - self.first, self._entries.pop(serial - self.first))
        lowest, highest = min(serial, to), max(serial, to)
        step = 1 if to < serial else -1
        moved = [mark for mark in self._marks if mark.serial == serial]
        self._shift(lowest, highest + 1, step)
        for mark in moved:
            mark.serial = to
        if lowest < self.begins <= highest:
            self.begins += step
        self._know(lowest, highest + 1)

    def _shift(self, first: int, end: int, step: int) -> None:
        """Lines from one serial on up to another stand further down, or up."""
        self.moves += 1
        for mark in self._marks:
            if first <= mark.serial < end:
                mark.serial += step

    def _know(self, first: int, end: int) -> None:
        """Messages from one serial on up to another are found by their ids."""
        for serial in range(first, end):
            id = self._entries[serial - self.first].id
            if id is not None:
                self._serials[id] = serial

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Put older entries before all others, as long as there is room."""
        room = max(self._capacity - len(self._entries), 0)
        fitting = entries[max(len(entries) - room, 0) :]
        self._entries[:0] = fitting
        self.first -= len(fitting)
        self._know(self.first, self.first + len(fitting))

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
