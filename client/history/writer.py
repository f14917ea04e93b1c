"""Writes the history: what comes in one turn of the reactor is one transaction, begun at the turn's
end, on a thread of its own; what comes meanwhile is the next one.

Where the disk takes nothing, what is to be written waits in memory; it is tried again with what
comes next, and by itself after a while. Nothing is left out, and nothing is written twice. Where
the file is damaged, nobody waits for it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from .batch import Batch
from .database import Error
from .thread import Thread

#: Seconds until something that could not be written is tried again.
_AGAIN = 5.0


class Writer:
    """
    :param connection: used by ``thread`` alone.
    :ivar batch: what has come in this turn; :attr:`changed` is called with all that is put there.
    :ivar collect: called before a batch is written, to complete it.
    :ivar written: told each batch that is on the disk.
    :ivar failed: told why one could not be written.
    """

    def __init__(self, connection: Any, thread: Thread, reactor: Any) -> None:
        self.batch = Batch()
        self.collect: Callable[[], None] = lambda: None
        self.written: Callable[[Batch], None] = lambda batch: None
        self.failed: Callable[[BaseException | None], None] = lambda error: None
        self._connection = connection
        self._thread = thread
        self._reactor = reactor
        self._under_way: Batch | None = None
        self._closed = self._given_up = self._stuck = False
        self._turn: Any = None
        self._number = 1
        self._done = 0
        self._waiting: list[tuple[int, Deferred[None]]] = []

    @property
    def number(self) -> int:
        """Of the batch that what comes now is in."""
        return self._number

    def is_done(self, number: int) -> bool:
        """Whether what was in a batch is on the disk, or never will be."""
        return number <= self._done or self._given_up

    def takes(self, number: int) -> bool:
        """Whether what was in a batch is on the disk, or will be as far as one knows."""
        return not self._given_up and (number <= self._done or not self._stuck)

    def all_written(self) -> Deferred[None]:
        """Fires when all that has come so far is on the disk."""
        last = self._number if self.batch else self._number - 1
        if self.is_done(last):
            return succeed(None)
        done: Deferred[None] = Deferred()
        self._waiting.append((last, done))
        return done

    @property
    def behind(self) -> int:
        """How many entries wait for the disk."""
        if self._given_up:
            return 0
        under_way = len(self._under_way.added) if self._under_way is not None else 0
        return under_way + len(self.batch.added)

    @property
    def pending(self) -> tuple[Batch, ...]:
        """What is not on the disk yet, the newest first."""
        return (self.batch, self._under_way) if self._under_way is not None else (self.batch,)

    def changed(self) -> None:
        """There is something to be written at the end of this turn."""
        self._later(0)

    def _later(self, seconds: float) -> None:
        if self._under_way is not None:
            return
        if self._turn is not None and self._turn.active():
            if seconds:
                return
            self._turn.cancel()
        self._turn = self._reactor.callLater(seconds, self._write)

    def _write(self) -> None:
        """Write what there is, unless that is under way."""
        self._turn = None
        self.collect()
        if self._under_way is None and self.batch:
            self._under_way, self.batch = self.batch, Batch()
            self._number += 1
            written = self._thread.run(partial(self._under_way.commit, self._connection))
            written.addCallbacks(self._written, self._not_written)

    def _written(self, _: None) -> None:
        if self._closed:
            return
        done, self._under_way = self._under_way, None
        self._stuck = False
        self._done = self._number - 1
        if done is not None:
            self.written(done)
        self._tell_waiting()
        self._write()

    def _tell_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for number, waiter in waiting:
            if self.is_done(number):
                waiter.callback(None)
            else:
                self._waiting.append((number, waiter))

    def give_up(self) -> None:
        """The file is damaged: nothing waits for it any more."""
        self._given_up = True
        self._tell_waiting()

    def _not_written(self, failure: Failure) -> None:
        """It is written with what comes next; at the end, by :meth:`close`."""
        if self._closed:
            failure.trap(Error)
            return
        failed, self._under_way = self._under_way, None
        self._stuck = True
        if failed is not None:
            failed.follow(self.batch)
            self.batch = failed
        self._later(_AGAIN)
        failure.trap(Error)
        self.failed(failure.value)

    def close(self) -> None:
        """Write what is left. Waits for the disk.

        :raises client.history.database.Error: something could not be written.
        """
        if self._turn is not None and self._turn.active():
            self._turn.cancel()
        self.collect()
        self._closed = True  # what the thread did is told later, or never
        self._thread.stop()
        for batch in (self._under_way, self.batch):
            if batch and not batch.committed:
                batch.commit(self._connection)
        self._stuck = False
