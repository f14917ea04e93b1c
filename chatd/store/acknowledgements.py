"""Acknowledgements: how far devices say they are, many at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, delete, exists, select, update

from chatd.store.disposal import dispose
from chatd.store.rows import AMONG, find_rows, update_rows
from chatd.store.schema import conversations, cursors, messages

_AMONG: BindParameter[Any] = bindparam(AMONG, expanding=True)
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
    .where(*_ONE, cursors.c.acked < _number, cursors.c.acked < _LAST)
    .values(
        acked=case(
            ((cursors.c.until > 0) & (cursors.c.until < _number), cursors.c.until),
            (_number > _LAST, _LAST),
            else_=_number,
        )
    )
)
_run, _next = messages.alias(), messages.alias()
_end_of_run = (
    select(_run.c.number)
    .where(
        _run.c.conversation == cursors.c.conversation,
        _run.c.number > cursors.c.acked,
        ~exists()
        .where(
            _next.c.conversation == _run.c.conversation,
            _next.c.number == _run.c.number + 1,
            _next.c.device == cursors.c.device,
        )
        .correlate(_run, cursors),
    )
    .order_by(_run.c.number)
    .limit(1)
    .correlate(cursors)
    .scalar_subquery()
)
#: The parameters of ``_PASS``, in the order of what ``_OWN_NEXT`` finds.
_PLACE = ("which", "whose", "start", "upto")
_OWN_NEXT = (
    select(
        cursors.c.conversation.label("which"),
        cursors.c.device.label("whose"),
        cursors.c.first.label("start"),
        _end_of_run.label("upto"),
    )
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
_PASS = update(cursors).where(*_ONE, cursors.c.first == bindparam("start")).values(acked=_number)
_END = delete(cursors).where(
    cursors.c.conversation.in_(_AMONG), cursors.c.until > 0, cursors.c.acked >= cursors.c.until
)


def acknowledge(connection: Connection, acknowledged: list[tuple[bytes, bytes, int]]) -> None:
    """Devices have stored what they got: device, conversation, up to which number. One that is
    beyond the last, known from a later state of the store, is the last. What makes no sense is
    passed over."""
    rows = [
        {"whose": device, "which": conversation, "upto": number}
        for device, conversation, number in acknowledged
    ]
    if not update_rows(connection, _RAISE, rows):
        return
    among = {conversation for _, conversation, _ in acknowledged}
    # A device is not sent what it has said itself: its cursor moves on over that.
    own = [dict(zip(_PLACE, row, strict=True)) for row in find_rows(connection, _OWN_NEXT, among)]
    update_rows(connection, _PASS, own)
    connection.execute(_END, {AMONG: list(among)})
    dispose(connection, among)
