"""What a server sends: WELCOME, the one answer to each request, and events."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from chatd.wire.messages.base import (
    Body,
    Heartbeat,
    Id,
    Identifier,
    Key,
    Level,
    Message,
    Name,
    RelationByte,
    Secret,
    Short,
    Stamp,
    StandingByte,
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


class Me(Struct, array_like=True, frozen=True, gc=False):
    """Who one is, for accounts. ``root``: the account's root key; ``signed``: the root vouches for
    this device; ``token``: what it has to store and confirm for its next sign-in, b"" where the
    session was taken back."""

    account: Identifier
    handle: Name
    display: Short
    level: Level
    role: Short
    root: Key
    device: Identifier
    signed: bool
    token: Secret = b""

    __repr__ = unspoken


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
    me: Me | None = None

    __repr__ = unspoken


class RoomSaid(Message, frozen=True, tag=0x15):
    """Somebody said something in a room. ``conversation``: where it lasts, the room's id, within
    which ``id`` counts; else b"". ``relation`` to the message ``ref``."""

    room: Name
    sender: Name
    text: Text
    style: StyleByte
    id: Stamp
    time: Stamp
    conversation: Identifier = b""
    relation: RelationByte = 0
    ref: Stamp = 0


class DirectSaid(Message, frozen=True, tag=0x12):
    """Somebody said something to ``to``, the receiver's nick. The rest as in :class:`RoomSaid`."""

    sender: Name
    to: Name
    text: Text
    style: StyleByte
    id: Stamp
    time: Stamp
    conversation: Identifier = b""
    relation: RelationByte = 0
    ref: Stamp = 0


class SealedSaid(Message, frozen=True, tag=0x36):
    """Somebody said something that only devices can read, by ``device``; ``part`` is for the
    receiving one alone. In a pair ``room`` is ""."""

    conversation: Identifier
    room: Name
    sender: Name
    to: Name
    device: Identifier
    id: Stamp
    time: Stamp
    body: Body
    part: Body = b""

    __repr__ = unspoken


class MailCame(Message, frozen=True, tag=0x37):
    """A letter in this device's mailbox, from ``device`` of ``sender`` ("": the server). The first
    byte of ``body`` is its kind."""

    id: Stamp
    sender: Name
    device: Identifier
    time: Stamp
    body: Body

    __repr__ = unspoken


class Missing(Message, frozen=True, tag=0x39):
    """In a page that was fetched: this device never gets these numbers. ``reason``: 1 one was not a
    member, 2 they waited too long, 3 too much waited, 4 they were not for this device."""

    first: Stamp
    last: Stamp
    reason: Annotated[int, Meta(ge=0, le=255)]


class ReadMoved(Message, frozen=True, tag=0x3B):
    """One has read a conversation up to ``number``, by another session."""

    conversation: Identifier
    number: Stamp


class ProgressChanged(Message, frozen=True, tag=0x3C):
    """Every other person in a conversation has got, and read, what was said up to these."""

    conversation: Identifier
    delivered: Stamp
    read: Stamp


class PresenceChanged(Message, frozen=True, tag=0x3F):
    """Somebody whom one shares a room or talks with is "online", "away" or "offline" (``seen``:
    when they were here last, 0 where they do not tell). ``quiet``: nothing has happened but that
    the server was started."""

    nick: Name
    presence: Short
    text: Short = ""
    seen: Stamp = 0
    quiet: bool = False


class BroadcastSaid(Message, frozen=True, tag=0x24):
    """``$``: somebody said something to everyone."""

    sender: Name
    text: Text
    id: Stamp
    time: Stamp


class Entered(Message, frozen=True, tag=0x03):
    """Somebody entered a room; ``account``: the server knows them, ``display`` is their display
    name."""

    room: Name
    nick: Name
    account: bool = False
    display: Short = ""


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


class DeviceChanged(Message, frozen=True, tag=0x21):
    """One of one's own devices: ``what`` is "enrolled", "signed", "suspended" or "revoked". Admins
    are told of suspended ones of others: then ``nick`` is not one's own."""

    nick: Name
    what: Short
    id: Identifier
    name: Short
    key: Key
    proof: Key = b""
    enrolment: Key = b""


class Invited(Message, frozen=True, tag=0x28):
    """``by`` asks one into a room; "" where it is not known any more."""

    room: Name
    by: Name


class Kicked(Message, frozen=True, tag=0x29):
    """``by`` put ``nick`` out of a room, perhaps oneself; ``banned``: for longer."""

    room: Name
    nick: Name
    by: Name
    reason: Short
    banned: bool = False


class RoomChanged(Message, frozen=True, tag=0x2D):
    """``nick`` set how a room is."""

    room: Name
    nick: Name
    level: Level
    private: bool
    locked: bool
    retention: Stamp = 0


class StandingChanged(Message, frozen=True, tag=0x2E):
    """``nick`` is something else in a room now; ``by`` "": it came by itself."""

    room: Name
    nick: Name
    standing: StandingByte
    by: Name = ""


class BlockChanged(Message, frozen=True, tag=0x33):
    """Another session of one's own has blocked somebody, or no longer; or a guest whom one has
    blocked took another nick or left."""

    nick: Name
    blocked: bool


class DisplayChanged(Message, frozen=True, tag=0x32):
    """Somebody shows another display name ("" for none)."""

    nick: Name
    display: Short


ServerMessage = (
    Status
    | Welcome
    | RoomSaid
    | DirectSaid
    | SealedSaid
    | MailCame
    | Missing
    | ReadMoved
    | ProgressChanged
    | PresenceChanged
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
    | DeviceChanged
    | Invited
    | Kicked
    | RoomChanged
    | StandingChanged
    | BlockChanged
    | DisplayChanged
)
