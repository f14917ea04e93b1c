"""Messages of lasting conversations, as hub and store hand them to each other.

A body is opaque to the store. The body of an *open* message is :class:`OpenBody`, packed; that of
a *sealed* one is made by clients and read by clients.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum
from struct import Struct, error

from chatd.domain.commands import Relation, Style
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.value import value

_HEAD = Struct(">BBQI")
_LOST = Struct(">B16sQQB")

#: Bytes of a fingerprint of what was sent.
DIGEST_BYTES = 16


class MailKind(IntEnum):
    """The first byte of what lies in a mailbox. From 16 on it is the clients' own affair."""

    LOST = 1
    PUT_OUT = 2
    CLIENTS = 16


@value
class OpenBody:
    """``origin``: the bytes as they came, where they were not UTF-8, else b"". ``ref``: the number
    of the message that a relation is to."""

    text: str
    style: Style = Style.SAID
    relation: Relation = Relation.NONE
    ref: int = 0
    origin: bytes = b""

    def pack(self) -> bytes:
        """As bytes: style, relation, ref, the length of ``origin``, ``origin``, the text."""
        head = _HEAD.pack(self.style, self.relation, self.ref, len(self.origin))
        return head + self.origin + self.text.encode()

    @classmethod
    def unpack(cls, body: bytes) -> OpenBody:
        """:raises ValueError: these are no such bytes."""
        try:
            style, relation, ref, length = _HEAD.unpack_from(body)
        except error:
            raise ValueError("too short for a body") from None
        start = _HEAD.size + length
        if start > len(body):
            raise ValueError("too short for a body")
        text, origin = body[start:].decode(), body[_HEAD.size : start]
        return cls(text, Style(style), Relation(relation), ref, origin)


@value
class Letter:
    """Something for one device's mailbox; the first byte of ``body`` is its kind."""

    device: bytes
    body: bytes = field(repr=False)


@value
class NewMessage:
    """A message that is to be stored.

    :ivar conversation: its id.
    :ivar pair: ids of the two accounts of a pair, which is made where there is none; None for a
        room.
    :ivar account: the sender's id, ``sender`` the handle, ``device`` the id of the sending device.
    :ivar epoch: with ``seq`` and the device, what it is known by; ``seq`` 0: by nothing, and it is
        stored as often as it comes.
    :ivar digest: a fingerprint of what was asked for, so that a repetition is told from another
        message.
    :ivar parts: for a sealed one, what only one device gets, by the device's id.
    :ivar letters: what is committed with it into mailboxes.
    :ivar erases: the number of an earlier message of the same account whose body goes, and those of
        its edits, 0 for none.
    :ivar edits: the number of an earlier message of which this one is the new text, 0 for none.
    """

    conversation: bytes
    pair: tuple[bytes, bytes] | None
    account: bytes
    sender: str
    device: bytes
    epoch: int
    seq: int
    digest: bytes
    time: int
    sealed: bool
    body: bytes = field(repr=False)
    parts: Mapping[bytes, bytes] = field(default_factory=dict, repr=False, hash=False)
    letters: tuple[Letter, ...] = ()
    erases: int = 0
    edits: int = 0


@value
class Posted:
    """A message was committed. ``repeated``: it had been before, this is what was answered then;
    ``letters``: the numbers that the letters got, in their order."""

    number: int
    time: int
    repeated: bool = False
    letters: tuple[int, ...] = ()


@value
class StoredMessage:
    """A message, for one device: ``part`` is that device's own, b"" where there is none."""

    number: int
    account: bytes
    sender: str
    device: bytes
    time: int
    sealed: bool
    body: bytes = field(repr=False)
    part: bytes = field(default=b"", repr=False)


@value
class Gap:
    """Numbers that a device never gets, both ends included."""

    first: int
    last: int
    reason: GapReason


@value
class Page:
    """What a device has not got yet of a conversation, in order. ``upto``: the number that it goes
    up to, its own messages, which are left out, included; ``more``: there is more after that.
    ``kind`` and ``name`` are the conversation's, as in :class:`Followed`."""

    items: tuple[StoredMessage | Gap, ...]
    upto: int
    more: bool
    kind: ConversationKind = ConversationKind.ROOM
    name: str = ""


@value
class Followed:
    """A conversation as one device of an account has it.

    :ivar name: the room's name, or the handle of the other one of a pair; "" for the mailbox.
    :ivar acked: what the device has acknowledged up to.
    :ivar last: the last number that it is to get.
    :ivar read: what the account has read up to, 0 for nothing.
    :ivar left: it gets what was said up to ``last`` and nothing later, since the account left.
    :ivar leaps: numbers, both ends included, that were never given, or lost when an older state of
        the store was put back; the last few, in order.
    """

    conversation: bytes
    kind: ConversationKind
    name: str
    sealed: bool
    acked: int
    last: int
    read: int
    left: bool = False
    leaps: tuple[tuple[int, int], ...] = ()


@value
class PersonProgress:
    """How far somebody in a conversation is: one device at least has got what was said up to
    ``delivered``; the person has read up to ``read``, as far as they let others know. What was said
    up to ``after``, before they came, is not for them. ``left``: they are in it no more, but what
    was said before they left waits for them."""

    account: bytes
    handle: str
    delivered: int
    read: int
    after: int = 0
    left: bool = False


@value
class Lost:
    """Messages that no device of ``handle`` got, told to their sender's devices."""

    conversation: bytes
    first: int
    last: int
    reason: GapReason
    handle: str

    def pack(self) -> bytes:
        """As a letter's body: kind, conversation, first, last, reason, handle."""
        head = _LOST.pack(MailKind.LOST, self.conversation, self.first, self.last, self.reason)
        return head + self.handle.encode()

    @classmethod
    def unpack(cls, body: bytes) -> Lost:
        """:raises ValueError: these are no such bytes."""
        try:
            kind, conversation, first, last, reason = _LOST.unpack_from(body)
        except error:
            raise ValueError("too short for a letter") from None
        if kind != MailKind.LOST:
            raise ValueError("another kind of letter")
        return cls(conversation, first, last, GapReason(reason), body[_LOST.size :].decode())


@value
class Delivered:
    """A letter that was put into a mailbox by the store itself."""

    device: bytes
    message: StoredMessage


@value
class StoredCounts:
    """What the store holds: messages and letters that somebody has not got yet or that a room
    keeps, and bytes, as they count for the limits."""

    messages: int
    letters: int
    size: int


def digest(*parts: bytes) -> bytes:
    """The fingerprint of what was asked for."""
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        found.update(len(part).to_bytes(4, "big") + part)
    return found.digest()
