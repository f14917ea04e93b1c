"""What a client sends: READY, then requests."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from chatd.wire.messages.base import (
    Heartbeat,
    Identifier,
    Key,
    Level,
    Message,
    Name,
    Record,
    Request,
    Secret,
    Short,
    Signature,
    StandingByte,
    StyleByte,
    Text,
    Value,
    unspoken,
)


class Resume(Struct, array_like=True, frozen=True, gc=False):
    """Take an earlier session back: its id and the secret its WELCOME told."""

    session: Annotated[bytes, Meta(max_length=16)]
    secret: Annotated[bytes, Meta(max_length=32)]

    __repr__ = unspoken


class NewDevice(Struct, array_like=True, frozen=True, gc=False):
    """What a device tells of itself when it enrols or signs in by password: a name for its owner,
    the Ed25519 root key it made (taken where the account has none), and the proof for the device
    that made its link."""

    name: Annotated[str, Meta(max_length=64)]
    root: Key = b""
    proof: Key = b""


class Ready(Message, frozen=True, tag=0x3D):
    """``=``, the handshake's fourth step: who one is, and what to resume.

    ``method`` is one of HELLO's methods: "guest" (nick, no secret), "password" (nick and
    password), "enrol" (the secret is the one-time ID), "device" (a token). ``device`` goes with
    "password" and "enrol".
    """

    method: Annotated[str, Meta(max_length=32)]
    nick: Name
    secret: Secret = b""
    resume: Resume | None = None
    device: NewDevice | None = None

    __repr__ = unspoken


class Join(Request, frozen=True, tag=0x03):
    """Result: :class:`Joined`. ``level`` and ``private`` are for a room that is made by it."""

    room: Name
    password: Short = ""
    level: Level = 0
    private: bool = False

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
    """Result: :class:`Renamed`. A guest's nick; an account's display name ("" for none)."""

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


class Block(Request, frozen=True, tag=0x33):
    """No result."""

    nick: Name


class Unblock(Request, frozen=True, tag=0x34):
    """No result."""

    nick: Name


class Blocks(Request, frozen=True, tag=0x35):
    """Result: :class:`BlockPage`: whom one has blocked, after the nick ``after``."""

    after: Name = ""


class ConfirmToken(Request, frozen=True, tag=0x20):
    """No result. The device has stored its next token."""

    token: Secret

    __repr__ = unspoken


class Devices(Request, frozen=True, tag=0x21):
    """Result: :class:`DeviceList`; one's own for ""."""

    nick: Name = ""


class AddDevice(Request, frozen=True, tag=0x22):
    """Result: :class:`OneTimeId`, for another device of one's own."""


class SignDevice(Request, frozen=True, tag=0x23):
    """No result. A device record of one's own device with the root's signature."""

    device: Identifier
    record: Record
    signature: Signature


class RevokeDevice(Request, frozen=True, tag=0x25):
    """No result. Takes one's own device off the account."""

    device: Identifier


class SetPassword(Request, frozen=True, tag=0x26):
    """No result. ``old`` is "" where there is none."""

    old: Short
    new: Short

    __repr__ = unspoken


class DeleteAccount(Request, frozen=True, tag=0x27):
    """No result: it is answered, then the server closes."""


class Invite(Request, frozen=True, tag=0x28):
    """No result."""

    room: Name
    nick: Name


class Kick(Request, frozen=True, tag=0x29):
    """No result."""

    room: Name
    nick: Name
    reason: Short = ""


class Ban(Request, frozen=True, tag=0x2A):
    """No result. ``seconds`` 0: for as long as the room lasts."""

    room: Name
    nick: Name
    reason: Short = ""
    seconds: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0


class Unban(Request, frozen=True, tag=0x2B):
    """No result. ``target`` as :class:`BanPage` shows it."""

    room: Name
    target: Name


class Bans(Request, frozen=True, tag=0x2C):
    """Result: :class:`BanPage`, after the target ``after``."""

    room: Name
    after: Name = ""


class SetRoom(Request, frozen=True, tag=0x2D):
    """No result. What is nil stays as it is."""

    room: Name
    level: Level | None = None
    private: bool | None = None
    locked: bool | None = None


class SetStanding(Request, frozen=True, tag=0x2E):
    """No result."""

    room: Name
    nick: Name
    standing: StandingByte


class Directory(Request, frozen=True, tag=0x2F):
    """Result: :class:`DirectoryPage`: all accounts, after the handle ``after``."""

    after: Name = ""


class Services(Request, frozen=True, tag=0x30):
    """Result: :class:`ServiceList`."""


class CallService(Request, frozen=True, tag=0x31):
    """Result: :class:`ServiceReply`. ``request``: values by field name."""

    service: Name
    request: Annotated[dict[Name, Value], Meta(max_length=32)] = {}


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
    | Block
    | Unblock
    | Blocks
    | ConfirmToken
    | Devices
    | AddDevice
    | SignDevice
    | RevokeDevice
    | SetPassword
    | DeleteAccount
    | Invite
    | Kick
    | Ban
    | Unban
    | Bans
    | SetRoom
    | SetStanding
    | Directory
    | Services
    | CallService
)
