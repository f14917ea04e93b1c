"""Accounts and their handles: making, changing, removing, listing.

Each function is one operation: it checks before it changes anything, so that one that refuses has
changed nothing. The rules are those of :class:`chatd.interfaces.IStore`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select, union_all, update

from chatd.domain.account import Account, Role, is_lowered
from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Delivered
from chatd.domain.names import fold
from chatd.errors import Code, Refused
from chatd.store import cursors, disposal, members
from chatd.store.losses import Losses
from chatd.store.schema import accounts, conversations, devices, tombstones
from chatd.store.schema import cursors as follows

#: The fields of an account, in their order.
COLUMNS = tuple(accounts.c[field.name] for field in fields(Account))

#: No handle has it, and no text in PostgreSQL can: asking about it would be a fault there.
_NUL = "\0"

_HANDLES = union_all(select(accounts.c.folded), select(tombstones.c.folded))
_BY_HANDLE = select(*COLUMNS).where(accounts.c.folded == bindparam("folded"))
_BY_ID = select(*COLUMNS).where(accounts.c.id == bindparam("id"))
_PAGE = (
    select(*COLUMNS)
    .where(accounts.c.folded > bindparam("after"))
    .order_by(accounts.c.folded)
    .limit(bindparam("count"))
)
_BURIED = select(exists().where(tombstones.c.folded == bindparam("folded")))
_SIGNED_IN = select(exists().where(devices.c.account == bindparam("id")))
_FOLLOWED = select(conversations.c.id, conversations.c.last).where(
    conversations.c.kind != ConversationKind.MAILBOX.value,
    or_(
        conversations.c.one == bindparam("id"),
        conversations.c.other == bindparam("id"),
        conversations.c.id.in_(
            select(follows.c.conversation)
            .join(devices, devices.c.id == follows.c.device)
            .where(devices.c.account == bindparam("id"))
        ),
    ),
)
_SEEN = (
    update(accounts)
    .where(accounts.c.id == bindparam("which"), accounts.c.seen < bindparam("until"))
    .values(seen=bindparam("until"))
)
_UPDATE = update(accounts).where(accounts.c.id == bindparam("which")).returning(*COLUMNS)


def account_of(row: Sequence[Any]) -> Account:
    """The account of a row that has :data:`COLUMNS`."""
    id, handle, display, level, role, *rest = row
    return Account(id, handle, display, level, Role(role), *rest)


def handles(connection: Connection) -> frozenset[str]:
    """Folded, those of removed accounts too."""
    return frozenset(connection.execute(_HANDLES).scalars())


def find(connection: Connection, handle: str) -> Account | None:
    """The account of a handle, in any case."""
    if _NUL in handle:
        return None
    row = connection.execute(_BY_HANDLE, {"folded": fold(handle)}).first()
    return None if row is None else account_of(row)


def get(connection: Connection, account: bytes) -> Account:
    """:raises Refused: NO_SUCH_ACCOUNT."""
    row = connection.execute(_BY_ID, {"id": account}).first()
    if row is None:
        raise Refused(Code.NO_SUCH_ACCOUNT)
    return account_of(row)


def page(connection: Connection, after: str, count: int) -> list[Account]:
    """By folded handle, after ``after``."""
    given = {"after": after.partition(_NUL)[0], "count": count}
    return [account_of(row) for row in connection.execute(_PAGE, given)]


def add(connection: Connection, account: Account) -> Account:
    """:raises Refused: HANDLE_TAKEN or HANDLE_USED."""
    folded = fold(account.handle)
    if connection.execute(_BY_HANDLE, {"folded": folded}).first() is not None:
        raise Refused(Code.HANDLE_TAKEN)
    if connection.execute(_BURIED, {"folded": folded}).scalar_one():
        raise Refused(Code.HANDLE_USED)
    row = {column.name: getattr(account, column.name) for column in COLUMNS}
    connection.execute(insert(accounts), {**row, "folded": folded})
    return account


def change(connection: Connection, /, account: bytes, **columns: Any) -> Account:
    """Set columns of an account, which leaves the rooms that are above it then.

    :raises Refused: NO_SUCH_ACCOUNT.
    """
    was = get(connection, account)
    changed = account_of(connection.execute(_UPDATE, {"which": account, **columns}).one())
    if is_lowered(was, changed):
        members.withdraw(connection, changed)
    return changed


def seen(connection: Connection, account: bytes, now: int) -> None:
    """Somebody is here, or was until now; nothing happens where there is no such account. Of who
    was here when a server was killed it is known when they came."""
    connection.execute(_SEEN, {"which": account, "until": now})


def remove(connection: Connection, account: bytes, now: int) -> tuple[Account, list[Delivered]]:
    """With all that is its own. Whoever had a device has signed in: then the handle stays used.

    :return: the letters that tell others what it never got, too.
    :raises Refused: NO_SUCH_ACCOUNT.
    """
    removed = get(connection, account)
    losses = Losses(connection, now)
    for conversation, last in connection.execute(_FOLLOWED, {"id": account}).all():
        losses.remove(conversation, account, last)
    members.leave_all(connection, account)
    if connection.execute(_SIGNED_IN, {"id": account}).scalar_one():
        connection.execute(insert(tombstones), {"folded": fold(removed.handle)})
    followed = cursors.end_account(connection, account)
    connection.execute(delete(accounts).where(accounts.c.id == account))
    disposal.dispose(connection, followed)
    return removed, losses.write()
