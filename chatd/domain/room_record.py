"""Rooms that last, as hub and store hand them to each other. Times are milliseconds since the
epoch (UTC)."""

from __future__ import annotations

from dataclasses import field

from chatd.domain.account import Account
from chatd.domain.commands import Standing
from chatd.domain.value import value


@value
class RoomChanges:
    """What is other now; None for what stays. ``retention``: seconds, 0 for none."""

    topic: str | None = None
    level: int | None = None
    private: bool | None = None
    locked: bool | None = None
    retention: int | None = None


@value
class BanRecord:
    """``target``: as people see it; ``account``: its id, b"" for a guest; ``networks``: where that
    was; ``until``: 0 for no end."""

    target: str
    account: bytes
    networks: frozenset[str]
    by: str
    reason: str
    since: int
    until: int


@value
class NewRoom:
    """A room that is to be made.

    :ivar id: 16 random bytes.
    :ivar password: the PHC string of its password, "" for an open door.
    :ivar account: the id of who makes it, ``standing`` what they are in it.
    :ivar topic: with ``locked`` and ``bans``, of a lobby that guests have been in so far.
    """

    id: bytes
    name: str
    password: str = field(repr=False)
    level: int
    private: bool
    sealed: bool
    account: bytes
    standing: Standing
    topic: str = ""
    locked: bool = False
    bans: tuple[BanRecord, ...] = ()


@value
class MemberRecord:
    """A member of a room that lasts."""

    account: Account
    standing: Standing


@value
class RoomRecord:
    """A room that lasts; ``members`` in the order of coming, ``invited`` by account."""

    id: bytes
    name: str
    topic: str
    password: str = field(repr=False)
    level: int
    private: bool
    locked: bool
    sealed: bool
    retention: int
    last: int
    members: tuple[MemberRecord, ...]
    bans: tuple[BanRecord, ...]
    invited: tuple[bytes, ...]
