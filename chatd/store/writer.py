"""The one thread that writes. What waits is committed in groups: a disk can make only so many
commits durable in a second, and a group costs one.

Where a group fails, each of its operations is done again alone, so that none suffers from another.
That is not tried where the database is gone. Where it has gone in the commit itself, it is asked
whether it was made (``confirmation.py``). When that cannot be found out, nobody is told anything,
and nothing more is written: the process has to start again from what is stored.
"""

from __future__ import annotations

from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure

from chatd.errors import Refused
from chatd.store.confirmation import Unknown, mark, was_committed
from chatd.store.engine import writing
from chatd.store.forgetting import Forgetting
from chatd.store.runner import Complaints, Operation, Together, given_up, verdict

T = TypeVar("T")

#: Operations in one transaction.
GROUP = 1024

#: Seconds without writing after which what was deleted is wiped from SQLite's files.
IDLE = 30.0

_Asked = tuple[Operation[Any], Deferred[Any]]


class Writer:
    """See :class:`~chatd.store.runner.Runner`.

    :param reactor: gets the results back to its thread.
    :param idle: seconds.
    :ivar complaints: what the log says of the database, for those who read from it, too.
    :ivar apart: comes when nobody knows whether something was stored.
    """

    def __init__(self, engine: Engine, reactor: Any, idle: float = IDLE) -> None:
        self._engine = writing(engine)
        self._reactor = reactor
        self._idle = idle
        self._forgetting = Forgetting(engine)
        self.complaints = Complaints()
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="store writer", daemon=True)
        self._stopped: Deferred[None] | None = None
        self.apart: Deferred[None] = Deferred()

    def start(self) -> None:
        """Begin; what was asked for before is done now."""
        self._thread.start()

    def stop(self) -> Deferred[None]:
        """End, after all that was asked for is done. Harmless when repeated."""
        if self._stopped is not None or not self._thread.is_alive():
            return succeed(None)
        self._stopped = Deferred()
        self._queue.put(None)
        return self._stopped

    def run(self, operation: Operation[T]) -> Deferred[T]:
        """:raises Refused: through the Deferred: by the operation, or STORE_FAILED."""
        if self._stopped is not None:
            return fail(given_up())
        done: Deferred[T] = Deferred()
        self._queue.put((operation, done))
        return done

    # ------------------------------------------------------------ the thread

    def _work(self) -> None:
        working, dirty, known = True, True, True
        while working:
            try:
                group = [self._queue.get(timeout=self._idle if dirty else None)]
            except Empty:
                dirty = not self._forgetting.forget()
                continue
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get())
            known = known and self._do([one for one in group if one is not None])
            working, dirty = None not in group, True
        self._reactor.callFromThread(self._end)

    def _do(self, asked: list[_Asked]) -> bool:
        """Do a group, and have it told how each ended; False where nobody knows."""
        try:
            results = self._commit([operation for operation, _ in asked])
        except Unknown:
            self._reactor.callFromThread(self.apart.callback, None)
            return False
        dones = [done for _, done in asked]
        self._reactor.callFromThread(self._tell, list(zip(dones, results, strict=True)))
        return True

    def _commit(self, operations: list[Operation[Any]]) -> list[Any]:
        """The result of each, or its failure.

        :raises Unknown: it cannot be found out.
        """
        begun, marked = False, None
        try:
            with self._engine.begin() as connection:
                begun = True
                results = _attempt_all(operations, connection)
                marked = mark(connection)
            return results
        except Exception as error:
            if marked is not None and was_committed(self._engine, marked):
                return results
            gone = not begun or (isinstance(error, DBAPIError) and error.connection_invalidated)
            if gone or len(operations) < 2:
                return [Failure()] * len(operations)
        return [result for operation in operations for result in self._commit([operation])]

    # ------------------------------------------------------------ the reactor's thread

    def _tell(self, results: list[tuple[Deferred[Any], Any]]) -> None:
        for done, result in results:
            failed = isinstance(result, Failure)
            self.complaints.hear(self, result if failed else None)
            done.callback(verdict(result) if failed else result)

    def _end(self) -> None:
        assert self._stopped is not None
        self._stopped.callback(None)


def _attempt_all(operations: list[Operation[Any]], connection: Connection) -> list[Any]:
    results: list[Any] = []
    for do, group in groupby(operations, lambda operation: getattr(operation, "do", None)):
        if do is None:
            results += [_attempt(operation, connection) for operation in group]
        else:
            given = [operation.given for operation in group if isinstance(operation, Together)]
            results += [_result(one) for one in do(connection, given)]
    return results


def _attempt(operation: Operation[T], connection: Connection) -> T | Failure:
    try:
        return operation(connection)
    except Refused:
        return Failure()


def _result(given: T | Refused) -> T | Failure:
    return Failure(given) if isinstance(given, Refused) else given
