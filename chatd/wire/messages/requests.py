"""What a client sends: READY, then requests."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from chatd.wire.messages.base import (
    Heartbeat,
    Message,
    Name,
    Request,
    Secret,
    Short,
    StyleByte,
    Text,
    unspoken,
)


class Resume(Struct, array_like=True, frozen=True, gc=False):
    """Take an earlier session back: its id and the secret its WELCOME told."""

    session: Annotated[bytes, Meta(max_length=16)]
    secret: Annotated[bytes, Meta(max_length=32)]

    __repr__ = unspoken


class Ready(Message, frozen=True, tag=0x3D):
    """``=``, the handshake's fourth step: who one is, and what to resume.

    ``method`` is one of HELLO's methods ("guest" has no secret).
    """

    method: Annotated[str, Meta(max_length=32)]
    nick: Name
    secret: Secret = b""
    resume: Resume | None = None

    __repr__ = unspoken


class Join(Request, frozen=True, tag=0x03):
    """Result: :class:`Joined`."""

    room: Name
    password: Short = ""

    __repr__ = unspoken


class Leave(Request, frozen=True, tag=0x06):
    """No result."""

    room: Name


class Rooms(Request, frozen=True, tag=0x09):
    """Result: :class:`RoomPage`, the rooms after ``after``."""

    after: Name = ""


class Mine(Request, frozen=True, tag=0x0A):
    """Result: :class:`JoinedPage`, the rooms one is in, after ``after``."""

    after: Name = ""


class Users(Request, frozen=True, tag=0x0C):
    """Result: :class:`UserPage`: everyone (room "") or a room's members."""

    room: Name = ""
    after: Name = ""


class Nick(Request, frozen=True, tag=0x0F):
    """Result: :class:`Renamed`."""

    nick: Name


class Direct(Request, frozen=True, tag=0x12):
    """Result: :class:`Accepted`."""

    to: Name
    text: Text
    style: StyleByte = 0


class Measure(Request, frozen=True, tag=0x14):
    """No result: the time until the answer is the lag."""


class Say(Request, frozen=True, tag=0x15):
    """Result: :class:`Accepted`."""

    room: Name
    text: Text
    style: StyleByte = 0


class Topic(Request, frozen=True, tag=0x16):
    """No result."""

    room: Name
    topic: Short


class Whois(Request, frozen=True, tag=0x17):
    """Result: :class:`Person`."""

    nick: Name


class Away(Request, frozen=True, tag=0x18):
    """No result; "" means back."""

    text: Short


class Typing(Request, frozen=True, tag=0x19):
    """No result. To a room, or (room "") to a person."""

    active: bool
    room: Name = ""
    to: Name = ""


class Logout(Request, frozen=True, tag=0x1A):
    """Leave for good, at once: answered, then the server closes."""


class Broadcast(Request, frozen=True, tag=0x24):
    """``$``: to everyone else. Result: :class:`Accepted`."""

    text: Text


ClientMessage = (
    Ready
    | Join
    | Leave
    | Rooms
    | Mine
    | Users
    | Nick
    | Direct
    | Heartbeat
    | Measure
    | Say
    | Topic
    | Whois
    | Away
    | Typing
    | Logout
    | Broadcast
)
