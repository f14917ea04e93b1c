"""What a server sends: WELCOME, the one answer to each request, and events."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from chatd.wire.messages.base import (
    Heartbeat,
    Id,
    Message,
    Name,
    Short,
    Stamp,
    StyleByte,
    Text,
    Wait,
    unspoken,
)
from chatd.wire.messages.results import Joined


class Status(Message, frozen=True, tag=0x9A):
    """The one answer to a request. ``code`` 0: done, ``result`` holds what it gives; else refused,
    with a text for people and the seconds to wait where waiting helps."""

    id: Id
    code: Annotated[int, Meta(ge=0, le=65535)]
    text: Short = ""
    wait: Wait = 0.0
    result: msgspec.Raw = msgspec.Raw(b"\xc0")


class ServerLimits(Struct, array_like=True, frozen=True, gc=False):
    """The limits in force: sizes in bytes, names in characters, times in seconds."""

    capacity: int
    nick: int
    message: int
    topic: int
    rooms: int
    rate_count: int
    rate_seconds: float
    heartbeat: float
    warning: float
    timeout: float
    grace: float


class Welcome(Message, frozen=True, tag=0x9B):
    """Signed in. ``resume`` takes this session back within ``limits.grace`` seconds of a loss.

    ``resumed``: it was taken back; ``missed``: more happened meanwhile than was kept. ``rooms``:
    the first page of the rooms one is in; with ``more``, ask :class:`Mine` after the last.
    """

    nick: Name
    session: Annotated[bytes, Meta(max_length=16)]
    resume: Annotated[bytes, Meta(max_length=32)]
    time: Stamp
    limits: ServerLimits
    rooms: list[Joined]
    more: bool = False
    resumed: bool = False
    missed: bool = False

    __repr__ = unspoken


class RoomSaid(Message, frozen=True, tag=0x15):
    """Somebody said something in a room."""

    room: Name
    sender: Name
    text: Text
    style: StyleByte
    id: Stamp
    time: Stamp


class DirectSaid(Message, frozen=True, tag=0x12):
    """Somebody said something to ``to``, the receiver's nick."""

    sender: Name
    to: Name
    text: Text
    style: StyleByte
    id: Stamp
    time: Stamp


class BroadcastSaid(Message, frozen=True, tag=0x24):
    """``$``: somebody said something to everyone."""

    sender: Name
    text: Text
    id: Stamp
    time: Stamp


class Entered(Message, frozen=True, tag=0x03):
    """Somebody entered a room."""

    room: Name
    nick: Name


class Left(Message, frozen=True, tag=0x06):
    """Somebody left a room; ``gone``: and the server with it."""

    room: Name
    nick: Name
    gone: bool = False


class NickChanged(Message, frozen=True, tag=0x0F):
    """Somebody is now known as ``new``."""

    old: Name
    new: Name


class TopicChanged(Message, frozen=True, tag=0x16):
    """A room's topic was set by ``nick``."""

    room: Name
    nick: Name
    topic: Short


class AwayChanged(Message, frozen=True, tag=0x18):
    """Somebody is away with a text, or back ("")."""

    nick: Name
    text: Short


class TypingShown(Message, frozen=True, tag=0x19):
    """Somebody is typing in a room, or (room "") to the receiver."""

    nick: Name
    room: Name
    active: bool


class Warned(Message, frozen=True, tag=0x9D):
    """A word from the server; the session goes on."""

    code: int
    text: Short


class Closing(Message, frozen=True, tag=0x9E):
    """The server's last word; it closes after it. ``wait``: seconds before connecting again."""

    code: int
    text: Short
    wait: Wait = 0.0


ServerMessage = (
    Status
    | Welcome
    | RoomSaid
    | DirectSaid
    | BroadcastSaid
    | Entered
    | Left
    | NickChanged
    | TopicChanged
    | AwayChanged
    | TypingShown
    | Warned
    | Closing
    | Heartbeat
)
