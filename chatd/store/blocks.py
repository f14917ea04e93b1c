"""Who has blocked whom, among accounts. Each function is one operation: see ``accounts.py``."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from chatd.domain.blocks import Party
from chatd.store import accounts
from chatd.store.schema import accounts as account_table
from chatd.store.schema import blocks

_blocker, _blocked = account_table.alias(), account_table.alias()
_ALL = (
    select(_blocker.c.id, _blocker.c.handle, _blocked.c.id, _blocked.c.handle)
    .select_from(blocks)
    .join(_blocker, blocks.c.account == _blocker.c.id)
    .join(_blocked, blocks.c.blocked == _blocked.c.id)
)
_ONE = (blocks.c.account == bindparam("whose"), blocks.c.blocked == bindparam("whom"))
_FIND = select(blocks).where(*_ONE)
_REMOVE = delete(blocks).where(*_ONE)


def everybody(connection: Connection) -> list[tuple[Party, Party]]:
    """Every block."""
    rows = connection.execute(_ALL)
    return [(Party(row[0], row[1]), Party(row[2], row[3])) for row in rows]


def add(connection: Connection, account: bytes, blocked: bytes) -> None:
    """:raises Refused: NO_SUCH_ACCOUNT."""
    for one in (account, blocked):
        accounts.get(connection, one)
    if connection.execute(_FIND, {"whose": account, "whom": blocked}).first() is None:
        connection.execute(insert(blocks), {"account": account, "blocked": blocked})


def remove(connection: Connection, account: bytes, blocked: bytes) -> None:
    """Whether or not there is one."""
    connection.execute(_REMOVE, {"whose": account, "whom": blocked})
