"""Operations and those who run them.

An operation is a function of a connection that is inside a transaction. It checks before it
changes anything: one that raises :class:`~chatd.errors.Refused` has changed nothing, so those that
share its transaction go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.errors import Refused, StoreFailed
from chatd.store.engine import cause, fault

G = TypeVar("G")
T = TypeVar("T")

#: Seconds after which a database that gave up is worth another try.
PAUSE = 5.0

Operation = Callable[[Connection], T]


class Together(Generic[G, T]):
    """An operation of which many cost little more than one, where they come one after another.

    :ivar do: does all of them, in their order: for each what it gives, or is refused with.
    :ivar given: what this one is to do.
    """

    __slots__ = ("do", "given")

    def __init__(
        self, do: Callable[[Connection, Sequence[G]], Sequence[T | Refused]], given: G
    ) -> None:
        self.do = do
        self.given = given

    def __call__(self, connection: Connection) -> T:
        (result,) = self.do(connection, [self.given])
        if isinstance(result, Refused):
            raise result
        return result


class Runner(Protocol):
    """Runs operations, each whole or not at all, and tells how they ended."""

    def start(self) -> None:
        """Begin; what was asked for before is done now."""

    def stop(self) -> Deferred[None]:
        """End, after all that was asked for is done. Harmless when repeated."""

    def run(self, operation: Operation[T]) -> Deferred[T]:
        """:raises Refused: through the Deferred: by the operation, or STORE_FAILED."""


class Reader(Runner, Protocol):
    """Runs operations that change nothing."""

    def stream(self, read: Callable[[Connection], Iterator[str]]) -> Deferred[Iterator[str]]:
        """Read at leisure, all of it from one moment.

        :return: what ``read`` gives, on a connection that is given back at the end.
        """


class Complaints:
    """What the log says of a database that gives up: once, until it works again for all who ask it,
    and no values."""

    _log = Logger()

    def __init__(self) -> None:
        self._failing: set[Runner] = set()

    def hear(self, runner: Runner, failure: Failure | None) -> None:
        """An operation has ended, for database reasons where ``failure`` is one of those."""
        error = failure.value if failure is not None else None
        if isinstance(error, SQLAlchemyError):
            if not self._failing:
                self._log.error("the store fails: {fault}", fault=fault(error))
            self._failing.add(runner)
        elif runner in self._failing:
            self._failing.remove(runner)
            if not self._failing:
                self._log.info("the store works again")


def given_up(cause: str = "") -> StoreFailed:
    """Nothing was done; it may be that the next attempt is."""
    return StoreFailed(cause, PAUSE)


def verdict(failure: Failure) -> Failure:
    """What whoever asked is told."""
    if isinstance(failure.value, SQLAlchemyError):
        return Failure(given_up(cause(failure.value)))
    return failure
