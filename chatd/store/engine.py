"""The way to the database: SQLite in a file of ours, or PostgreSQL through psycopg 3.

Promises: an SQLite file is readable by its owner alone, and so are the two that SQLite keeps beside
it; a transaction that is committed is on the disk; what was deleted is overwritten
(``secure_delete``), and nothing is put aside in other files. Neither a log nor an error shows the
values of a statement or the password of a URL.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from chatd.errors import ConfigError

#: Milliseconds that SQLite waits while another program, such as a backup, holds the file.
_BUSY_TIMEOUT = 5000

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    f"busy_timeout={_BUSY_TIMEOUT}",
)

#: libpq's: a server that does not answer is given up after seconds, not hours.
_POSTGRESQL = {"connect_timeout": 10, "tcp_user_timeout": 15000}

#: The option of a connection whose transactions write.
_WRITES = "chatd_writes"


def parse(url: str) -> URL:
    """A URL of ours, with the driver that is used.

    :raises ConfigError: it is none; its password is not repeated.
    """
    with suppress(ArgumentError, ValueError):
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        # In memory, each thread would have a store of its own.
        in_file = parsed.database not in (None, "", ":memory:") and not parsed.query
        if parsed.drivername == "sqlite" and in_file:
            return parsed
    raise ConfigError("store: must be sqlite:///FILE or postgresql://USER@HOST/DATABASE")


def make_engine(url: URL) -> Engine:
    """Connections to a database; nothing is opened yet.

    :raises ConfigError: the driver for PostgreSQL is missing, or the file cannot be made.
    """
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    if url.database:
        _own_file(Path(url.database))
        engine = create_engine(url, hide_parameters=True)
    else:  # in memory, for tests
        engine = create_engine(url, hide_parameters=True, poolclass=StaticPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> Engine:
    """The same connections, for transactions that write: on SQLite they take the file's lock at
    once, for a transaction that began as a reader might have to give up."""
    return engine.execution_options(**{_WRITES: True})


def reading(engine: Engine) -> Engine:
    """The same connections, for transactions that see one moment and change nothing."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            paramstyle="format",
            connect_args=dict(_POSTGRESQL),
        )
    except ImportError:
        raise ConfigError(
            "store: PostgreSQL needs psycopg, which is not installed: pip install 'chatd[postgres]'"
        ) from None


def _own_file(path: Path) -> None:
    """SQLite gives the files beside it the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise ConfigError(f"{path}: the store cannot be used: {error.strerror}") from None


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin and end transactions by itself
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# ---------------------------------------------------------------- what went wrong

_DAMAGED = "is damaged; restore it from a backup"
#: By the first letters of the databases' names for them.
_FAULTS = {
    "SQLITE_NOTADB": "is not a database, or damaged; restore it from a backup",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_FULL": "has no room left on its disk; make some, then try again",
    "SQLITE_IOERR": "cannot use its disk; see whether that is full, or breaks",
    "SQLITE_BUSY": "is held by another program; end that, then try again",
    "SQLITE_READONLY": "cannot be written; give it, and its folder, to the user that runs chatd",
    "SQLITE_CANTOPEN": "cannot be opened; give it, and its folder, to the user that runs chatd",
    "53100": "has no room left on the database's disk; make some, then try again",
}
_AWAY = "does not answer; see that the database runs, then try again"


def fault(error: SQLAlchemyError) -> str:
    """A database's error by name, for the log: no text of a driver, which may quote values."""
    return f"{type(_original(error)).__name__} {_name(error)}".rstrip()


def cause(error: SQLAlchemyError) -> str:
    """The same for the admin of a daemon that runs, with what there is to do."""
    away = isinstance(error, DBAPIError) and (error.connection_invalidated or not _name(error))
    told = _told(error) or (_AWAY if away else "fails")
    return f"the store {told} ({fault(error)})"


def _original(error: SQLAlchemyError) -> BaseException | None:
    """The driver's own error, where it is one."""
    return error.orig if isinstance(error, DBAPIError) else error


def _name(error: SQLAlchemyError) -> str:
    """What the database calls it; "" for nothing."""
    original = _original(error)
    named = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return named or ""


def _told(error: SQLAlchemyError) -> str:
    """What is wrong with the store, where there is a word for it."""
    name = _name(error)
    return next((told for start, told in _FAULTS.items() if name.startswith(start)), "")


def place(url: URL) -> str:
    """A database's name for people: the file, or the URL without anything secret."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    named = URL.create(
        "postgresql", url.username, host=url.host, port=url.port, database=url.database
    )
    return named.render_as_string()


@contextmanager
def opening(engine: Engine) -> Iterator[None]:
    """The first use of a database; where it fails, it is closed again.

    :raises ConfigError: what the block raises, or why the database cannot be used.
    """
    try:
        yield
    except BaseException as error:
        engine.dispose()
        if isinstance(error, SQLAlchemyError):
            raise _unusable(engine.url, error) from None
        raise


def _unusable(url: URL, error: SQLAlchemyError) -> ConfigError:
    """For the person who starts it, without the URL's password."""
    if told := _told(error):
        return ConfigError(f"{place(url)}: the store {told}")
    text = str(_original(error)).strip().partition("\n")[0]
    return ConfigError(f"{place(url)}: the store cannot be used: {text}")


def check(engine: Engine) -> None:
    """Look for damage; an SQLite file is read once from end to end.

    :raises ConfigError: there is some.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise ConfigError(f"{place(engine.url)}: the store {_DAMAGED}")
