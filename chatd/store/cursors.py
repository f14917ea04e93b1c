"""Cursors: which numbers of a conversation a device is to get, and up to where it has them.

Each function is a part of an operation: see ``accounts.py``. Only devices that can sign in have
cursors; but somebody's last device keeps its own when it is put out, so that what is said to them
waits for their next one, which takes its place. A device of which nothing has been heard for long,
while its person came by another one, is *asleep*: its cursors stay, so that it is told what it
missed, but nothing is kept for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from chatd.domain.account import DeviceState
from chatd.domain.conversation import ConversationKind, number_before
from chatd.store.schema import (
    accounts,
    conversations,
    cursors,
    devices,
    members,
    messages,
    outboxes,
    parts,
    rooms,
)

_OWN = devices.c.account == bindparam("whose")
_ALL = select(devices.c.id).where(_OWN)
_DEVICES = _ALL.where(devices.c.state == DeviceState.ACTIVE.value)
_LATEST = _ALL.order_by(devices.c.seen.desc(), devices.c.id.desc()).limit(1)
_OTHER = _LATEST.where(
    devices.c.state == DeviceState.ACTIVE.value, devices.c.id != bindparam("which")
)
_PUT_OUT = cursors.c.device.in_(_ALL.where(devices.c.state != DeviceState.ACTIVE.value))
_LEFT_BEHIND = select(
    cursors.c.conversation, cursors.c.first, cursors.c.acked, cursors.c.until
).where(_PUT_OUT)
_TAKEN_OVER = delete(cursors).where(_PUT_OUT)
_ROWS = select(cursors.c.device, cursors.c.acked, cursors.c.until).where(
    cursors.c.conversation == bindparam("which"),
    cursors.c.device.in_(_ALL),
)
_OPEN = (
    cursors.c.conversation == bindparam("which"),
    cursors.c.device.in_(_ALL),
    cursors.c.until == 0,
)
_END_AT_ONCE = delete(cursors).where(*_OPEN, cursors.c.acked >= bindparam("end"))
_END = update(cursors).where(*_OPEN).values(until=bindparam("end"))
_OLDEST = (
    select(func.min(messages.c.number))
    .where(messages.c.conversation == conversations.c.id)
    .scalar_subquery()
)
_START = (
    select(conversations.c.last, rooms.c.retention, _OLDEST)
    .outerjoin_from(conversations, rooms)
    .where(conversations.c.id == bindparam("which"))
)
_ROOMS = select(members.c.room).where(members.c.account == bindparam("whose"))
_one, _other = accounts.alias(), accounts.alias()
_PAIRS = (
    select(conversations.c.id, conversations.c.one, conversations.c.other, conversations.c.last)
    .join(_one, _one.c.id == conversations.c.one)
    .join(_other, _other.c.id == conversations.c.other)
    .where(or_(_one.c.id == bindparam("whose"), _other.c.id == bindparam("whose")))
)
_ADD = insert(conversations).values(
    sealed=False, name="", one=b"", one_handle="", other=b"", other_handle=""
)
_WAKE = (
    update(cursors)
    .where(cursors.c.device == bindparam("which"), cursors.c.asleep)
    .values(asleep=False)
)
_FOLLOWED = select(cursors.c.conversation).where(cursors.c.device == bindparam("which")).distinct()
_OF_DEVICE_ALONE = (
    delete(parts).where(parts.c.conversation.in_(_FOLLOWED), parts.c.device == bindparam("which")),
    delete(outboxes).where(outboxes.c.device == bindparam("which")),
    delete(conversations).where(conversations.c.id == bindparam("which")),
)
_FORGET = delete(cursors).where(cursors.c.device == bindparam("which"))


def start(connection: Connection, conversation: bytes, expected: bool = False) -> int:
    """The number after which a newcomer gets messages: the last, unless the room keeps older ones,
    or older ones have waited for somebody who was expected.

    :param conversation: one that there is.
    """
    last, retention, oldest = connection.execute(_START, {"which": conversation}).one()
    return int(oldest - 1 if (retention or expected) and oldest is not None else last)


def begin(connection: Connection, conversation: bytes, account: bytes, after: int) -> None:
    """All of an account's devices follow a conversation from after a number; where all were put
    out, one of them, for the next. Harmless for those that do; one that has left and come back gets
    no number twice."""
    given = {"whose": account}
    whose = connection.execute(_DEVICES, given).scalars().all()
    whose = whose or connection.execute(_LATEST, given).scalars().all()
    known = connection.execute(_ROWS, {"which": conversation, "whose": account}).all()
    rows = []
    for device in whose:
        own = [row for row in known if row.device == device]
        if all(row.until for row in own):
            rows.append(_row(conversation, device, max([after, *(row.until for row in own)])))
    if rows:
        connection.execute(insert(cursors), rows)


def end(connection: Connection, conversation: bytes, account: bytes, until: int) -> None:
    """All of an account's devices get what was said up to a number, and nothing later."""
    given = {"which": conversation, "whose": account, "end": until}
    connection.execute(_END_AT_ONCE, given)
    connection.execute(_END, given)


