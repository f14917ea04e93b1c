"""Messages: taking many at a time. Each gets its number in the commit that makes it durable.

The rules are those of :meth:`chatd.interfaces.IStore.post`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    update,
)

from chatd.domain.account import DeviceState
from chatd.domain.commands import Relation
from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Letter, NewMessage, OpenBody, Posted, StoredCounts
from chatd.errors import Code, Refused
from chatd.store.conversations import Conversations
from chatd.store.disposal import dispose
from chatd.store.letters import Letters
from chatd.store.outboxes import Outboxes
from chatd.store.queues import WEIGHT
from chatd.store.rows import AMONG, find_rows, insert_rows, update_rows
from chatd.store.schema import conversations, cursors, devices, messages, parts

_other = cursors.alias()
_awaited = exists().where(
    _other.c.conversation == cursors.c.conversation,
    _other.c.device != cursors.c.device,
    _other.c.until == 0,
    ~_other.c.asleep,
)
_CURSORS = select(
    cursors.c.conversation, cursors.c.device, cursors.c.first, cursors.c.acked, _awaited
).where(
    tuple_(cursors.c.conversation, cursors.c.device).in_(bindparam(AMONG, expanding=True)),
    cursors.c.until == 0,
)
_PASS = (
    update(cursors)
    .where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.device == bindparam("whose"),
        cursors.c.first == bindparam("start"),
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
# A literal zero: else a database does not see that the partial index has all of them.
_ERASE_EDITS = (
    update(messages)
    .where(
        messages.c.conversation == bindparam("which"),
        messages.c.edits == bindparam("erased"),
        messages.c.edits != literal_column("0"),
        messages.c.account == bindparam("whose"),
        ~messages.c.sealed,
    )
    .values(body=bindparam("empty"), size=len(_ERASED))
)
_original = messages.alias()
_ERASE_LATE = _ERASE_EDITS.where(
    exists().where(
        _original.c.conversation == messages.c.conversation,
        _original.c.number == messages.c.edits,
        _original.c.account == messages.c.account,
        _original.c.body == _ERASED,
    )
)
_FOLLOWERS = (
    select(cursors.c.device)
    .join(devices, devices.c.id == cursors.c.device)
    .where(
        cursors.c.conversation == bindparam("which"),
        cursors.c.until == 0,
        devices.c.state == DeviceState.ACTIVE.value,
    )
)
_DEVICES = select(devices.c.id).where(
    devices.c.account.in_(bindparam(AMONG, expanding=True)),
    devices.c.state == DeviceState.ACTIVE.value,
)

_COUNT = (
    select(conversations.c.kind, func.count(), func.sum(WEIGHT))
    .join(messages, messages.c.conversation == conversations.c.id)
    .group_by(conversations.c.kind)
)


def post(connection: Connection, given: Sequence[NewMessage]) -> list[Posted | Refused]:
    """Take messages, one after the other.

    :return: for each what becomes of it; a refused one has changed nothing.
    """
    posting = _Posting(connection, given)
    results = [posting.take(message) for message in given]
    posting.write()
    return results


def first_answer(connection: Connection, message: NewMessage) -> Posted | None:
    """What was answered to a message when it was taken; None where it was not, or too long ago."""
    try:
        return Outboxes(connection, [message]).answered(message)
    except Refused:
        return None


def counts(connection: Connection) -> StoredCounts:
    """How much is stored."""
    found = connection.execute(_COUNT).all()
    numbers = Counter({kind: number for kind, number, _ in found})
    letters = numbers.pop(ConversationKind.MAILBOX.value, 0)
    size = sum(int(size) for _, _, size in found)
    return StoredCounts(numbers.total(), letters, size)


class _Posting:
    """Messages that are taken together: looked up together, then written together."""

    def __init__(self, connection: Connection, given: Sequence[NewMessage]) -> None:
        self._connection = connection
        self._conversations = Conversations(connection, given)
        self._numbers = self._conversations.numbers
        self._outboxes = Outboxes(connection, given)
        self._letters = Letters(connection, given)
        self._rows: list[tuple[Any, ...]] = []
        self._parts: list[tuple[Any, ...]] = []
        self._own: dict[tuple[bytes, bytes], list[int]] = {}
        self._erased: list[dict[str, Any]] = []
        self._edited: list[dict[str, Any]] = []

    def take(self, message: NewMessage) -> Posted | Refused:
        """Check one, then give it its number."""
        try:
            answered = self._outboxes.answered(message)
            if answered is not None:
                return answered
            self._conversations.check(message)
            if message.parts or message.letters:
                self._check_devices(message)
        except Refused as refused:
            return refused
        if message.conversation not in self._numbers:
            self._conversations.make_pair(message)
        number = self._add(message)
        letters = tuple(self._add_letter(message, letter) for letter in message.letters)
        self._outboxes.take(message, number)
        return Posted(number, message.time, False, letters)

    def write(self) -> None:
        """Keep what was taken."""
        if not self._rows:
            return
        self._numbers.write()
        self._outboxes.write()
        insert_rows(self._connection, messages, self._rows)
        insert_rows(self._connection, parts, self._parts)
        self._erase()
        self._pass_own()

    def _check_devices(self, message: NewMessage) -> None:
        """Parts and letters are for devices that get the message; there is room for the letters."""
        mailboxes = {letter.device for letter in message.letters}
        wanted = {*message.parts, *mailboxes}
        there = all(mailbox in self._numbers for mailbox in mailboxes)
        if not there or not wanted <= self._addressees(message):
            raise Refused(Code.DEVICES_CHANGED)
        self._letters.take(message)

    def _addressees(self, message: NewMessage) -> set[bytes]:
        if message.conversation in self._numbers or message.pair is None:
            found = self._connection.execute(_FOLLOWERS, {"which": message.conversation})
        else:
            found = self._connection.execute(_DEVICES, {AMONG: list(message.pair)})
        return set(found.scalars())

    def _add(self, message: NewMessage) -> int:
        conversation = message.conversation
        number = self._numbers.next(conversation)
        size = len(message.body)
        for device, body in message.parts.items():
            self._parts.append((conversation, number, device, body))
            size += len(body)
        head = _head(message, conversation, number)
        self._rows.append((*head, message.sealed, size, message.body, message.edits))
        self._own.setdefault((conversation, message.device), []).append(number)
        if 0 < message.erases < number:
            self._erased.append(_original_of(message, message.erases))
        if 0 < message.edits < number:
            self._edited.append(_original_of(message, message.edits))
        return number

    def _add_letter(self, message: NewMessage, letter: Letter) -> int:
        number = self._numbers.next(letter.device)
        head = _head(message, letter.device, number)
        self._rows.append((*head, False, len(letter.body), letter.body, 0))
        return number

    def _erase(self) -> None:
        """Texts go with all their edits, also with one that was on its way when its message was
        deleted."""
        update_rows(self._connection, _ERASE, self._erased)
        update_rows(self._connection, _ERASE_EDITS, self._erased)
        update_rows(self._connection, _ERASE_LATE, self._edited)

    def _pass_own(self) -> None:
        """A device is not sent what it has said itself: its cursor moves on over that."""
        passed, alone = [], set()
        found = find_rows(self._connection, _CURSORS, self._own)
        for conversation, device, first, acked, awaited in found:
            upto = acked
            for number in self._own[conversation, device]:
                upto += number == upto + 1
            if upto > acked:
                place = {"which": conversation, "whose": device, "start": first}
                passed.append({**place, "number": upto})
                if not awaited:
                    alone.add(conversation)
        update_rows(self._connection, _PASS, passed)
        if alone:  # nobody else is to get what was said
            dispose(self._connection, alone)


def _head(message: NewMessage, conversation: bytes, number: int) -> tuple[Any, ...]:
    """In the order of the table's columns, up to the time."""
    return conversation, number, message.account, message.sender, message.device, message.time


def _original_of(message: NewMessage, number: int) -> dict[str, Any]:
    """The message that one deletes or edits, and what is left of its edits when it is deleted."""
    empty = OpenBody("", relation=Relation.EDIT, ref=number).pack()
    head = {"which": message.conversation, "whose": message.account}
    return {**head, "erased": number, "empty": empty}
