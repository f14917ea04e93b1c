"""What a status carries when a request was done. These have no op: the id tells which it is."""

from __future__ import annotations

from msgspec import Struct

from chatd.wire.messages import requests
from chatd.wire.messages.base import Name, Request, Short, Stamp


class Accepted(Struct, array_like=True, frozen=True, gc=False):
    """A message's id (unique, growing) and the server's time."""

    id: Stamp
    time: Stamp


class Joined(Struct, array_like=True, frozen=True, gc=False):
    """A room one is in. ``created``: by this join."""

    room: Name
    topic: Short
    members: int
    created: bool = False


class JoinedPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of the rooms one is in."""

    rooms: list[Joined]
    more: bool


class Renamed(Struct, array_like=True, frozen=True, gc=False):
    """The nick from now on."""

    nick: Name


class RoomRow(Struct, array_like=True, frozen=True, gc=False):
    """A room in a list; ``locked``: it asks for a password."""

    name: Name
    members: int
    locked: bool
    topic: Short


class RoomPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of rooms; with ``more``, ask again after the last name."""

    rooms: list[RoomRow]
    total: int
    more: bool


class UserRow(Struct, array_like=True, frozen=True, gc=False):
    """A person in a list; ``away`` is "" for who is here."""

    nick: Name
    away: Short


class UserPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of people; with ``more``, ask again after the last nick."""

    users: list[UserRow]
    total: int
    more: bool


class Person(Struct, array_like=True, frozen=True, gc=False):
    """What one may know of somebody: ``kind`` ("guest"), ``door`` they came by, ``since`` (ms since
    the epoch), ``idle`` (seconds), the rooms shared with the asker."""

    nick: Name
    kind: Short
    door: Short
    away: Short
    since: Stamp
    idle: int
    rooms: list[str]


#: What each request's status carries when it was done; None where there is nothing to carry.
RESULTS: dict[type[Request], type[Struct] | None] = {
    requests.Join: Joined,
    requests.Leave: None,
    requests.Rooms: RoomPage,
    requests.Mine: JoinedPage,
    requests.Users: UserPage,
    requests.Nick: Renamed,
    requests.Direct: Accepted,
    requests.Measure: None,
    requests.Say: Accepted,
    requests.Topic: None,
    requests.Whois: Person,
    requests.Away: None,
    requests.Typing: None,
    requests.Logout: None,
    requests.Broadcast: Accepted,
}
