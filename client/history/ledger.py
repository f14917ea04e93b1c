"""What this device knows of lasting conversations, and the outbox: what has to be on the disk
together with the entries that it is about.

Promises: all that is put here in one turn of the reactor is in one transaction with the entries
that are kept in that turn. It is kept whether entries are kept or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred

from ..model.conversation import Conversation
from ..model.relations import Change
from . import early, streams, unsent
from .letters import Letter
from .streams import Stream
from .unsent import Unsent
from .writer import Writer


class Ledger:
    """
    :param reading: a connection.
    :ivar epoch: of this device's outbox; 0 before the first.
    :ivar on_written: told the conversations, each as it was, of every turn that is on the disk.
    :ivar on_read: told a conversation in which what is unread has changed.
    :raises client.history.database.Error: it cannot be read.
    """

    def __init__(self, writer: Writer, reading: Any) -> None:
        self._writer = writer
        self._streams = {one.id: one for one in streams.all_streams(reading)}
        self._written = dict(self._streams)
        self._unsent = {one.id: (one, 0) for one in unsent.all_unsent(reading)}
        self._next = max(self._unsent, default=0) + 1
        self._early: dict[bytes, dict[int, Change]] = {}
        for stream, change in early.all_early(reading):
            self._early.setdefault(stream, {})[change.number] = change
        self.on_written: Callable[[Iterable[Stream]], None] = lambda streams: None
        self.on_read: Callable[[Conversation], None] = lambda conversation: None
        self.epoch = streams.epoch(reading)
        self._begun = 0

    # ------------------------------------------------------------ conversations

    def __iter__(self) -> Iterator[Stream]:
        return iter(self._streams.values())

    @property
    def written(self) -> list[Stream]:
        """Those that are on the disk, each as it is there."""
        return list(self._written.values())

    def find(self, id: bytes) -> Stream | None:
        """A lasting conversation, where anything is known of it."""
        return self._streams.get(id)

    def put(self, stream: Stream) -> None:
        """It is so from now on."""
        if self._streams.get(stream.id) != stream:
            self._streams[stream.id] = self._writer.batch.streams[stream.id] = stream
            self._writer.changed()

    def change(self, id: bytes, **changes: Any) -> None:
        """Some of it is otherwise from now on; see :class:`client.history.streams.Stream`."""
        self.put(replace(self._streams.get(id, Stream(id, 0)), **changes))

    # ------------------------------------------------------------ the outbox

    def begin_epoch(self, number: int) -> None:
        """Sequences begin anew."""
        self.epoch = self._writer.batch.epoch = number
        self._begun = self._writer.number
        self._writer.changed()

    def sequence(self, id: bytes) -> int:
        """The highest in this epoch that the server has taken in a conversation."""
        stream = self._streams.get(id)
        return stream.sequence if stream is not None and stream.epoch == self.epoch else 0

    def used(self, id: bytes, sequence: int) -> None:
        """The server has taken it, in this epoch."""
        self.change(id, epoch=self.epoch, sequence=sequence)

    @property
    def unsent(self) -> list[Unsent]:
        """All that is in the outbox, the oldest first."""
        return [one for one, _ in self._unsent.values()]

    def add(self, one: Unsent) -> int:
        """Put a message into the outbox; its ``id`` is given here.

        :return: the id.
        """
        one = replace(one, id=self._next)
        self._next += 1
        self._keep(one)
        return one.id

    def set_unsent(self, id: int, **changes: Any) -> None:
        """Something about a message in the outbox is otherwise; see
        :class:`client.history.unsent.Unsent`."""
        if id in self._unsent:
            one = replace(self._unsent[id][0], **changes)
            if one != self._unsent[id][0]:
                self._keep(one)

    def remove(self, id: int) -> None:
        """The server has taken it, or it was given up."""
        if self._unsent.pop(id, None) is not None:
            self._writer.batch.unsent[id] = None
            self._writer.changed()

    def is_safe(self, id: int) -> bool:
        """Whether a message in the outbox is on the disk, and the epoch that it is sent in."""
        if id not in self._unsent:
            return False
        return self._writer.is_done(max(self._unsent[id][1], self._begun))

    def keeps(self, id: int) -> bool:
        """Whether a message in the outbox is on the disk, or will be as far as one knows."""
        return id in self._unsent and self._writer.takes(self._unsent[id][1])

    def _keep(self, one: Unsent) -> None:
        self._unsent[one.id] = one, self._writer.number
        self._writer.batch.unsent[one.id] = one
        self._writer.changed()

    # ------------------------------------------------------------ changes

    def early(self, id: bytes) -> list[Change]:
        """What was done in a conversation to messages that are not here yet, in order."""
        return list(self._early.get(id, {}).values())

    def keep_early(self, id: bytes, change: Change) -> None:
        """Keep one of them."""
        self._early.setdefault(id, {})[change.number] = change
        self._writer.batch.early[id, change.number] = change
        self._writer.changed()

    def drop_early(self, id: bytes, number: int) -> None:
        """It was made, or will not be."""
        del self._early[id][number]
        self._writer.batch.early[id, number] = None
        self._writer.changed()

    # ------------------------------------------------------------ the rest

    def keep_letter(self, letter: Letter) -> None:
        """For a later program."""
        self._writer.batch.letters.append(letter)
        self._writer.changed()

    def is_on_disk(self, streams: Mapping[bytes, Stream]) -> None:
        """A turn was written, with these conversations in it."""
        self._written |= streams
        self.on_written(streams.values())

    @property
    def behind(self) -> int:
        """How many entries the disk has not taken yet."""
        return self._writer.behind

    def all_written(self) -> Deferred[None]:
        """Fires when all that has come so far is on the disk."""
        return self._writer.all_written()
