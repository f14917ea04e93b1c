"""Forgetting: on SQLite, what was deleted is in none of the store's files, soon after.

``secure_delete`` overwrites what is deleted. Two copies may be left. The write-ahead log has pages
as they were: it is emptied. And where SQLite moved rows between pages while they were there, the
unused part of a page may still hold them: the file is written anew (VACUUM), which also gives the
disk's room back.

Writing anew costs as much as there is, so the more there is the rarer it is done, and beyond a
limit not at all.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import SQLAlchemyError

#: Bytes in use in a file that is still written anew.
LARGEST = 64 * 1024 * 1024

#: Bytes that are written anew a second, in the long run.
RATE = 64 * 1024


class Forgetting:
    """What the one who writes does when nobody has asked it for anything.

    :param engine: on PostgreSQL nothing is done.
    :param seconds: a monotonic clock.
    """

    def __init__(self, engine: Engine, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._seconds = seconds
        self._rested = 0.0

    def forget(self) -> bool:
        """Wipe what was deleted since the last time.

        :return: whether that is done; False where it is to be tried again: somebody reads, the disk
            is full, or it is too soon.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with suppress(SQLAlchemyError, sqlite3.Error), _impatient(self._engine) as connection:
            return self._wipe(connection)
        return False

    def _wipe(self, connection: PoolProxiedConnection) -> bool:
        """Nothing while somebody reads: the log could not be emptied."""
        if not _empty_log(connection):
            return False
        pages, free, page = (
            _number(connection, name) for name in ("page_count", "freelist_count", "page_size")
        )
        used = (pages - free) * page
        if used > LARGEST:
            return True
        if self._seconds() < self._rested:
            return False
        connection.cursor().execute("VACUUM")
        self._rested = self._seconds() + used / RATE
        return _empty_log(connection)


@contextmanager
def _impatient(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """A connection that does not wait for those who read, as others would have to wait for it."""
    with closing(engine.raw_connection()) as connection:
        patience = _number(connection, "busy_timeout")
        connection.cursor().execute("PRAGMA busy_timeout=0")
        try:
            yield connection
        finally:
            connection.cursor().execute(f"PRAGMA busy_timeout={patience}")


def _empty_log(connection: PoolProxiedConnection) -> bool:
    return not _number(connection, "wal_checkpoint(TRUNCATE)")


def _number(connection: PoolProxiedConnection, pragma: str) -> int:
    """What an SQLite setting, or something that is done like one, says first."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA {pragma}")
    number: int = cursor.fetchall()[0][0]
    return number
