"""One at a time for each key: sign-ins of one device, guesses at one password."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from twisted.internet.defer import DeferredLock


class KeyedLock:
    """Keys that nobody holds take no room."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, DeferredLock] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for all who came before with this key, then keep the others out."""
        lock = self._locks.setdefault(key, DeferredLock())
        await lock.acquire()
        try:
            yield
        finally:
            lock.release()
            # Whoever was handed the lock may be through with it by now.
            if not lock.locked and self._locks.get(key) is lock:
                del self._locks[key]
