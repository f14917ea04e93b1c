"""Queues: what waits in each conversation, how much that may be, and dropping the oldest.

The rules are those of :class:`~chatd.domain.conversation.QueueLimits`. A room with a retention
keeps its messages for that time, whoever has them and however old others may get.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from chatd.domain.conversation import ConversationKind, GapReason, QueueLimits
from chatd.domain.value import value
from chatd.store.expected import awaited
from chatd.store.losses import Losses
from chatd.store.schema import conversations, cursors, gaps, messages, rooms

#: Bytes that a message takes in a database beside its bodies, about.
ROW = 128

#: What a message counts for, in bytes.
WEIGHT = messages.c.size + ROW

#: Bytes that no message reaches, with its parts: what a few of them take need not be added up.
_LARGEST = 128 * 1024

_oldest = (
    select(func.min(messages.c.number))
    .where(messages.c.conversation == conversations.c.id)
    .scalar_subquery()
)
_floor = (
    select(func.min(cursors.c.acked))
    .where(cursors.c.conversation == conversations.c.id, ~cursors.c.asleep)
    .scalar_subquery()
)
_heads = (
    select(
        conversations.c.id.label("id"),
        conversations.c.kind.label("kind"),
        conversations.c.last.label("last"),
        (func.coalesce(rooms.c.retention, 0) * 1000).label("retention"),
        _oldest.label("first"),
        case((awaited, 0), else_=func.coalesce(_floor, conversations.c.last)).label("floor"),
    )
    .outerjoin(rooms, rooms.c.conversation == conversations.c.id)
    .subquery()
)
_ALL = select(_heads, messages.c.time).join(
    messages, (messages.c.conversation == _heads.c.id) & (messages.c.number == _heads.c.first)
)
_ONE = _ALL.where(_heads.c.id == bindparam("which"))
_IN_IT = messages.c.conversation == bindparam("which")
_TOTAL = select(func.count(), func.coalesce(func.sum(WEIGHT), 0)).where(_IN_IT)
_OLDEST = (
    select(messages.c.number, messages.c.time, WEIGHT)
    .where(_IN_IT)
    .order_by(messages.c.number)
    .limit(bindparam("count"))
)
_DROP = delete(messages).where(_IN_IT, messages.c.number <= bindparam("upto"))
_WIDEN = (
    update(gaps)
    .where(
        gaps.c.conversation == bindparam("which"),
        gaps.c.last == bindparam("before"),
        gaps.c.reason == bindparam("cause"),
    )
    .values(last=bindparam("upto"))
)


@value
class Queue:
    """What waits in one conversation.

    :ivar retention: milliseconds.
    :ivar first: the number of the oldest message, ``time`` when it was said.
    :ivar floor: what all devices have that count; 0 where somebody is expected.
    """

    conversation: bytes
    kind: ConversationKind
    last: int
    retention: int
    first: int
    floor: int
    time: int

    def is_old(self, time: int, limits: QueueLimits, now: int) -> bool:
        """Whether a message has waited too long."""
        return time <= now - max(limits.age, self.retention)

    def is_over(self, number: int, time: int, limits: QueueLimits, now: int) -> bool:
        """Whether a message goes, whatever else waits."""
        forgotten = number <= self.floor and time <= now - self.retention
        return forgotten or self.is_old(time, limits, now)

    def may_be_full(self, limits: QueueLimits) -> bool:
        """Whether it is worth counting what waits."""
        span = self.last - self.first + 1
        return span > limits.count or span * _LARGEST > limits.size


def everything(connection: Connection) -> list[Queue]:
    """All in which something waits."""
    return [Queue(*row) for row in connection.execute(_ALL)]


def excess(connection: Connection, queue: Queue, limits: QueueLimits) -> tuple[int, int]:
    """How many messages, and bytes, are too much; 0 or below where they are not."""
    if not queue.may_be_full(limits):
        return 0, 0
    count, size = connection.execute(_TOTAL, {"which": queue.conversation}).one()
    return count - limits.count, int(size) - limits.size


def drop(
    connection: Connection,
    conversation: bytes,
    limits: QueueLimits,
    now: int,
    most: int,
    losses: Losses,
) -> tuple[int, int]:
    """Drop what is to go of a conversation, ``most`` messages at most.

    :return: how many went, and the last number that had waited too long, 0 for none.
    """
    row = connection.execute(_ONE, {"which": conversation}).first()
    if row is None:
        return 0, 0
    queue = Queue(*row)
    count = expired = 0
    for reason, group in groupby(_going(connection, queue, limits, now, most), lambda one: one[1]):
        numbers = [number for number, _ in group]
        count += len(numbers)
        if reason:
            if queue.kind != ConversationKind.MAILBOX:
                losses.drop(conversation, numbers[-1], reason)
            for first, last in _runs(numbers):
                _note(connection, conversation, first, last, reason)
        if reason == GapReason.EXPIRED:
            expired = numbers[-1]
        connection.execute(_DROP, {"which": conversation, "upto": numbers[-1]})
    return count, expired


def _going(
    connection: Connection, queue: Queue, limits: QueueLimits, now: int, most: int
) -> Iterator[tuple[int, GapReason | None]]:
    """What goes, the oldest first, and why; None where nobody misses it."""
    count, size = excess(connection, queue, limits)
    oldest = connection.execute(_OLDEST, {"which": queue.conversation, "count": most}).all()
    for number, time, bytes_ in oldest:
        full = count > 0 or size > 0
        if full or queue.is_over(number, time, limits, now):
            reason = GapReason.EXPIRED if queue.is_old(time, limits, now) else GapReason.LIMIT
            yield number, reason if number > queue.floor else None
        else:
            return
        count, size = count - 1, size - bytes_


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of those that follow each other: what lies between was never given."""
    first = before = numbers[0]
    for number in numbers[1:]:
        if number != before + 1:
            yield first, before
            first = number
        before = number
    yield first, before


def _note(
    connection: Connection, conversation: bytes, first: int, last: int, reason: GapReason
) -> None:
    """A gap, which widens the one before it where that is one of the same kind."""
    before = {"which": conversation, "before": first - 1, "cause": reason.value}
    if not connection.execute(_WIDEN, {**before, "upto": last}).rowcount:
        row = {"conversation": conversation, "first": first, "last": last}
        connection.execute(insert(gaps), {**row, "reason": reason.value})
