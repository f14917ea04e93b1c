"""People who talk over a store in an SQLite file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from chatd.store.store import Store, open_store
from tests.store.contract.talk import TalkCase
from tests.store.folder import url

T = TypeVar("T")


class FileCase(TalkCase):
    """
    :ivar folder: the data directory, ``path`` the file in it.
    """

    folder: Path
    path: Path

    def open(self) -> Store:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.path = self.folder / "store.db"
        return open_store(url(self.path), self.folder, reactor)

    def write(self, operation: Callable[[Connection], T]) -> Deferred[T]:
        """Have something done by the one who writes."""
        return self.store._writer.run(operation)

    def pages(self, count: int) -> Deferred[None]:
        """How large the database may be, in pages; while no two use it at the same time."""
        statement = f"PRAGMA max_page_count={count}"
        return self.write(lambda connection: connection.exec_driver_sql(statement).close())
