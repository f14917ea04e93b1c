"""Numbers of conversations: the next ones, without holes, within one transaction.

After an older state of the store was put back, devices may know numbers that it has never given:
conversations go on behind all that can have been given until then (``meta.numbers``). What lies
between is a gap (:data:`NEVER`), a *leap*: none of those who fetch is told of it, and each device
that follows is, for it may hold what was said there and is lost.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from chatd.store.rows import AMONG, find_rows, update_rows
from chatd.store.schema import conversations, cursors, gaps, meta

#: The reason of a gap in which nothing was ever said, or what was said is lost.
NEVER = 0

_AMONG: BindParameter[Any] = bindparam(AMONG, expanding=True)
_LAST = select(
    conversations.c.id, conversations.c.last, select(meta.c.numbers).scalar_subquery()
).where(conversations.c.id.in_(_AMONG))
_LEAST = select(meta.c.numbers)
_MOVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("which"))
    .values(last=bindparam("number"))
)
_SKIP = (
    update(cursors)
    .where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.until == 0,
        cursors.c.acked == bindparam("last"),
    )
    .values(acked=bindparam("number"))
)


class Numbers:
    """The numbers of some conversations. New ones are kept by :meth:`write`."""

    def __init__(self, connection: Connection, among: Collection[bytes]) -> None:
        self._connection = connection
        self._last: dict[bytes, int] = {}
        self._moved: set[bytes] = set()
        for conversation, last, least in find_rows(connection, _LAST, among):
            self._last[conversation] = last
            if last < least:
                self._skip(conversation, least)

    def __contains__(self, conversation: bytes) -> bool:
        return conversation in self._last

    def begin(self, conversation: bytes, last: int) -> None:
        """One that was made now; an older state may have had it, too."""
        if self._connection.execute(_LEAST).scalar_one():
            self._leap(conversation, 1, last)
        self._last[conversation] = last

    def next(self, conversation: bytes) -> int:
        """The next number of one that there is."""
        self._last[conversation] += 1
        self._moved.add(conversation)
        return self._last[conversation]

    def write(self) -> None:
        """Keep what was given."""
        rows = [{"which": one, "number": self._last[one]} for one in self._moved]
        update_rows(self._connection, _MOVE, rows)

    def _skip(self, conversation: bytes, number: int) -> None:
        """Go on behind a number; those who have everything have all up to there."""
        last = self._last[conversation]
        self._leap(conversation, last + 1, number)
        given = {"which": conversation, "last": last, "number": number}
        self._connection.execute(_SKIP, given)
        self._connection.execute(_MOVE, given)
        self._last[conversation] = number

    def _leap(self, conversation: bytes, first: int, last: int) -> None:
        """These are not given, or not again."""
        gap = {"conversation": conversation, "first": first, "last": last, "reason": NEVER}
        self._connection.execute(insert(gaps), gap)
