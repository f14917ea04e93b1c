"""What the disk can do at all: a commit, and rows that are written and deleted again, by plain
SQLite with the settings and the columns of the daemon's store."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

PLAIN = "plain SQLite"
SYNC = "fdatasync"

#: Rows in one transaction: about what is said in a busy daemon while it waits for a commit.
GROUP = 64

_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
_TABLE = """
CREATE TABLE messages (
    conversation BLOB, number INTEGER, account BLOB, sender TEXT, device BLOB, time INTEGER,
    sealed BOOLEAN, size INTEGER, body BLOB, PRIMARY KEY (conversation, number)
)
"""
_ADD = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM messages WHERE conversation = ? AND number = ?"
_ID, _BODY = bytes(16), bytes(80)


def write_and_delete(folder: Path, count: int) -> float:
    """``count`` messages, in groups; each group goes in the transaction of the next one.

    :return: seconds that it took.
    """
    with _opened(folder) as connection:
        began = time.perf_counter()
        earlier: list[tuple[bytes, int]] = []
        for start in range(0, count, GROUP):
            numbers = range(start, min(start + GROUP, count))
            with _transaction(connection):
                connection.executemany(_ADD, map(_row, numbers))
                connection.executemany(_DELETE, earlier)
            earlier = [(_ID, number) for number in numbers]
        return time.perf_counter() - began


def commits(folder: Path, count: int) -> list[float]:
    """Seconds of each of ``count`` transactions with one message."""
    took = []
    with _opened(folder) as connection:
        for number in range(count):
            began = time.perf_counter()
            with _transaction(connection):
                connection.execute(_ADD, _row(number))
            took.append(time.perf_counter() - began)
    return took


def syncs(folder: Path, count: int) -> list[float]:
    """Seconds of each of ``count`` small writes that are on the disk at their end."""
    took = []
    file = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(count):
            began = time.perf_counter()
            os.write(file, bytes(4096))
            os.fdatasync(file)
            took.append(time.perf_counter() - began)
    finally:
        os.close(file)
    return took


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as connection:
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        connection.execute(_TABLE)
        yield connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


def _row(number: int) -> tuple[bytes, int, bytes, str, bytes, int, bool, int, bytes]:
    return _ID, number, _ID, "somebody", _ID, number, False, len(_BODY), _BODY
