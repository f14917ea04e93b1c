"""A store whose answers come when a test lets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from chatd.errors import Code, Refused
from chatd.store.store import Store


class SlowStore:
    """Each operation is done at once, as on the writer's thread; its answer waits.

    :param store: does the work.
    :ivar waiting: what each asker waits for, the first to ask first.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waiting: list[Callable[[], None]] = []

    def __getattr__(self, name: str) -> Callable[..., Deferred[Any]]:
        operation = getattr(self._store, name)

        def ask(*args: object) -> Deferred[Any]:
            answer: Deferred[Any] = Deferred()
            found = operation(*args)
            self.waiting.append(lambda: found.chainDeferred(answer))
            return answer

        return ask

    def release(self) -> None:
        """The answers come, and those to what is asked then."""
        while self.waiting:
            self.waiting.pop(0)()


class BrokenStore:
    """A disk that is full, or a fault of ours."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error or Refused(Code.STORE_FAILED)

    def __getattr__(self, name: str) -> Callable[..., Deferred[Any]]:
        def ask(*args: object) -> Deferred[Any]:
            answer: Deferred[Any] = Deferred()
            answer.errback(Failure(self._error))
            return answer

        return ask
