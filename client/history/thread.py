"""One thread beside the reactor's, for what waits for the disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

T = TypeVar("T")


class Thread(Protocol):
    """Does one thing after the other."""

    def run(self, work: Callable[[], T]) -> Deferred[T]:
        """Do something; its result or its error is told in the reactor's thread."""

    def stop(self) -> None:
        """Return when all is done that was asked for."""


class Beside:
    """A thread of its own, begun when there is something to do.

    :param reactor: gets the results back to its thread.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._pool = ThreadPool(1, 1, "history")

    def run(self, work: Callable[[], T]) -> Deferred[T]:
        """See :class:`Thread`."""
        if not self._pool.started:
            self._pool.start()
        done: Deferred[T] = deferToThreadPool(self._reactor, self._pool, work)
        return done

    def stop(self) -> None:
        """See :class:`Thread`."""
        if self._pool.started:
            self._pool.stop()
