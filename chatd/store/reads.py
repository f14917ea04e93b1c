"""How far people are in a conversation: what their devices have got, what they have read.

Each function is one operation: see ``accounts.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from chatd.domain.account import DeviceState
from chatd.domain.conversation import ConversationKind
from chatd.domain.message import PersonProgress
from chatd.errors import Code, Refused
from chatd.store.schema import (
    accounts,
    conversations,
    cursors,
    devices,
    members,
    messages,
    reads,
)

_FOLLOWS = select(
    exists().where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.device == devices.c.id,
        devices.c.account == bindparam("whose"),
    )
)
_ONE = (reads.c.conversation == bindparam("which"), reads.c.account == bindparam("whose"))
_KNOWN = select(reads.c.number, reads.c.shown).where(*_ONE)
_LAST = select(conversations.c.last).where(conversations.c.id == bindparam("which"))
_MOVE = update(reads).where(*_ONE).values(number=bindparam("upto"), shown=bindparam("told"))
_IN_ROOM = (
    select(accounts.c.id, accounts.c.handle)
    .join(members, members.c.account == accounts.c.id)
    .where(members.c.room == bindparam("which"))
)
_IN_PAIR = (
    select(accounts.c.id, accounts.c.handle)
    .join(
        conversations,
        (conversations.c.one == accounts.c.id) | (conversations.c.other == accounts.c.id),
    )
    .where(
        conversations.c.id == bindparam("which"),
        conversations.c.kind == ConversationKind.PAIR.value,
    )
)
_CURSORS = (
    select(devices.c.account, cursors.c.asleep, cursors.c.first, cursors.c.acked)
    .join(devices, devices.c.id == cursors.c.device)
    .where(cursors.c.conversation == bindparam("which"))
)
_waiting = (
    select(messages.c.number)
    .where(
        messages.c.conversation == cursors.c.conversation,
        messages.c.number > cursors.c.acked,
        messages.c.number <= cursors.c.until,
        messages.c.account != devices.c.account,
    )
    .order_by(messages.c.number)
    .limit(1)
    .correlate(cursors, devices)
    .scalar_subquery()
)
_LEFT = (
    select(accounts.c.id, accounts.c.handle, _waiting)
    .select_from(cursors)
    .join(devices, devices.c.id == cursors.c.device)
    .join(accounts, accounts.c.id == devices.c.account)
    .where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.until > 0,
        ~cursors.c.asleep,
        ~exists().where(
            members.c.room == cursors.c.conversation, members.c.account == accounts.c.id
        ),
    )
    .order_by(accounts.c.handle)
)
#: Some device of theirs that there was then follows no more what it was to get: it has it.
_HAS = (
    select(devices.c.id)
    .join(messages, devices.c.created <= messages.c.time)
    .where(
        devices.c.account == bindparam("whose"),
        devices.c.state == DeviceState.ACTIVE.value,
        messages.c.conversation == bindparam("which"),
        messages.c.number == bindparam("number"),
        ~exists().where(
            cursors.c.conversation == messages.c.conversation, cursors.c.device == devices.c.id
        ),
    )
    .limit(1)
)
_READ = select(reads.c.account, reads.c.shown).where(reads.c.conversation == bindparam("which"))


def mark_read(
    connection: Connection, account: bytes, conversation: bytes, number: int, quiet: bool
) -> int:
    """:raises Refused: NO_SUCH_CONVERSATION."""
    given = {"which": conversation, "whose": account}
    if not connection.execute(_FOLLOWS, given).scalar_one():
        raise Refused(Code.NO_SUCH_CONVERSATION)
    last: int = connection.execute(_LAST, given).scalar_one()
    upto = min(number, last)
    known = connection.execute(_KNOWN, given).first()
    read, shown = (0, 0) if known is None else known
    told = shown if quiet else max(shown, upto)
    if upto <= read and told <= shown:
        return 0
    read = max(read, upto)
    if known is None:
        row = {"conversation": conversation, "account": account, "number": read, "shown": told}
        connection.execute(insert(reads), row)
    else:
        connection.execute(_MOVE, {**given, "upto": read, "told": told})
    return read


def begin(connection: Connection, account: bytes, conversation: bytes, after: int) -> None:
    """What was said up to a number, before somebody came into a room, is not theirs to read."""
    given = {"which": conversation, "whose": account}
    known = connection.execute(_KNOWN, given).first()
    if known is None:
        row = {"conversation": conversation, "account": account, "number": after, "shown": after}
        connection.execute(insert(reads), row)
    else:
        moved = {"upto": max(known.number, after), "told": max(known.shown, after)}
        connection.execute(_MOVE, {**given, **moved})


def progress(connection: Connection, conversation: bytes) -> list[PersonProgress]:
    """Everybody who is in it, by handle, then those who have left and have not got everything."""
    given = {"which": conversation}
    in_room = connection.execute(_IN_ROOM, given).all()
    people = in_room or connection.execute(_IN_PAIR, given).all()
    read = dict(connection.execute(_READ, given).tuples().all())
    got: dict[bytes, list[tuple[bool, int, int]]] = defaultdict(list)
    for account, *row in connection.execute(_CURSORS, given):
        got[account].append((row[0], row[1], row[2]))
    here = [
        PersonProgress(
            account,
            handle,
            _delivered(got[account]),
            read.get(account, 0),
            _after(got[account]) if in_room else 0,  # what is said in a pair is for both
        )
        for account, handle in sorted(people, key=lambda row: row[1])
    ]
    return here + _left(connection, conversation)


def _left(connection: Connection, conversation: bytes) -> list[PersonProgress]:
    """Those who have left and have not got everything that was said before, by handle."""
    first: dict[tuple[bytes, str], int | None] = {}
    for account, handle, number in connection.execute(_LEFT, {"which": conversation}):
        known = first.get((account, handle), 0)
        first[account, handle] = None if None in (known, number) else max(known or 0, number)
    return [
        PersonProgress(account, handle, number - 1, read=0, left=True)
        for (account, handle), number in first.items()
        if number is not None and not _has(connection, account, conversation, number)
    ]


def _has(connection: Connection, account: bytes, conversation: bytes, number: int) -> bool:
    """Whether a device of somebody has a message that another one still waits for."""
    given = {"whose": account, "which": conversation, "number": number}
    return connection.execute(_HAS, given).first() is not None


def _after(cursors: Iterable[tuple[bool, int, int]]) -> int:
    """After which number somebody gets what is said."""
    return min((first - 1 for _, first, _ in cursors), default=0)


def _delivered(cursors: Iterable[tuple[bool, int, int]]) -> int:
    """Up to where one device at least has everything. A newer device began later: what came before
    that, an older one must have. Those asleep count where nobody else is there."""
    awake = [row for row in cursors if not row[0]] or list(cursors)
    reached = 0
    for place, (_, first, acked) in enumerate(sorted(awake)):
        if place and first > reached + 1:
            break
        reached = max(reached, acked)
    return reached
