"""The contract over SQLite: in a file, with threads as in the daemon, and in memory at once."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase

from chatd.store.schema import metadata
from chatd.store.store import Store, open_store
from tests.store import contract
from tests.support.store import memory_engine, memory_store


class InFile(contract.Contract):
    def open(self) -> Store:
        folder = Path(self.mktemp())
        folder.mkdir()
        return open_store(f"sqlite:///{folder / 'store.db'}", folder, reactor)


class InMemory(contract.Contract):
    def open(self) -> Store:
        return memory_store()


class Tables(SynchronousTestCase):
    def test_are_those_of_the_program(self) -> None:
        """What the migrations leave is what the statements are written for."""
        with memory_engine().connect() as connection:
            self.assertEqual(compare_metadata(MigrationContext.configure(connection), metadata), [])
