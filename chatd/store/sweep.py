"""The sweep: queues that are over, devices that come no more, what is left of conversations that
have ended.

It looks first, on a thread that reads, and writes only where there is something to do: a bounded
part in each transaction, so that those who post do not wait long.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, tuple_, update

from chatd.domain.account import DeviceState
from chatd.domain.conversation import ConversationKind, QueueLimits
from chatd.domain.message import Delivered
from chatd.domain.value import value
from chatd.store import queues
from chatd.store.losses import Losses
from chatd.store.numbers import NEVER
from chatd.store.schema import accounts, conversations, cursors, devices, gaps, messages, rooms

#: What is done in one transaction: messages that go.
BATCH = 2000

#: What it costs to look into a conversation, beside its messages.
_LOOK = 10

#: Devices that fall asleep at once. Others do with the next message that they leave to wait.
_SLEEPERS = 8

_floor = (
    select(func.coalesce(func.min(cursors.c.acked), gaps.c.last))
    .where(cursors.c.conversation == gaps.c.conversation)
    .scalar_subquery()
)
#: Nobody asks for them again. Of leaps the devices are told that come later, too.
_passed = (gaps.c.reason != NEVER) & (gaps.c.last <= _floor)
_kind = conversations.c.kind
_ended = or_(
    (_kind == ConversationKind.MAILBOX.value),
    (_kind == ConversationKind.ROOM.value)
    & ~exists().where(rooms.c.conversation == conversations.c.id),
    (_kind == ConversationKind.PAIR.value)
    & (
        ~exists().where(accounts.c.id == conversations.c.one)
        | ~exists().where(accounts.c.id == conversations.c.other)
    ),
)
_over = (
    _ended
    & ~exists().where(cursors.c.conversation == conversations.c.id)
    & ~exists().where(messages.c.conversation == conversations.c.id)
)
_LEFT = select(exists().where(_passed) | exists().where(_over))
_CLEAR = (delete(gaps).where(_passed), delete(conversations).where(_over))
_later = devices.alias()
_GONE = (
    select(cursors.c.device)
    .join(devices, devices.c.id == cursors.c.device)
    .where(
        cursors.c.conversation == bindparam("which"),
        ~cursors.c.asleep,
        cursors.c.first <= bindparam("expired"),
        cursors.c.acked < bindparam("expired"),
        devices.c.seen <= bindparam("since"),
        exists().where(
            _later.c.account == devices.c.account,
            _later.c.state == DeviceState.ACTIVE.value,
            tuple_(_later.c.seen, _later.c.id) > tuple_(devices.c.seen, devices.c.id),
        ),
    )
    .distinct()
    .limit(_SLEEPERS)
)
_FOLLOWED = (
    select(conversations.c.id, conversations.c.last)
    .join(cursors, cursors.c.conversation == conversations.c.id)
    .where(cursors.c.device == bindparam("whose"), _kind != ConversationKind.MAILBOX.value)
    .distinct()
)
_SLEEP = update(cursors).where(cursors.c.device == bindparam("whose")).values(asleep=True)


@value
class Work:
    """What there is to do: conversations whose oldest messages go, and whether something is left of
    what has ended. It is done where neither is so."""

    conversations: tuple[bytes, ...]
    left: bool


class Sweep:
    """See :meth:`chatd.interfaces.IStore.sweep`."""

    def __init__(self) -> None:
        #: The last numbers of queues that were counted and found within these limits.
        self._counted: dict[bytes, tuple[int, QueueLimits]] = {}

    def look(self, connection: Connection, limits: QueueLimits, now: int) -> Work:
        """What there is to do now."""
        found = queues.everything(connection)
        full = [queue for queue in found if queue.may_be_full(limits)]
        over = {one.conversation for one in full if self._is_full(connection, one, limits)}
        self._counted = {
            one.conversation: (one.last, limits) for one in full if one.conversation not in over
        }
        over |= {one.conversation for one in found if one.is_over(one.first, one.time, limits, now)}
        left = connection.execute(_LEFT).scalar_one()
        return Work(tuple(over), left)

    def _is_full(self, connection: Connection, queue: queues.Queue, limits: QueueLimits) -> bool:
        """Whether it is above a limit. It is not counted again where nothing was said since."""
        if self._counted.get(queue.conversation) == (queue.last, limits):
            return False
        return max(queues.excess(connection, queue, limits)) > 0


def do(
    connection: Connection, work: Work, limits: QueueLimits, now: int
) -> tuple[list[Delivered], Work]:
    """Do a part of it.

    :return: the letters that it has led to, and the rest.
    """
    losses = Losses(connection, now)
    done, cost = 0, 0
    for conversation in work.conversations:
        most = BATCH - cost
        count, expired = queues.drop(connection, conversation, limits, now, most, losses)
        cost += _LOOK + count
        if expired:
            since = now - limits.age
            given = {"which": conversation, "expired": expired, "since": since}
            for device in connection.execute(_GONE, given).scalars().all():
                cost += _LOOK * _put_to_sleep(connection, device, losses)
        if count == most:
            break
        done += 1
        if cost >= BATCH:
            break
    for statement in _CLEAR if work.left else ():
        connection.execute(statement)
    return losses.write(), Work(work.conversations[done:], False)


def _put_to_sleep(connection: Connection, device: bytes, losses: Losses) -> int:
    """It has not come for so long that nothing waits for it any more. It is not the one by which
    its person came last: what is said to somebody waits for as long as it may.

    :return: how many conversations it follows.
    """
    followed = connection.execute(_FOLLOWED, {"whose": device}).all()
    for conversation, last in followed:
        losses.leave(conversation, device, last)
    connection.execute(_SLEEP, {"whose": device})
    return len(followed)
