"""A store as JSON lines: what a backup holds, and what "equal" is compared by.

The first line names the format and the revision of the tables, then comes one line a row, and the
last one says how many there were. Bytes are hexadecimal. Rows are in the order of their keys, and
what belongs to one copy of the store alone is left out (its generation, its mark, the log of
migrations): so equal stores have equal lines whatever database they are in.

The lines hold what signs people in: hashes of tokens and passwords, not the secrets themselves.
Keep them as you keep the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from chatd.store.revision import revision_of
from chatd.store.schema import (
    accounts,
    bans,
    blocks,
    conversations,
    cursors,
    devices,
    enrolments,
    gaps,
    invitations,
    members,
    messages,
    outboxes,
    parts,
    reads,
    rooms,
    sent,
    tokens,
    tombstones,
)

FORMAT = 1

#: In an order in which each row's references are there before it.
TABLES: tuple[Table, ...] = (
    accounts,
    tombstones,
    devices,
    tokens,
    enrolments,
    blocks,
    conversations,
    rooms,
    members,
    bans,
    invitations,
    messages,
    parts,
    cursors,
    outboxes,
    sent,
    gaps,
    reads,
)

_ROWS_AT_ONCE = 1000


def lines(connection: Connection) -> Iterator[str]:
    """Everything, in one transaction; without line ends."""
    yield _line({"chatd": "store", "format": FORMAT, "revision": revision_of(connection)})
    count = 0
    for table in TABLES:
        ordered = select(table).order_by(*table.primary_key)
        with connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(ordered) as rows:
            for row in rows.mappings():
                yield _line({"table": table.name, **{key: _plain(row[key]) for key in row}})
                count += 1
    yield _line({"rows": count})


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
