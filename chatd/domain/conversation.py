"""Conversations that last: what names them, how their messages are numbered, how much may wait.

A conversation is a room that an account made, a pair of accounts (one for each kind of body), or a
device's mailbox. It never changes its kind. Its numbers have no holes but where an older state of
the store was put back; they begin with the second of its birth, so that a room which is made anew
under an old name has none of the old ones.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from functools import lru_cache

from chatd.domain.account import ID_BYTES
from chatd.domain.value import value

#: No number is higher: JSON and others know integers up to here.
LAST_NUMBER = 2**53 - 1

#: Numbers that a second has room for: they stay below 2**53 until the year 2242.
_NUMBERS_A_SECOND = 20


class ConversationKind(IntEnum):
    """Who hears what is said."""

    ROOM = 0
    PAIR = 1
    MAILBOX = 2


class GapReason(IntEnum):
    """Why a device never gets some numbers, or nobody's device does any more."""

    NOT_MEMBER = 1
    EXPIRED = 2
    LIMIT = 3
    NO_PART = 4
    REMOVED = 5


@value
class QueueLimits:
    """What may wait in one conversation: milliseconds, bytes, messages. The bytes are those of the
    bodies and what it takes to keep each message."""

    age: int = 30 * 86_400 * 1000
    size: int = 64 * 1024 * 1024
    count: int = 100_000


@lru_cache(maxsize=8192)  # asked for each message
def pair_id(one: bytes, other: bytes, sealed: bool) -> bytes:
    """The id of what two accounts say to each other; the same whoever begins, and for oneself."""
    first, second = sorted((one, other))
    kind = b"chatd pair" + bytes([sealed])
    return hashlib.blake2b(first + second, digest_size=ID_BYTES, person=kind).digest()


def number_before(now: int) -> int:
    """What a conversation begins to count after, at ``now`` (milliseconds since the epoch)."""
    return (now // 1000) << _NUMBERS_A_SECOND


def id_before(now: int) -> int:
    """What the ids of messages that do not last begin to count after, in a server that starts at
    ``now``: half a second's numbers later than what begins to last in the same second, for a room
    has messages of both kinds. They grow across restarts."""
    return number_before(now) + (1 << (_NUMBERS_A_SECOND - 1))
