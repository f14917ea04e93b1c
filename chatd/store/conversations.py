"""Conversations: whether they are there, and the pairs of accounts, made by their first message.

These are parts of the operations in ``messages.py`` and ``following.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, insert, or_, select, tuple_

from chatd.domain.conversation import ConversationKind, number_before
from chatd.domain.message import NewMessage
from chatd.errors import Code, Refused
from chatd.store import cursors
from chatd.store.numbers import Numbers
from chatd.store.rows import AMONG, find_rows
from chatd.store.schema import accounts, conversations, devices, members

#: What a device, joined to it, knows one by: the room's name, or the handle of the other one.
NAME = case(
    (conversations.c.kind != ConversationKind.PAIR.value, conversations.c.name),
    (conversations.c.one == devices.c.account, conversations.c.other_handle),
    else_=conversations.c.one_handle,
)

_AMONG: BindParameter[Any] = bindparam(AMONG, expanding=True)
_MEMBERS = select(members.c.room, members.c.account).where(
    tuple_(members.c.room, members.c.account).in_(_AMONG)
)
_PEOPLE = select(accounts.c.id, accounts.c.handle).where(accounts.c.id.in_(_AMONG))
_ADD = insert(conversations).values(kind=ConversationKind.PAIR.value, name="")
_one, _other = accounts.alias(), accounts.alias()
_PAIRS = (
    select(_one.c.id, _other.c.id)
    .select_from(conversations)
    .join(_one, _one.c.id == conversations.c.one)
    .join(_other, _other.c.id == conversations.c.other)
    .where(or_(_one.c.id == bindparam("whose"), _other.c.id == bindparam("whose")))
)


class Conversations:
    """The conversations of some messages and the mailboxes of their letters, within one
    transaction.

    :ivar numbers: of all of these.
    """

    def __init__(self, connection: Connection, given: Sequence[NewMessage]) -> None:
        self._connection = connection
        said = {one.conversation for one in given}
        mailboxes = {letter.device for one in given for letter in one.letters}
        self.numbers = Numbers(connection, said | mailboxes)
        self._members = self._inside(given)
        self._handles = self._people(given)

    def check(self, message: NewMessage) -> None:
        """:raises Refused: NOT_IN_ROOM, NO_SUCH_CONVERSATION."""
        if message.pair is None:
            if (message.conversation, message.account) not in self._members:
                raise Refused(Code.NOT_IN_ROOM)
        elif any(one not in self._handles for one in message.pair):
            raise Refused(Code.NO_SUCH_CONVERSATION)

    def make_pair(self, message: NewMessage) -> None:
        """What two accounts, which there are, say to each other; all their devices follow it."""
        assert message.pair is not None
        one, other = sorted(message.pair)
        names = {"one_handle": self._handles[one], "other_handle": self._handles[other]}
        last = number_before(message.time)
        row = {"id": message.conversation, "sealed": message.sealed, "one": one, "other": other}
        self._connection.execute(_ADD, {**row, **names, "last": last})
        for account in {one, other}:
            cursors.begin(self._connection, message.conversation, account, last)
        self.numbers.begin(message.conversation, last)

    def _inside(self, given: Iterable[NewMessage]) -> set[tuple[bytes, bytes]]:
        """Who is in which room, of those who say something there."""
        wanted = {(one.conversation, one.account) for one in given if one.pair is None}
        return set(find_rows(self._connection, _MEMBERS, wanted))

    def _people(self, given: Iterable[NewMessage]) -> dict[bytes, str]:
        wanted = {account for one in given if one.pair for account in one.pair}
        return dict(find_rows(self._connection, _PEOPLE, wanted))


def partners(connection: Connection, account: bytes) -> list[bytes]:
    """The accounts with which somebody has talked, oneself left out."""
    found = connection.execute(_PAIRS, {"whose": account})
    return sorted({one for pair in found for one in pair} - {account})
