"""Pages: what a device has not got yet of a conversation, in order, with what it never gets in its
place.

A device has a cursor for each time that its account was in the conversation. Between two of them,
and before the first, it was not a member. What is missing behind a cursor's position was dropped;
where no gap was noted, that was while the device was asleep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.message import Gap, Page, StoredMessage
from chatd.domain.value import value
from chatd.errors import Code, Refused
from chatd.store.conversations import NAME
from chatd.store.numbers import NEVER
from chatd.store.schema import conversations, cursors, devices, gaps, messages, parts, sent

_WHICH: BindParameter[bytes] = bindparam("which")
_CURSORS = (
    select(
        cursors.c.first,
        cursors.c.acked,
        cursors.c.until,
        conversations.c.last,
        conversations.c.kind,
        NAME.label("name"),
    )
    .join(conversations, conversations.c.id == cursors.c.conversation)
    .join(devices, devices.c.id == cursors.c.device)
    .where(cursors.c.conversation == _WHICH, cursors.c.device == bindparam("whose"))
    .order_by(cursors.c.first)
)
_RANGE = (
    messages.c.conversation == _WHICH,
    messages.c.number > bindparam("after"),
    messages.c.number <= bindparam("upto"),
)
_own_part = parts.alias()
_part = (
    (_own_part.c.conversation == messages.c.conversation)
    & (_own_part.c.number == messages.c.number)
    & (_own_part.c.device == bindparam("whose"))
)
_SIZES = (
    select(
        messages.c.number,
        func.length(messages.c.body) + func.coalesce(func.length(_own_part.c.body), 0),
    )
    .outerjoin(_own_part, _part)
    .where(*_RANGE)
    .order_by(messages.c.number)
    .limit(bindparam("count"))
)
_MESSAGES = (
    select(
        messages.c.number,
        messages.c.account,
        messages.c.sender,
        messages.c.device,
        messages.c.time,
        messages.c.sealed,
        messages.c.body,
        func.coalesce(_own_part.c.body, b""),
    )
    .outerjoin(_own_part, _part)
    .where(*_RANGE)
    .order_by(messages.c.number)
)
_GAPS = (
    select(gaps.c.first, gaps.c.last, gaps.c.reason)
    .where(
        gaps.c.conversation == _WHICH,
        gaps.c.last > bindparam("after"),
        gaps.c.first <= bindparam("upto"),
    )
    .order_by(gaps.c.first)
)
_OWN = (
    select(sent.c.number)
    .where(
        sent.c.conversation == _WHICH,
        sent.c.device == bindparam("whose"),
        sent.c.number > bindparam("after"),
        sent.c.number <= bindparam("upto"),
    )
    .order_by(sent.c.number)
)


@value
class _Range:
    """Numbers that a device is to get, ``last`` included; it has those up to ``acked``."""

    first: int
    last: int
    acked: int


def fetch(
    connection: Connection, device: bytes, conversation: bytes, after: int, count: int, size: int
) -> Page:
    """:raises Refused: NO_SUCH_CONVERSATION."""
    given = {"whose": device, "which": conversation}
    found = connection.execute(_CURSORS, given).all()
    if not found:
        raise Refused(Code.NO_SUCH_CONVERSATION)
    ranges = [_Range(row.first, row.until or row.last, row.acked) for row in found]
    page = _Reading(connection, device, conversation).page(ranges, after, count, size)
    return replace(page, kind=ConversationKind(found[0].kind), name=found[0].name)


class _Reading:
    """A conversation as one device gets it."""

    def __init__(self, connection: Connection, device: bytes, conversation: bytes) -> None:
        self._connection = connection
        self._device = device
        self._given = {"whose": device, "which": conversation}
        self._items: list[StoredMessage | Gap] = []

    def page(self, ranges: list[_Range], after: int, count: int, size: int) -> Page:
        """Whoever asks from the beginning was not told of any number before the first."""
        reached = after or ranges[0].first - 1
        for one in ranges:
            if reached >= one.last:
                continue
            if reached < one.first - 1:
                self._absent(reached + 1, one.first - 1)
                reached = one.first - 1
            upto, taken, size = self._end(reached, one.last, count, size)
            count -= taken
            for message in self._messages(reached, upto):
                self._missing(reached + 1, message.number - 1, one.acked)
                self._take(message)
                reached = message.number
            if upto < one.last:
                return Page(tuple(self._items), reached, True)
            self._missing(reached + 1, one.last, one.acked)
            reached = one.last
        return Page(tuple(self._items), reached, False)

    def _end(self, after: int, last: int, count: int, size: int) -> tuple[int, int, int]:
        """Up to which number a page goes.

        :return: that number, ``last`` where all is in it; how many messages that are; and how many
            more bytes there could be.
        """
        given = {**self._given, "after": after, "upto": last, "count": count + 1}
        reached, taken = after, 0
        for number, bytes_ in self._connection.execute(_SIZES, given).all():
            if taken >= count or (bytes_ > size and (self._items or taken)):
                return reached, taken, size
            reached, taken, size = number, taken + 1, size - bytes_
        return last, taken, size

    def _messages(self, after: int, upto: int) -> Iterator[StoredMessage]:
        given = {**self._given, "after": after, "upto": upto}
        for row in self._connection.execute(_MESSAGES, given):
            yield StoredMessage(*row)

    def _take(self, message: StoredMessage) -> None:
        """Nobody is sent what they have said themselves."""
        if message.device == self._device:
            return
        if message.sealed and not message.body and not message.part:
            self._gap(message.number, message.number, GapReason.NO_PART)
        else:
            self._items.append(message)

    def _absent(self, first: int, last: int) -> None:
        """Numbers from while its account was not in it."""
        for start, end, reason in self._gaps(first, last):
            if reason == NEVER:
                self._never(first, start - 1, GapReason.NOT_MEMBER)
                first = end + 1
        self._never(first, last, GapReason.NOT_MEMBER)

    def _missing(self, first: int, last: int, acked: int) -> None:
        """Numbers that are not there: those that the device has acknowledged, it has."""
        first = max(first, acked + 1)
        for start, end, reason in self._gaps(first, last):
            self._never(first, start - 1, GapReason.EXPIRED)
            if reason != NEVER:
                self._never(max(first, start), min(last, end), GapReason(reason))
            first = max(first, end + 1)
        self._never(first, last, GapReason.EXPIRED)

    def _gaps(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """First, last and reason of what is noted between two numbers, in order."""
        if first > last:
            return []
        given = {**self._given, "after": first - 1, "upto": last}
        found = self._connection.execute(_GAPS, given)
        return [(start, end, reason) for start, end, reason in found]

    def _never(self, first: int, last: int, reason: GapReason) -> None:
        """Numbers that the device never gets, its own left out."""
        if first > last:
            return
        given = {**self._given, "after": first - 1, "upto": last}
        for own in self._connection.execute(_OWN, given).scalars().all():
            self._gap(first, own - 1, reason)
            first = own + 1
        self._gap(first, last, reason)

    def _gap(self, first: int, last: int, reason: GapReason) -> None:
        """One item for what was never there for one reason."""
        if first > last:
            return
        before = self._items[-1] if self._items else None
        if isinstance(before, Gap) and (before.last + 1, before.reason) == (first, reason):
            self._items[-1] = Gap(before.first, last, reason)
        else:
            self._items.append(Gap(first, last, reason))