def begin_device(connection: Connection, account: bytes, device: bytes, now: int) -> None:
    """A new device follows all that its account is in, and its own mailbox. It gets what has waited
    since the account's last one was put out, or for its first."""
    mailbox = {"id": device, "kind": ConversationKind.MAILBOX.value, "last": number_before(now)}
    connection.execute(_ADD, mailbox)
    given = {"whose": account}
    followed = [*connection.execute(_ROOMS, given).scalars()]
    followed += connection.execute(_PAIRS, given).scalars()
    expected = len(connection.execute(_ALL, given).all()) == 1
    after = {one: start(connection, one, expected) for one in (device, *followed)}
    ended = []
    for conversation, first, acked, until in connection.execute(_LEFT_BEHIND, given).all():
        if until:
            row = _row(conversation, device, first - 1)
            ended.append({**row, "acked": acked, "until": until})
        elif conversation in after:
            after[conversation] = min(after[conversation], acked)
    connection.execute(_TAKEN_OVER, given)
    rows = [_row(one, device, number) for one, number in after.items()]
    # What the room keeps is told from its beginning, whenever the account was in it.
    rows += [row for row in ended if row["first"] <= after.get(row["conversation"], row["first"])]
    connection.execute(insert(cursors), rows)


def wake(connection: Connection, device: bytes) -> None:
    """A device has come: from now on what it has not got waits for it."""
    connection.execute(_WAKE, {"which": device})


def end_device(connection: Connection, account: bytes, device: bytes) -> list[bytes]:
    """A device never comes again: nothing of what was meant for it alone is left. Where its account
    has no other, the rest waits for the next one.

    :return: the conversations that it followed and follows no more.
    """
    _end_alone(connection, device)
    other = connection.execute(_OTHER, {"whose": account, "which": device}).scalar()
    if other is None:
        return []
    wake(connection, other)
    return _forget(connection, device)


def _end_alone(connection: Connection, device: bytes) -> None:
    for statement in _OF_DEVICE_ALONE:
        connection.execute(statement, {"which": device})


def _forget(connection: Connection, device: bytes) -> list[bytes]:
    given = {"which": device}
    followed = list(connection.execute(_FOLLOWED, given).scalars())
    connection.execute(_FORGET, given)
    return followed


def end_account(connection: Connection, account: bytes) -> set[bytes]:
    """An account is about to go, with its devices: those with whom it talked get what it has said.

    :return: the conversations that its devices followed.
    """
    followed: set[bytes] = set()
    for pair in connection.execute(_PAIRS, {"whose": account}):
        followed.add(pair.id)
        for one in (pair.one, pair.other):
            end(connection, pair.id, one, pair.last)
    for device in connection.execute(_ALL, {"whose": account}).scalars().all():
        _end_alone(connection, device)
        followed.update(_forget(connection, device))
    return followed


def _row(conversation: bytes, device: bytes, after: int) -> dict[str, Any]:
    place = {"conversation": conversation, "device": device, "first": after + 1}
    return {**place, "acked": after, "until": 0, "asleep": False}
