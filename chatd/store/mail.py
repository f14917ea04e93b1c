"""Mail: letters of the server's own, in the mailboxes of somebody's devices.

These are parts of operations: see ``accounts.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from chatd.domain.message import Delivered, StoredMessage
from chatd.store.numbers import Numbers
from chatd.store.rows import AMONG, find_rows, insert_rows
from chatd.store.schema import cursors, devices, messages

_MAILBOXES = (
    select(devices.c.account, devices.c.id)
    .join(cursors, (cursors.c.device == devices.c.id) & (cursors.c.conversation == devices.c.id))
    .where(devices.c.account.in_(bindparam(AMONG, expanding=True)), ~cursors.c.asleep)
    .order_by(devices.c.id)
)


def put(
    connection: Connection, letters: Mapping[bytes, Sequence[bytes]], now: int
) -> list[Delivered]:
    """Put letters into all mailboxes of some accounts.

    :param letters: bodies, by account.
    :return: what was put where.
    """
    mailboxes = find_rows(connection, _MAILBOXES, letters)
    numbers = Numbers(connection, [mailbox for _, mailbox in mailboxes])
    delivered = [
        Delivered(mailbox, _letter(numbers.next(mailbox), body, now))
        for account, mailbox in mailboxes
        for body in letters[account]
    ]
    numbers.write()
    insert_rows(connection, messages, [_row(letter) for letter in delivered])
    return delivered


def _letter(number: int, body: bytes, now: int) -> StoredMessage:
    return StoredMessage(number, b"", "", b"", now, False, body)


def _row(letter: Delivered) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    said = letter.message
    head = letter.device, said.number, said.account, said.sender, said.device
    return *head, said.time, said.sealed, len(said.body), said.body, 0
