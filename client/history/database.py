"""The file: SQLCipher, opened with a raw key of 32 bytes that is in the vault.

Each page is sealed (AES-256-CBC with HMAC-SHA512), in the file and in its log (``-wal``); ``-shm``
holds page numbers and no content; nothing temporary goes to the disk. A transaction that is
committed is on the disk. What is deleted is overwritten.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from .errors import DamagedHistory, HistoryError
from .schema import prepare

FILE = "history.db"
#: What SQLite puts beside its file.
BESIDE = ("", "-wal", "-shm")

#: KiB of pages in memory, for each connection.
_CACHE = 16 * 1024
#: Seconds to wait for the other connection.
_BUSY = 10.0

#: What SQLite says of bytes that are no database of this key, or no longer one.
DAMAGED = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}

Error = dbapi2.Error


def connect(home: Path, key: bytes, *, any_thread: bool = False) -> Any:
    """A connection to the history of a profile; the file is made, with mode 0600, if it is not
    there.

    :param any_thread: it is used by one thread at a time, but not by this one.
    :raises DamagedHistory: what is there is not a history sealed by this key.
    :raises NewerHistory: a later program wrote it.
    :raises HistoryError: it cannot be used.
    """
    path = home / FILE
    connection = None
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        os.chmod(path, 0o600)
        connection = dbapi2.connect(
            path, _BUSY, isolation_level=None, check_same_thread=not any_thread
        )
        _set_up(connection, key)
        prepare(connection)
    except OSError as error:
        raise HistoryError(f"{path} cannot be used: {error.strerror}") from None
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, Error):
            raise fault(error, path) from None
        raise
    return connection


def _set_up(connection: Any, key: bytes) -> None:
    for statement in (
        "cipher_log_level = NONE",
        f"key = \"x'{key.hex()}'\"",
        "temp_store = MEMORY",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        f"cache_size = -{_CACHE}",
    ):
        connection.execute(f"PRAGMA {statement}")


def fault(error: BaseException | None, path: Path) -> HistoryError:
    """What went wrong, for people. No text holds a value that was stored, or the key."""
    name = getattr(error, "sqlite_errorname", "")
    if name in DAMAGED or "malformed" in str(error) or "not a database" in str(error):
        return DamagedHistory(f"{path} is damaged, or another vault's")
    return HistoryError(f"{path} cannot be used: {error}")


def move_aside(home: Path) -> Path:
    """Give a file that cannot be read another name, with what belongs to it.

    :return: where it is now.
    :raises HistoryError: that cannot be done.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = home / f"history-damaged-{stamp}.db"
    try:
        for end in BESIDE:
            with suppress(FileNotFoundError):
                os.rename(home / f"{FILE}{end}", f"{aside}{end}")
    except OSError as error:
        raise HistoryError(f"{home / FILE} cannot be moved: {error.strerror}") from None
    return aside
