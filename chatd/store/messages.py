"""Messages: taking many at a time. Each gets its number in the commit that makes it durable.

The rules are those of :meth:`chatd.interfaces.IStore.post`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from chatd.domain.account import DeviceState
from chatd.domain.conversation import ConversationKind
from chatd.domain.message import NewMessage, OpenBody, Posted, StoredCounts
from chatd.errors import Code, Refused
from chatd.store.conversations import Conversations
from chatd.store.disposal import dispose
from chatd.store.outboxes import Outboxes
from chatd.store.schema import conversations, cursors, devices, messages, parts

_ADD = insert(messages)
_ADD_PART = insert(parts)
_PASS = (
    update(cursors)
    .where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.device == bindparam("whose"),
        cursors.c.until == 0,
        cursors.c.acked == bindparam("number") - 1,
    )
    .values(acked=bindparam("number"))
)
_ERASED = OpenBody("").pack()
_ERASE = (
    update(messages)
    .where(
        messages.c.conversation == bindparam("which"),
        messages.c.number == bindparam("erased"),
        messages.c.account == bindparam("whose"),
        ~messages.c.sealed,
    )
    .values(body=_ERASED, size=len(_ERASED))
)
_FOLLOWERS = select(cursors.c.device).where(
    cursors.c.conversation == bindparam("which"), cursors.c.until == 0
)
_DEVICES = select(devices.c.id).where(
    devices.c.account.in_(bindparam("among", expanding=True)),
    devices.c.state == DeviceState.ACTIVE.value,
)

_COUNT = (
    select(
        conversations.c.kind == ConversationKind.MAILBOX.value,
        func.count(),
        func.sum(messages.c.size),
    )
    .join(conversations, conversations.c.id == messages.c.conversation)
    .group_by(conversations.c.kind == ConversationKind.MAILBOX.value)
)


def post(connection: Connection, given: Sequence[NewMessage]) -> list[Posted | Refused]:
    """Take messages, one after the other.

    :return: for each what becomes of it; a refused one has changed nothing.
    """
    posting = _Posting(connection, given)
    results = [posting.take(message) for message in given]
    posting.write()
    return results


def counts(connection: Connection) -> StoredCounts:
    """How much is stored."""
    found = {letter: (number, size) for letter, number, size in connection.execute(_COUNT)}
    said, letters = found.get(False, (0, 0)), found.get(True, (0, 0))
    return StoredCounts(said[0], letters[0], int(said[1] + letters[1]))


class _Posting:
    """Messages that are taken together: looked up together, then written together."""

    def __init__(self, connection: Connection, given: Sequence[NewMessage]) -> None:
        self._connection = connection
        self._conversations = Conversations(connection, given)
        self._outboxes = Outboxes(connection, given)
        self._rows: list[dict[str, Any]] = []
        self._parts: list[dict[str, Any]] = []
        self._own: list[dict[str, Any]] = []
        self._erased: list[dict[str, Any]] = []

    def take(self, message: NewMessage) -> Posted | Refused:
        """Check one, then give it its number."""
        try:
            answered = self._outboxes.answered(message)
            if answered is not None:
                return answered
            self._conversations.check(message)
            self._check_devices(message)
        except Refused as refused:
            return refused
        if message.conversation not in self._conversations:
            self._conversations.make_pair(message)
        number = self._add(message)
        letters = tuple(self._add_letter(message, *letter) for letter in _letters(message))
        self._outboxes.take(message, number)
        return Posted(number, message.time, letters=letters)

    def write(self) -> None:
        """Keep what was taken."""
        if not self._rows:
            return
        execute = self._connection.execute
        self._conversations.write()
        self._outboxes.write()
        execute(_ADD, self._rows)
        if self._parts:
            execute(_ADD_PART, self._parts)
        if self._erased:
            execute(_ERASE, self._erased)
        if execute(_PASS, self._own).rowcount:
            dispose(self._connection, {row["which"] for row in self._own})

    def _check_devices(self, message: NewMessage) -> None:
        """Parts and letters are for devices that get the message."""
        wanted = {*message.parts, *(letter.device for letter in message.letters)}
        if wanted and not wanted <= self._addressees(message):
            raise Refused(Code.DEVICES_CHANGED)

    def _addressees(self, message: NewMessage) -> set[bytes]:
        if message.conversation in self._conversations or message.pair is None:
            found = self._connection.execute(_FOLLOWERS, {"which": message.conversation})
        else:
            found = self._connection.execute(_DEVICES, {"among": list(message.pair)})
        return set(found.scalars())

    def _add(self, message: NewMessage) -> int:
        number = self._conversations.number(message.conversation)
        place = {"conversation": message.conversation, "number": number}
        size = len(message.body) + sum(map(len, message.parts.values()))
        self._rows.append(_row(message, place, message.sealed, size, message.body))
        for device, body in message.parts.items():
            self._parts.append({**place, "device": device, "body": body})
        own = {"which": message.conversation, "whose": message.device, "number": number}
        self._own.append(own)
        if 0 < message.erases < number:
            erased = {"which": message.conversation, "whose": message.account}
            self._erased.append({**erased, "erased": message.erases})
        return number

    def _add_letter(self, message: NewMessage, device: bytes, body: bytes) -> int:
        number = self._conversations.number(device)
        place = {"conversation": device, "number": number}
        self._rows.append(_row(message, place, False, len(body), body))
        return number


def _letters(message: NewMessage) -> list[tuple[bytes, bytes]]:
    return [(letter.device, letter.body) for letter in message.letters]


def _row(
    message: NewMessage, place: dict[str, Any], sealed: bool, size: int, body: bytes
) -> dict[str, Any]:
    return {
        **place,
        "account": message.account,
        "sender": message.sender,
        "device": message.device,
        "time": message.time,
        "sealed": sealed,
        "size": size,
        "body": body,
    }
