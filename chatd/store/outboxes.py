"""Outboxes: which message of a device is the next one in a conversation, and what was answered to
those that come again (``docs/protocol.rst``, Delivery).

A place in an outbox is an epoch and a number in it, its *seq*. Only the next one is taken, so that
the order holds after a refusal, and one that comes again gets its first answer, however late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from chatd.domain.account import DeviceState
from chatd.domain.message import NewMessage, Posted
from chatd.errors import Code, Refused
from chatd.store.rows import AMONG, find_rows, insert_rows, update_rows
from chatd.store.schema import devices, outboxes, sent

#: Answers that are kept of an outbox, at least.
KEPT = 256

#: The oldest answers go so many at a time.
_STRIDE = 64

_Key = tuple[bytes, bytes]

_ONE = (
    outboxes.c.conversation == bindparam("which"),
    outboxes.c.device == bindparam("whose"),
)
_SENT_ONE = (sent.c.conversation == bindparam("which"), sent.c.device == bindparam("whose"))
_HEADS = select(outboxes).where(
    tuple_(outboxes.c.conversation, outboxes.c.device).in_(bindparam(AMONG, expanding=True))
)
_ACTIVE = select(devices.c.id).where(
    devices.c.id.in_(bindparam(AMONG, expanding=True)),
    devices.c.state == DeviceState.ACTIVE.value,
)
_ANSWER = select(sent.c.number, sent.c.time, sent.c.digest).where(
    *_SENT_ONE, sent.c.seq == bindparam("place")
)
_MOVE = update(outboxes).where(*_ONE).values(epoch=bindparam("era"), seq=bindparam("place"))
_TRIM = delete(sent).where(*_SENT_ONE, sent.c.seq <= bindparam("upto"))
_FORGET = delete(sent).where(*_SENT_ONE)


class Outboxes:
    """The outboxes of some messages, within one transaction.

    What is taken is written by :meth:`write`.
    """

    def __init__(self, connection: Connection, given: Sequence[NewMessage]) -> None:
        self._connection = connection
        senders = {one.device for one in given}
        self._active = {device for (device,) in find_rows(connection, _ACTIVE, senders)}
        keys = {(one.conversation, one.device) for one in given if one.seq}
        self._heads: dict[_Key, tuple[int, int]] = {
            (conversation, device): (epoch, seq)
            for conversation, device, epoch, seq in find_rows(connection, _HEADS, keys)
        }
        self._known = frozenset(self._heads)
        self._begun: set[_Key] = set()
        self._taken: dict[tuple[bytes, bytes, int], tuple[int, int, bytes]] = {}

    def answered(self, message: NewMessage) -> Posted | None:
        """What was answered to it before; None where it is the next one, or has no place.

        :raises Refused: CONFLICT, OUT_OF_ORDER, EPOCH_OLD, REPEATED, DEVICE_REVOKED (it is in use
            no more).
        """
        if message.device not in self._active:
            raise Refused(Code.DEVICE_REVOKED)
        if not message.seq:
            return None
        epoch, seq = self._heads.get((message.conversation, message.device), (-1, 0))
        if message.epoch < epoch:
            raise Refused(Code.EPOCH_OLD)
        if message.epoch > epoch:
            seq = 0
        if message.seq > seq + 1:
            raise Refused(Code.OUT_OF_ORDER)
        if message.seq == seq + 1:
            return None
        return self._first_answer(message)

    def take(self, message: NewMessage, number: int) -> None:
        """It got a number."""
        if not message.seq:
            return
        key = (message.conversation, message.device)
        if message.epoch > self._heads.get(key, (-1, 0))[0]:
            self._begin(key)
        self._heads[key] = message.epoch, message.seq
        self._taken[*key, message.seq] = number, message.time, message.digest

    def write(self) -> None:
        """Keep what was taken."""
        if not self._taken:
            return
        moved = {(conversation, device) for conversation, device, _ in self._taken}
        insert_rows(
            self._connection, outboxes, [(*key, *self._heads[key]) for key in moved - self._known]
        )
        update_rows(self._connection, _MOVE, [self._row(key) for key in moved & self._known])
        begun = [{"which": key[0], "whose": key[1]} for key in self._begun & self._known]
        update_rows(self._connection, _FORGET, begun)
        rows = [(*place, *answer) for place, answer in self._taken.items()]
        insert_rows(self._connection, sent, rows)
        full = [row for row in self._ends() if row["upto"] > 0]
        update_rows(self._connection, _TRIM, full)

    def _begin(self, key: _Key) -> None:
        """A new epoch: what was answered in the old one is of no use."""
        self._begun.add(key)
        for taken in [taken for taken in self._taken if taken[:2] == key]:
            del self._taken[taken]

    def _first_answer(self, message: NewMessage) -> Posted:
        place = (message.conversation, message.device, message.seq)
        kept: Sequence[Any] | None = self._taken.get(place)
        if kept is None:
            given = dict(zip(("which", "whose", "place"), place, strict=True))
            kept = self._connection.execute(_ANSWER, given).first()
        if kept is None:
            raise Refused(Code.REPEATED)
        number, time, digest = kept
        if digest != message.digest:
            raise Refused(Code.CONFLICT)
        return Posted(number, time, repeated=True)

    def _row(self, key: _Key) -> dict[str, Any]:
        epoch, seq = self._heads[key]
        return {"which": key[0], "whose": key[1], "era": epoch, "place": seq}

    def _ends(self) -> list[dict[str, Any]]:
        """Up to where the answers of an outbox go, now and then."""
        return [
            {"which": conversation, "whose": device, "upto": seq - KEPT}
            for conversation, device, seq in self._taken
            if seq % _STRIDE == 0
        ]
