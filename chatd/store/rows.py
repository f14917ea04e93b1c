"""Many rows at once, straight to the driver: what SQLAlchemy does with each statement and with each
row's values costs more than the database's work.

Statements are those of modules, made once: what they become is kept. Values are given and come as
the driver takes and gives them: bytes, whole numbers, texts, truth as 0 and 1 or as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Select, Table, Update, insert
from sqlalchemy.exc import DBAPIError

#: The parameter of a statement that stands for many values.
AMONG = "among"


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values are in the order of the table's columns."""
    if rows:
        with _cursor(connection) as cursor:
            cursor.executemany(_insert(table, connection.dialect), rows)


def update_rows(
    connection: Connection, statement: Update | Delete, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Update or delete once for each of these rows of the statement's parameters.

    :return: how many rows of the table that concerned.
    """
    if not rows:
        return 0
    text, names, fixed = _update(statement, connection.dialect)
    with _cursor(connection) as cursor:
        cursor.executemany(text, [tuple(map({**fixed, **row}.__getitem__, names)) for row in rows])
        return int(cursor.rowcount)


def find_rows(connection: Connection, statement: Select[Any], among: Collection[Any]) -> list[Any]:
    """What a statement finds whose parameter :data:`AMONG` is one of these values, or tuples of
    values.

    :return: tuples.
    """
    if not among:
        return []
    text, values = _among(connection.dialect, statement, among)
    with _cursor(connection) as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's, whose errors are SQLAlchemy's all the same.

    :raises DBAPIError: what it raises, without the statement's values.
    """
    driver, dialect = connection.connection, connection.dialect
    errors = dialect.loaded_dbapi.Error
    cursor = driver.cursor()
    try:
        yield cursor
    except errors as error:
        # Psycopg says so where it was in the middle of many rows.
        broken = getattr(driver.dbapi_connection, "broken", False)
        gone = broken or dialect.is_disconnect(error, driver.dbapi_connection, cursor)
        if gone:
            connection.invalidate(error)
        raise DBAPIError(
            None, None, error, hide_parameters=True, connection_invalidated=gone
        ) from None
    finally:
        cursor.close()


def _among(
    dialect: Dialect, statement: Select[Any], among: Collection[Any]
) -> tuple[str, list[Any]]:
    """The text and what stands at each place of it. So that there are few texts, there are as many
    places as the next power of two, and the last value stands in those that are left over."""
    values = list(among)
    places = 1 << (len(values) - 1).bit_length()
    values += repeat(values[-1], places - len(values))
    text, before, after = _lookup(statement, dialect, places, isinstance(values[0], tuple))
    if isinstance(values[0], tuple):
        values = list(chain.from_iterable(values))
    return text, [*before, *values, *after]


@cache
def _lookup(
    statement: Select[Any], dialect: Dialect, places: int, pairs: bool
) -> tuple[str, list[Any], list[Any]]:
    """The text, and what the statement itself gives before and after the many values."""
    mark = object()
    compiled = statement.compile(dialect=dialect)
    state = compiled.construct_expanded_state({AMONG: [(mark, mark) if pairs else mark] * places})
    given = [state.parameters[name] for name in state.positiontup or ()]
    start, end = given.index(mark), len(given) - given[::-1].index(mark)
    return state.statement, given[:start], given[end:]


@cache
def _update(statement: Update | Delete, dialect: Dialect) -> tuple[str, list[str], dict[str, Any]]:
    """The text, what stands at each place of it, and what the statement itself gives."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), compiled.positiontup or [], dict(compiled.params)


@cache
def _insert(table: Table, dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect))
