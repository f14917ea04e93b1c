"""A few threads that read, each operation in a transaction of its own: it sees one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from chatd.store.engine import reading
from chatd.store.runner import Complaints, Operation, verdict

T = TypeVar("T")

THREADS = 4


class Readers:
    """See :class:`~chatd.store.runner.Reader`.

    :param reactor: gets the results back to its thread.
    :param complaints: what the log says of the database.
    """

    def __init__(self, engine: Engine, reactor: Any, complaints: Complaints) -> None:
        self._engine = reading(engine)
        self._reactor = reactor
        self._complaints = complaints
        self._pool = ThreadPool(0, THREADS, "store readers")
        self._stopped = False

    def start(self) -> None:
        """Begin; what was asked for before is done now."""
        self._pool.start()

    def stop(self) -> Deferred[None]:
        """End, after all that was asked for is done. Harmless when repeated."""
        if not self._stopped:
            self._stopped = True
            self._pool.stop()
        return succeed(None)

    def run(self, operation: Operation[T]) -> Deferred[T]:
        """:raises Refused: through the Deferred: by the operation, or STORE_FAILED."""
        return self._defer(lambda: self._read(operation))

    def stream(self, read: Callable[[Connection], Iterator[str]]) -> Deferred[Iterator[str]]:
        """Read at leisure, all of it from one moment.

        :param read: gives one line at least.
        :return: what it gives, on a connection that is given back at the end.
        """
        return self._defer(lambda: self._begin(read))

    def _defer(self, work: Callable[[], T]) -> Deferred[T]:
        done: Deferred[T] = deferToThreadPool(self._reactor, self._pool, work)
        return done.addCallbacks(self._worked, self._failed)

    def _read(self, operation: Operation[T]) -> T:
        with self._engine.begin() as connection:
            return operation(connection)

    def _begin(self, read: Callable[[Connection], Iterator[str]]) -> Iterator[str]:
        """The first line is read now: that is when a database fixes the moment."""
        lines = self._lines(read)
        return chain([next(lines)], lines)

    def _lines(self, read: Callable[[Connection], Iterator[str]]) -> Iterator[str]:
        with self._engine.begin() as connection:
            yield from read(connection)

    def _worked(self, result: T) -> T:
        self._complaints.hear(self, None)
        return result

    def _failed(self, failure: Failure) -> Failure:
        self._complaints.hear(self, failure)
        return verdict(failure)
