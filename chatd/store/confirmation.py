"""Commits whose confirmation is lost. On PostgreSQL the connection may break while a transaction is
being committed; whether it was, only the server knows, which is asked on another connection
(``pg_xact_status``). On SQLite that is known when the commit returns.
"""

from __future__ import annotations

import time
from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

#: Seconds for which the server is asked, and between two attempts.
PATIENCE = 30.0
PAUSE = 0.5

_MARK = text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)")
_STATUS = text("SELECT pg_xact_status(CAST(:mark AS xid8))")


class Unknown(Exception):
    """Nobody can say whether something was committed."""


def mark(connection: Connection) -> str | None:
    """What a transaction, which is about to be committed, can be asked for by.

    :return: None where it has changed nothing, or where nobody needs to ask.
    """
    if connection.dialect.name != "postgresql":
        return None
    found: str | None = connection.execute(_MARK).scalar()
    return found


def was_committed(engine: Engine, mark: str) -> bool:
    """Whether the transaction with this mark was committed; waits for as long as it may still be.

    :raises Unknown: the server is not there, or cannot say.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(SQLAlchemyError), engine.connect() as connection:
            status = connection.execute(_STATUS, {"mark": mark}).scalar()
            if status in ("committed", "aborted"):
                return bool(status == "committed")
        if time.monotonic() >= deadline:
            raise Unknown
        time.sleep(PAUSE)
