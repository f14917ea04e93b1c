"""Messages that nobody needs any more go: every cursor that they lie in has passed them.

A room with a retention keeps its messages for a time whoever has them: those are left to the sweep.
So are pairs in which somebody is expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from chatd.store.expected import awaited
from chatd.store.ranges import uncovered
from chatd.store.rows import AMONG, find_rows, update_rows
from chatd.store.schema import conversations, cursors, messages, rooms

_AMONG: BindParameter[Any] = bindparam(AMONG, expanding=True)
_LAST = select(conversations.c.id, conversations.c.last).where(
    conversations.c.id.in_(_AMONG),
    conversations.c.id.not_in(select(rooms.c.conversation).where(rooms.c.retention > 0)),
    ~awaited,
)
_NEEDED = (
    select(cursors.c.conversation, cursors.c.acked, cursors.c.until)
    .where(cursors.c.conversation.in_(_AMONG), ~cursors.c.asleep)
    .distinct()
)
_DELETE = delete(messages).where(
    messages.c.conversation == bindparam("which"),
    messages.c.number > bindparam("after"),
    messages.c.number <= bindparam("upto"),
)


def dispose(connection: Connection, among: Collection[bytes]) -> None:
    """Delete what all have of these conversations, the rooms that keep it left out."""
    last: dict[bytes, int] = dict(find_rows(connection, _LAST, among))
    needed = defaultdict(list)
    for conversation, acked, until in find_rows(connection, _NEEDED, among):
        needed[conversation].append((acked, until or last.get(conversation, 0)))
    rows = [
        {"which": conversation, "after": after, "upto": upto}
        for conversation in last
        for after, upto in uncovered(needed[conversation], last[conversation])
    ]
    update_rows(connection, _DELETE, rows)
