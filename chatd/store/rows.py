"""Many rows at once, straight to the driver: what SQLAlchemy does with each row's values costs more
than the database's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Table, Update, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values are in the order of the table's columns."""
    if rows:
        connection.exec_driver_sql(_insert(table, connection.dialect), list(rows))


def update_rows(
    connection: Connection, statement: Update, rows: Sequence[Mapping[str, Any]]
) -> CursorResult[Any]:
    """Update once for each of these rows, one at least, of the statement's parameters.

    :param statement: one of a module's own, for what it becomes is kept.
    """
    text, names, fixed = _update(statement, connection.dialect)
    return connection.exec_driver_sql(
        text, [tuple(map({**fixed, **row}.__getitem__, names)) for row in rows]
    )


@cache
def _update(statement: Update, dialect: Dialect) -> tuple[str, list[str], dict[str, Any]]:
    """The text, what stands at each place of it, and what the statement itself gives."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), compiled.positiontup or [], dict(compiled.params)


@cache
def _insert(table: Table, dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect))
