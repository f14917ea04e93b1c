"""What the hub answers to a command that was done. Times are milliseconds since the epoch (UTC)."""

from __future__ import annotations

from chatd.domain.value import value


@value
class Nothing:
    """Done; there is nothing more to say."""


@value
class Accepted:
    """A message was taken: its id (unique and growing) and the server's time (ms)."""

    id: int
    time: int


@value
class Joined:
    """One is in the room now. ``created``: it was made by this join."""

    room: str
    topic: str
    members: int
    created: bool


@value
class Renamed:
    """The nick as it is from now on."""

    nick: str


@value
class RoomRow:
    """A room in a list."""

    name: str
    members: int
    locked: bool
    topic: str


@value
class RoomPage:
    """Part of the list of rooms; ``total`` counts all, ``more`` says whether to ask again."""

    rooms: tuple[RoomRow, ...]
    total: int
    more: bool


@value
class JoinedPage:
    """Part of the list of rooms one is in."""

    rooms: tuple[Joined, ...]
    more: bool


@value
class UserRow:
    """A person in a list; ``away`` is the away text, "" when present."""

    nick: str
    away: str


@value
class UserPage:
    """Part of a list of people; ``total`` counts all, ``more`` says whether to ask again."""

    users: tuple[UserRow, ...]
    total: int
    more: bool


@value
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
