"""Blocking work of services, on a few threads that nobody has to wait for.

Promises: a bounded number runs at a time and a bounded number waits. Work that never ends keeps its
place, so that what hangs cannot pile up, and its thread is a daemon thread: the process ends
without it. (A pool joins its threads when it is stopped; here that could take for ever.)
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, DeferredSemaphore, fail
from twisted.python.failure import Failure

from chatd.errors import Code, Refused

T = TypeVar("T")

#: How many run at a time, and how many more may wait.
RUNNING = 4
MAX_WAITING = 16


class Threads:
    """A thread for each piece of work.

    :param reactor: gets the results back to its thread.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._places = DeferredSemaphore(RUNNING)

    def run(self, work: Callable[[], T]) -> Deferred[T]:
        """Do something that may block.

        :return: its result. Cancelled while it waits, it is not done; once it runs it runs on, and
            its result is dropped.
        :raises Refused: through the Deferred: too many are waiting (BUSY).
        """
        if len(self._places.waiting) >= MAX_WAITING:
            return fail(Refused(Code.BUSY, wait=1.0))
        return self._places.acquire().addCallback(lambda _: self._begin(work))

    def _begin(self, work: Callable[[], T]) -> Deferred[T]:
        done: Deferred[T] = Deferred()
        try:
            Thread(target=self._do, args=(work, done), daemon=True).start()
        except RuntimeError:  # the system has no thread left
            self._places.release()
            raise
        return done

    def _do(self, work: Callable[[], T], done: Deferred[T]) -> None:
        result: T | Failure
        try:
            result = work()
        except BaseException:
            result = Failure()
        self._reactor.callFromThread(self._end, done, result)

    def _end(self, done: Deferred[T], result: T | Failure) -> None:
        self._places.release()
        done.callback(result)
