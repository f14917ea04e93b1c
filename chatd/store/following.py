"""What a device follows. Each function is one operation: see ``accounts.py``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, select

from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Followed
from chatd.store.conversations import NAME
from chatd.store.numbers import NEVER
from chatd.store.rows import AMONG, find_rows
from chatd.store.schema import conversations, cursors, devices, gaps, outboxes, reads

#: Leaps that are told of a conversation at most, the last ones.
MOST_LEAPS = 16

_OWN = (
    select(
        cursors.c.conversation.label("conversation"),
        func.min(cursors.c.acked).label("acked"),
        func.min(cursors.c.until).label("still"),
        func.max(cursors.c.until).label("until"),
    )
    .where(cursors.c.device == bindparam("whose"), cursors.c.conversation > bindparam("after"))
    .group_by(cursors.c.conversation)
    .order_by(cursors.c.conversation)
    .limit(bindparam("count"))
    .subquery()
)
_me = devices.c.account
_PAGE = (
    select(
        conversations.c.id,
        conversations.c.kind,
        NAME,
        conversations.c.sealed,
        _OWN.c.acked,
        case((_OWN.c.still > 0, _OWN.c.until), else_=conversations.c.last),
        func.coalesce(reads.c.number, 0),
        _OWN.c.still > 0,
    )
    .select_from(_OWN)
    .join(conversations, conversations.c.id == _OWN.c.conversation)
    .join(devices, devices.c.id == bindparam("whose"))
    .outerjoin(reads, (reads.c.conversation == conversations.c.id) & (reads.c.account == _me))
    .order_by(conversations.c.id)
)
_AMONG: BindParameter[Any] = bindparam(AMONG, expanding=True)
_LEAPS = (
    select(gaps.c.conversation, gaps.c.first, gaps.c.last)
    .where(gaps.c.conversation.in_(_AMONG), gaps.c.reason == NEVER)
    .order_by(gaps.c.conversation, gaps.c.first)
)
_EPOCH = select(func.coalesce(func.max(outboxes.c.epoch), 0)).where(
    outboxes.c.device == bindparam("whose")
)


def follow(
    connection: Connection, device: bytes, after: bytes, count: int
) -> tuple[list[Followed], int]:
    """Up to ``count`` conversations, by id; the highest epoch of the device's outboxes."""
    given = {"whose": device, "after": after, "count": count}
    rows = connection.execute(_PAGE, given).all()
    leaps = _leaps(connection, [row.id for row in rows])
    found = [
        replace(Followed(id, ConversationKind(kind), *row), leaps=tuple(leaps[id][-MOST_LEAPS:]))
        for id, kind, *row in rows
    ]
    return found, connection.execute(_EPOCH, given).scalar_one()


def _leaps(
    connection: Connection, among: Collection[bytes]
) -> defaultdict[bytes, list[tuple[int, int]]]:
    """The leaps of some conversations, in order."""
    leaps = defaultdict[bytes, list[tuple[int, int]]](list)
    for conversation, first, last in find_rows(connection, _LEAPS, among):
        leaps[conversation].append((first, last))
    return leaps
