"""One-time IDs: made by an admin or by one of the person's devices, bound to the key that uses it.

A used ID stays, so that whoever tries it later is told so. Each function is one operation or a part
of one, and checks before it changes anything.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from chatd.domain.account import ACCOUNT_LEVEL, ID_BYTES, Account, Role
from chatd.errors import Code, Refused
from chatd.store import accounts
from chatd.store.schema import enrolments

#: Unused IDs that an account's devices may have made; beyond these the oldest is void.
MAX_OPEN = 64

_FIND = select(
    enrolments.c.account, enrolments.c.expires, enrolments.c.key, enrolments.c.settled
).where(enrolments.c.hash == bindparam("id"))
_ADD = insert(enrolments)
_UNUSED = (enrolments.c.account == bindparam("whose"), enrolments.c.key == b"")
_VOID = delete(enrolments).where(*_UNUSED, enrolments.c.by_admin)
_OPEN = (
    select(enrolments.c.hash)
    .where(*_UNUSED, ~enrolments.c.by_admin)
    .order_by(enrolments.c.created.desc(), enrolments.c.hash)
)
_VOID_LINKS = delete(enrolments).where(*_UNUSED, ~enrolments.c.by_admin)
_TRIM = delete(enrolments).where(enrolments.c.hash.in_(_OPEN.offset(MAX_OPEN).limit(1)))
_BIND = update(enrolments).where(enrolments.c.hash == bindparam("id")).values(key=bindparam("by"))
_SETTLE = update(enrolments).where(enrolments.c.key == bindparam("by")).values(settled=True)


def invite(
    connection: Connection,
    handle: str,
    level: int | None,
    role: Role | None,
    id_hash: bytes,
    expires: int,
    now: int,
) -> Account:
    """:raises Refused: HANDLE_USED."""
    account = accounts.find(connection, handle)
    if account is None:
        wanted = ACCOUNT_LEVEL if level is None else level, role or Role.MEMBER
        made = Account(secrets.token_bytes(ID_BYTES), handle, "", *wanted, False, now)
        account = accounts.add(connection, made)
    elif level is not None or role is not None:
        level, role = account.level if level is None else level, role or account.role
        account = accounts.change(connection, account.id, level=level, role=role)
    connection.execute(_VOID, {"whose": account.id})
    _add(connection, account.id, id_hash, expires, now, by_admin=True)
    return account


def add(connection: Connection, account: bytes, id_hash: bytes, expires: int, now: int) -> None:
    """:raises Refused: NO_SUCH_ACCOUNT."""
    accounts.get(connection, account)
    _add(connection, account, id_hash, expires, now, by_admin=False)
    connection.execute(_TRIM, {"whose": account})


def void(connection: Connection, account: bytes) -> None:
    """The unused IDs that the account's devices have made are good no more."""
    connection.execute(_VOID_LINKS, {"whose": account})


def _add(
    connection: Connection, account: bytes, id_hash: bytes, expires: int, now: int, by_admin: bool
) -> None:
    row = {"hash": id_hash, "account": account, "by_admin": by_admin, "created": now}
    connection.execute(_ADD, {**row, "expires": expires, "key": b"", "settled": False})


def check(connection: Connection, id_hash: bytes, key: bytes, now: int) -> tuple[Account, bool]:
    """Whether this key may use an ID.

    :return: the account, and whether the key has used the ID before.
    :raises Refused: ID_UNKNOWN, ID_EXPIRED, ID_USED.
    """
    row = connection.execute(_FIND, {"id": id_hash}).first()
    if row is None:
        raise Refused(Code.ID_UNKNOWN)
    owner, expires, bound, settled = row
    account = accounts.get(connection, owner)
    if bound and (bound != key or settled):
        raise Refused(Code.ID_USED, account=account.handle)
    if not bound and now >= expires:
        raise Refused(Code.ID_EXPIRED, account=account.handle)
    return account, bool(bound)


def bind(connection: Connection, id_hash: bytes, key: bytes) -> None:
    """The ID is used now, by this key."""
    connection.execute(_BIND, {"id": id_hash, "by": key})


def settle(connection: Connection, key: bytes) -> None:
    """This key repeats none of its IDs any more."""
    connection.execute(_SETTLE, {"by": key})
