"""Stores in SQLite files of a test, opened as the daemon opens them."""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd.store.engine import make_engine, parse
from chatd.store.store import Store, open_store


def url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"


async def lines(store: Store) -> list[str]:
    """Everything in a store that is started."""
    return await deferToThread(list, await store.export())


class FolderCase(TestCase):
    """A data directory.

    :ivar path: where a store goes in it.
    """

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.path = self.folder / "store.db"

    def open(self, path: Path | None = None) -> Store:
        """A store that is started, until the test ends."""
        store = open_store(url(path or self.path), self.folder, reactor)
        store.start()
        self.addCleanup(store.stop)
        return store

    async def restart(self, store: Store) -> Store:
        """Stop one and open it again."""
        await store.stop()
        return self.open()

    def execute(self, statement: str) -> None:
        """Change the file by hand."""
        engine = make_engine(parse(url(self.path)))
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()
