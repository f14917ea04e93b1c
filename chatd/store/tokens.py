"""Tokens of a device: one that is confirmed at most, and successors that wait for it.

All of a device's tokens are good, so that there is no moment at which it has none. These are the
parts of the operations in ``admission.py`` and ``sign_in.py``.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from chatd.domain.value import value
from chatd.store.schema import tokens

#: Successors that wait; beyond these the oldest is dropped. No client keeps more than one.
MAX_UNCONFIRMED = 32

_OF_DEVICE = tokens.c.device == bindparam("whose")
_UNCONFIRMED = ~tokens.c.confirmed
_FIND = select(tokens.c.device, tokens.c.confirmed).where(tokens.c.hash == bindparam("token"))
_NEXT = select(func.coalesce(func.max(tokens.c.serial), 0) + 1).where(_OF_DEVICE).scalar_subquery()
_ADD = insert(tokens).values(
    hash=bindparam("token"), device=bindparam("whose"), serial=_NEXT, confirmed=False
)
_OLDEST = (
    select(tokens.c.serial)
    .where(_OF_DEVICE, _UNCONFIRMED)
    .order_by(tokens.c.serial.desc())
    .offset(MAX_UNCONFIRMED)
    .limit(1)
    .scalar_subquery()
)
_TRIM = delete(tokens).where(_OF_DEVICE, _UNCONFIRMED, tokens.c.serial <= _OLDEST)
_DROP = delete(tokens).where(_OF_DEVICE)
_DROP_OTHERS = _DROP.where(tokens.c.hash != bindparam("token"))
_CONFIRM = update(tokens).where(tokens.c.hash == bindparam("token")).values(confirmed=True)


@value
class Token:
    """Whose it is, and whether it is the confirmed one."""

    device: bytes
    confirmed: bool


def find(connection: Connection, token_hash: bytes) -> Token | None:
    """A token that is good for some device."""
    row = connection.execute(_FIND, {"token": token_hash}).first()
    return None if row is None else Token(*row)


def add(connection: Connection, device: bytes, token_hash: bytes) -> None:
    """One more that is good."""
    connection.execute(_ADD, {"whose": device, "token": token_hash})
    connection.execute(_TRIM, {"whose": device})


def confirm(connection: Connection, device: bytes, token_hash: bytes) -> None:
    """This one of the device's tokens is the only one from now on."""
    connection.execute(_DROP_OTHERS, {"whose": device, "token": token_hash})
    connection.execute(_CONFIRM, {"token": token_hash})


def drop(connection: Connection, device: bytes) -> None:
    """None of the device's tokens is good any more."""
    connection.execute(_DROP, {"whose": device})
