"""Acknowledgements: how far devices say they are, many at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, delete, select, update

from chatd.store.disposal import dispose
from chatd.store.schema import conversations, cursors, messages

_AMONG: BindParameter[Any] = bindparam("among", expanding=True)
_number: BindParameter[int] = bindparam("upto")
_LAST = (
    select(conversations.c.last)
    .where(conversations.c.id == cursors.c.conversation)
    .scalar_subquery()
)
_ONE = (
    cursors.c.conversation == bindparam("which"),
    cursors.c.device == bindparam("whose"),
)
_RAISE = (
    update(cursors)
    .where(*_ONE, cursors.c.acked < _number, _number <= _LAST)
    .values(
        acked=case(
            ((cursors.c.until > 0) & (cursors.c.until < _number), cursors.c.until), else_=_number
        )
    )
)
_OWN_NEXT = (
    select(cursors.c.conversation, cursors.c.device, cursors.c.first, cursors.c.acked)
    .join(
        messages,
        (messages.c.conversation == cursors.c.conversation)
        & (messages.c.number == cursors.c.acked + 1)
        & (messages.c.device == cursors.c.device),
    )
    .where(
        cursors.c.conversation.in_(_AMONG),
        (cursors.c.until == 0) | (cursors.c.acked < cursors.c.until),
    )
)
_FOLLOWING = (
    select(messages.c.number, messages.c.device)
    .where(messages.c.conversation == bindparam("which"), messages.c.number > bindparam("after"))
    .order_by(messages.c.number)
)
_PASS = (
    update(cursors).where(*_ONE, cursors.c.first == bindparam("from_number")).values(acked=_number)
)
_END = delete(cursors).where(
    cursors.c.conversation.in_(_AMONG), cursors.c.until > 0, cursors.c.acked >= cursors.c.until
)


def acknowledge(connection: Connection, acknowledged: list[tuple[bytes, bytes, int]]) -> None:
    """Devices have stored what they got: device, conversation, up to which number. What makes no
    sense is passed over."""
    rows = [
        {"whose": device, "which": conversation, "upto": number}
        for device, conversation, number in acknowledged
    ]
    if not rows or not connection.execute(_RAISE, rows).rowcount:
        return
    among = {conversation for _, conversation, _ in acknowledged}
    given = {"among": list(among)}
    for row in connection.execute(_OWN_NEXT, given).all():
        _pass_own(connection, *row)
    connection.execute(_END, given)
    dispose(connection, among)


def _pass_own(
    connection: Connection, conversation: bytes, device: bytes, first: int, acked: int
) -> None:
    """A device is not sent what it has said itself: its cursor moves on over that."""
    upto = acked
    with connection.execute(_FOLLOWING, {"which": conversation, "after": acked}) as following:
        for number, sender in following:
            if number != upto + 1 or sender != device:
                break
            upto = number
    place = {"which": conversation, "whose": device, "from_number": first}
    connection.execute(_PASS, {**place, "upto": upto})
