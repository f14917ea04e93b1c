"""What a client sends: READY, then requests."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from chatd.wire.messages.base import (
    Body,
    Heartbeat,
    Identifier,
    Key,
    Level,
    Message,
    Name,
    Record,
    RelationByte,
    Request,
    Secret,
    Short,
    Signature,
    Stamp,
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
    """Result: :class:`Joined`. ``level``, ``private`` and ``sealed`` (only devices can read what is
    said) are for a room that is made by it."""

    room: Name
    password: Short = ""
    level: Level = 0
    private: bool = False
    sealed: bool = False

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
    """Result: :class:`Accepted`. The rest as in :class:`Say`."""

    to: Name
    text: Text
    style: StyleByte = 0
    conversation: Identifier = b""
    epoch: Stamp = 0
    seq: Stamp = 0
    relation: RelationByte = 0
    ref: Stamp = 0


class Measure(Request, frozen=True, tag=0x14):
    """No result: the time until the answer is the lag."""


class Say(Request, frozen=True, tag=0x15):
    """Result: :class:`Accepted`. ``conversation``: the id that the sender knows the room by; with
    ``epoch`` and ``seq`` it is the message's place in this device's outbox. ``relation`` to the
    message ``ref``."""

    room: Name
    text: Text
    style: StyleByte = 0
    conversation: Identifier = b""
    epoch: Stamp = 0
    seq: Stamp = 0
    relation: RelationByte = 0
    ref: Stamp = 0


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


class SaySealed(Request, frozen=True, tag=0x36):
    """Result: :class:`Accepted`. To a sealed room, or (room "") to a person. ``parts``: what each
    device gets besides ``body``, by its id; ``letters``: for mailboxes, committed with it."""

    conversation: Identifier
    epoch: Stamp
    seq: Stamp
    body: Body
    room: Name = ""
    to: Name = ""
    parts: Annotated[dict[Identifier, Body], Meta(max_length=4096)] = {}
    letters: Annotated[list[tuple[Identifier, Body]], Meta(max_length=4096)] = []

    __repr__ = unspoken


class OpenPair(Request, frozen=True, tag=0x37):
    """Result: :class:`PairOpened`: which conversation one has with somebody."""

    nick: Name
    sealed: bool = False


class Follow(Request, frozen=True, tag=0x38):
    """Result: :class:`FollowPage`, after the id ``after``. From the first page on this session
    fetches and acknowledges what is said in lasting conversations."""

    after: Identifier = b""


class Fetch(Request, frozen=True, tag=0x39):
    """Result: :class:`FetchPage`: what was said after the number ``after``."""

    conversation: Identifier
    after: Stamp


class Acknowledge(Message, frozen=True, tag=0x3A):
    """Never answered. This device has stored all that it is to get up to ``number``."""

    conversation: Identifier
    number: Stamp


class MarkRead(Request, frozen=True, tag=0x3B):
    """No result. ``quiet``: only one's own devices are told."""

    conversation: Identifier
    number: Stamp
    quiet: bool = False


class GetProgress(Request, frozen=True, tag=0x3C):
    """Result: :class:`Progress`."""

    conversation: Identifier


class Receipts(Request, frozen=True, tag=0x3E):
    """Result: :class:`ReceiptPage`, after the handle ``after``."""

    conversation: Identifier
    after: Name = ""


class HideSeen(Request, frozen=True, tag=0x3F):
    """No result. Whether others know when one was here last."""

    hidden: bool


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
    retention: Stamp | None = None


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
    | SaySealed
    | OpenPair
    | Follow
    | Fetch
    | Acknowledge
    | MarkRead
    | GetProgress
    | Receipts
    | HideSeen
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
