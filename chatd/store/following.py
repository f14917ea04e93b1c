"""What a device follows. Each function is one operation: see ``accounts.py``."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, func, select

from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Followed
from chatd.store.conversations import NAME
from chatd.store.schema import conversations, cursors, devices, outboxes, reads

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
_EPOCH = select(func.coalesce(func.max(outboxes.c.epoch), 0)).where(
    outboxes.c.device == bindparam("whose")
)


def follow(
    connection: Connection, device: bytes, after: bytes, count: int
) -> tuple[list[Followed], int]:
    """Up to ``count`` conversations, by id; the highest epoch of the device's outboxes."""
    given = {"whose": device, "after": after, "count": count}
    found = [
        Followed(id, ConversationKind(kind), *row)
        for id, kind, *row in connection.execute(_PAGE, given)
    ]
    return found, connection.execute(_EPOCH, given).scalar_one()
