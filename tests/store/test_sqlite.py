"""The contract over SQLite: in a file, with threads as in the daemon, and in memory at once."""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor

from chatd.store.store import Store, open_store
from tests.store import contract
from tests.support.store import memory_store


class InFile(contract.Contract):
    def open(self) -> Store:
        folder = Path(self.mktemp())
        folder.mkdir()
        return open_store(f"sqlite:///{folder / 'store.db'}", folder, reactor)


class InMemory(contract.Contract):
    def open(self) -> Store:
        return memory_store()
