"""A real store in memory whose operations are done at once, in the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy import Connection, Engine, make_url
from twisted.internet.defer import Deferred, execute, succeed

from chatd.store.engine import make_engine, writing
from chatd.store.revision import Migrations, migrate
from chatd.store.runner import Operation, verdict
from chatd.store.store import Store

T = TypeVar("T")


class Inline:
    """Runs operations where it is asked to: every Deferred has fired when it is given out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = writing(engine)

    def start(self) -> None:
        """Nothing is needed."""

    def stop(self) -> Deferred[None]:
        """Nothing is left to be done."""
        return succeed(None)

    def run(self, operation: Operation[T]) -> Deferred[T]:
        """:raises Refused: through the Deferred."""
        return execute(self._run, operation).addErrback(verdict)

    def stream(self, read: Callable[[Connection], Iterator[str]]) -> Deferred[Iterator[str]]:
        """All of it now: there is one connection only."""
        return self.run(lambda connection: iter(list(read(connection))))

    def _run(self, operation: Operation[T]) -> T:
        with self._engine.begin() as connection:
            return operation(connection)


def memory_engine() -> Engine:
    """A database in memory, with tables; one connection, which everybody shares."""
    engine = make_engine(make_url("sqlite://"))
    migrate(engine, Migrations())
    return engine


def store_on(engine: Engine) -> Store:
    """A store whose Deferreds have fired when they are given out."""
    runner = Inline(engine)
    return Store(engine, runner, runner)


def memory_store() -> Store:
    """Empty; :meth:`Store.stop` ends it, though nobody has to."""
    return store_on(memory_engine())
