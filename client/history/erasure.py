"""Takes conversations out of the file, down to their bytes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import early, entries


def erase(connection: Any, places: Collection[int]) -> None:
    """Delete all entries of these conversations, and those that are not listed themselves.

    The index is put together anew without them, the file is written anew without what was free in
    it, and the log is cut to nothing. Needs as much room again as the file has.

    :raises client.history.database.Error: the disk took it only in part; doing it again goes on.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        entries.forget(connection, places)
        for place in places:
            early.forget(connection, place)
            connection.execute("DELETE FROM conversation WHERE id = ? AND NOT open", (place,))
        connection.execute("INSERT INTO entry_words (entry_words) VALUES ('optimize')")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
