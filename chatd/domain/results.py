"""What the hub answers to a command that was done. Times are milliseconds since the epoch (UTC)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message was taken: its id (unique and growing) and the server's time (ms)."""

    id: int
    time: int


@dataclass(frozen=True, slots=True)
class Joined:
    """One is in the room now. ``created``: it was made by this join."""

    room: str
    topic: str
    members: int
    created: bool


@dataclass(frozen=True, slots=True)
class Renamed:
    """The nick as it is from now on."""

    nick: str


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room in a list."""

    name: str
    members: int
    locked: bool
    topic: str


@dataclass(frozen=True, slots=True)
class RoomPage:
    """Part of the list of rooms; ``total`` counts all, ``more`` says whether to ask again."""

    rooms: tuple[RoomRow, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class JoinedPage:
    """Part of the list of rooms one is in."""

    rooms: tuple[Joined, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person in a list; ``away`` is the away text, "" when present."""

    nick: str
    away: str


@dataclass(frozen=True, slots=True)
class UserPage:
    """Part of a list of people; ``total`` counts all, ``more`` says whether to ask again."""

    users: tuple[UserRow, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Person:
    """What the asker may know of somebody: shared rooms only, never an address."""

    nick: str
    kind: str
    door: str
    away: str
    since: int
    idle: int
    rooms: tuple[str, ...]


Result = Nothing | Accepted | Joined | Renamed | RoomPage | JoinedPage | UserPage | Person
