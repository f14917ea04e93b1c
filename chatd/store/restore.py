"""Filling an empty store with the lines of an export.

The lines go into tables of the revision they were written from, which are then migrated like any
other store: so an old backup can be restored by a newer chatd. It is one transaction, all of it or
none. The generation is raised: tokens may have been handed out since, and nobody is locked out. So
may numbers: conversations go on behind those.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, inspect, select, update
from sqlalchemy.exc import DataError, IntegrityError

from chatd.domain.account import HIGHEST_LEVEL
from chatd.domain.commands import Standing
from chatd.domain.conversation import ConversationKind, number_before
from chatd.domain.names import fold
from chatd.errors import ConfigError
from chatd.store.accounts import COLUMNS as ACCOUNT
from chatd.store.accounts import account_of
from chatd.store.devices import COLUMNS as DEVICE
from chatd.store.devices import device_of
from chatd.store.engine import make_engine, opening, parse, writing
from chatd.store.export import FORMAT
from chatd.store.revision import Migrations, revision_of
from chatd.store.schema import accounts, conversations, devices, members, meta, tombstones

_ROWS_AT_ONCE = 1000

#: What is each store's own.
_OWN = frozenset({"alembic_version", "meta"})

#: What fails for a value that the program does not know.
_KNOWN: dict[Column[int], Callable[[int], object]] = {
    conversations.c.kind: ConversationKind,
    members.c.standing: Standing,
}

_Row = dict[str, Any]


def restore_store(url: str, lines: Iterable[str]) -> None:
    """Fill a store; the caller holds the lock of the data directory that belongs to it.

    :param url: as for :func:`chatd.store.store.open_store`. The database may have tables, but no
        accounts.
    :param lines: with or without line ends.
    :raises ConfigError: the store is not empty or cannot be used, the lines are damaged or
        incomplete, or a newer chatd wrote them. Then nothing was changed.
    """
    engine = make_engine(parse(url))
    with opening(engine), writing(engine).begin() as connection:
        _fill(connection, Migrations(), lines)
    engine.dispose()


def _fill(connection: Connection, migrations: Migrations, lines: Iterable[str]) -> None:
    rows = _parse(lines)
    revision = _read_header(next(rows, {}), migrations)
    _clear(connection, migrations)
    migrations.upgrade(connection, revision)
    _load(connection, rows)
    migrations.upgrade(connection)
    _check(connection)
    newest = select(func.coalesce(func.max(devices.c.generation), 0)).scalar_subquery()
    behind = number_before(int(time.time() * 1000))
    connection.execute(update(meta).values(generation=newest + 1, numbers=behind))


def _parse(lines: Iterable[str]) -> Iterator[_Row]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ConfigError(f"the export is damaged: line {number} is no JSON object")
        yield row


def _read_header(header: _Row, migrations: Migrations) -> str:
    revision = header.get("revision")
    if header.get("chatd") != "store" or not isinstance(revision, str):
        raise ConfigError("this is no export of a chatd store")
    if header.get("format") != FORMAT or not migrations.knows(revision):
        raise ConfigError(
            f"this export was written by a newer chatd (its revision {revision} is not known here, "
            f"{migrations.newest} is); install that version to restore it"
        )
    return revision


def _clear(connection: Connection, migrations: Migrations) -> None:
    """Drop the tables of a store that nobody has used yet."""
    revision = revision_of(connection)
    if revision is None:
        return
    used = select(accounts.c.folded).union(select(tombstones.c.folded)).limit(1)
    if not migrations.knows(revision) or connection.execute(used).first() is not None:
        raise ConfigError("the store is not empty; only an empty one can be restored into")
    migrations.downgrade(connection)


def _load(connection: Connection, rows: Iterator[_Row]) -> None:
    """All rows, and the line that says how many there were."""
    names = set(inspect(connection).get_table_names()) - _OWN
    count = 0
    groups = groupby(rows, key=lambda row: row.pop("table", None))
    for name, group in groups:
        if name is None:
            if [*group] == [{"rows": count}] and next(groups, None) is None:
                return
            break
        if name not in names:
            raise ConfigError(f"the export is damaged: there is no table {name!r}")
        table = Table(name, MetaData(), autoload_with=connection)
        while batch := [_typed(table, row) for row in islice(group, _ROWS_AT_ONCE)]:
            _insert(connection, table, batch)
            count += len(batch)
    raise ConfigError("the export is damaged: its end is missing, or lines in between")


def _check(connection: Connection) -> None:
    """What the program relies on and no column says: a store without that would not start."""
    try:
        for folded, *row in connection.execute(select(accounts.c.folded, *ACCOUNT)):
            account = account_of(row)
            if folded != fold(account.handle) or not 0 <= account.level <= HIGHEST_LEVEL:
                raise ValueError
        for device in connection.execute(select(*DEVICE)):
            device_of(device)
        for column, known in _KNOWN.items():
            for found in connection.execute(select(column).distinct()).scalars():
                known(found)
    except ValueError:
        raise ConfigError(
            "the export is damaged: there is no such account, device or conversation"
        ) from None


def _insert(connection: Connection, table: Table, rows: list[_Row]) -> None:
    try:
        connection.execute(insert(table), rows)
    except (IntegrityError, DataError, OverflowError):
        raise ConfigError(
            f"the export is damaged: rows of the table {table.name} do not go together"
        ) from None


def _typed(table: Table, row: _Row) -> _Row:
    try:
        if row.keys() == set(table.columns.keys()):
            return {column.name: _value(column, row[column.name]) for column in table.columns}
    except ValueError:
        pass
    raise ConfigError(f"the export is damaged: a row does not fit the table {table.name}")


def _value(column: Column[Any], given: object) -> object:
    """:raises ValueError: it is of another type."""
    kind = column.type.python_type
    value = bytes.fromhex(given) if kind is bytes and isinstance(given, str) else given
    if type(value) is not kind:
        raise ValueError
    return value
