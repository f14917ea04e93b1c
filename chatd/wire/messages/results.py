"""What a status carries when a request was done. These have no op: the id tells which it is."""

from __future__ import annotations

from msgspec import Raw, Struct

from chatd.wire.messages import requests
from chatd.wire.messages.base import (
    Identifier,
    Key,
    Level,
    Name,
    Record,
    Request,
    Short,
    Signature,
    Stamp,
    StandingByte,
    Value,
    unspoken,
)


class Accepted(Struct, array_like=True, frozen=True, gc=False):
    """A message's id (unique, growing) and the server's time. ``withheld``: some did not get it.
    ``conversation``: it is stored there, and the id is its number; b"" where nothing is.
    ``alone``: no other account was there to get it."""

    id: Stamp
    time: Stamp
    withheld: bool = False
    conversation: Identifier = b""
    alone: bool = False


class Joined(Struct, array_like=True, frozen=True, gc=False):
    """A room one is in. ``created``: by this join; ``level`` to enter it; ``private``: unlisted, by
    invitation; ``locked``: its topic; ``standing``: what one is in it. ``conversation``: its id
    where it lasts, ``last`` what was said last before one came (by this join), ``retention`` the
    seconds for which messages are kept, ``sealed``: only devices can read them."""

    room: Name
    topic: Short
    members: int
    created: bool = False
    level: Level = 0
    private: bool = False
    locked: bool = False
    standing: StandingByte = 0
    conversation: Identifier = b""
    last: Stamp = 0
    retention: Stamp = 0
    sealed: bool = False


class PairOpened(Struct, array_like=True, frozen=True, gc=False):
    """The conversation that one has with somebody; b"" for one that does not last."""

    nick: Name
    conversation: Identifier


class FollowRow(Struct, array_like=True, frozen=True, gc=False):
    """A conversation that this device is to get. ``kind``: 0 a room, 1 a pair, 2 the device's
    mailbox, and ``name`` the room's, or the other one's handle. ``acked``: what this device has
    acknowledged, ``last``: what there is, ``read``: what one has read; ``left``: no more comes.
    ``leaps``: numbers, both ends included, that hold nothing; what was there is lost."""

    conversation: Identifier
    kind: int
    name: Name
    sealed: bool
    acked: Stamp
    last: Stamp
    read: Stamp
    left: bool = False
    leaps: list[tuple[Stamp, Stamp]] = []


class FollowPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of these; with ``more``, ask again after the last id. ``epoch``: the highest that this
    device's outbox has used."""

    rows: list[FollowRow]
    more: bool
    epoch: Stamp


class FetchPage(Struct, array_like=True, frozen=True, gc=False):
    """What was said, in order: encoded events (:class:`RoomSaid`, :class:`DirectSaid`,
    :class:`SealedSaid`, :class:`MailCame`) and :class:`Missing` ones. All up to ``upto`` is known
    then; without ``more`` what comes after it is told at once."""

    items: list[Raw]
    upto: Stamp
    more: bool


class Progress(Struct, array_like=True, frozen=True, gc=False):
    """Every other person in a conversation has got, and read, what was said up to these."""

    delivered: Stamp
    read: Stamp


class ReceiptRow(Struct, array_like=True, frozen=True, gc=False):
    """How far somebody is. What was said up to ``after``, before they came, is not for them."""

    nick: Name
    delivered: Stamp
    read: Stamp
    after: Stamp = 0


class ReceiptPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of these; with ``more``, ask again after the last nick."""

    people: list[ReceiptRow]
    more: bool


class JoinedPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of the rooms one is in."""

    rooms: list[Joined]
    more: bool


class Renamed(Struct, array_like=True, frozen=True, gc=False):
    """The nick from now on, and an account's display name."""

    nick: Name
    display: Short = ""


class RoomRow(Struct, array_like=True, frozen=True, gc=False):
    """A room in a list; ``locked``: it asks for a password."""

    name: Name
    members: int
    locked: bool
    topic: Short
    level: Level = 0
    private: bool = False


class RoomPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of rooms; with ``more``, ask again after the last name."""

    rooms: list[RoomRow]
    total: int
    more: bool


class UserRow(Struct, array_like=True, frozen=True, gc=False):
    """A person in a list; ``away`` is "" for who is here. ``account``: the server knows them, by
    this handle; ``standing``: in the room asked about; ``seen``: when somebody who is not
    ``online`` was here last, 0 where they do not tell."""

    nick: Name
    away: Short
    account: bool = False
    display: Short = ""
    standing: StandingByte = 0
    online: bool = True
    seen: Stamp = 0


class UserPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of people; with ``more``, ask again after the last nick."""

    users: list[UserRow]
    total: int
    more: bool


class Person(Struct, array_like=True, frozen=True, gc=False):
    """What one may know of somebody: ``kind`` ("guest", "account"), ``door`` they came by,
    ``since`` (ms since the epoch), ``idle`` (seconds), the rooms shared with the asker. ``root``:
    the Ed25519 key by which others pin an account; ``online`` is false for one not here."""

    nick: Name
    kind: Short
    door: Short
    away: Short
    since: Stamp
    idle: int
    rooms: list[str]
    display: Short = ""
    level: Level = 0
    role: Short = ""
    root: Key = b""
    online: bool = True
    seen: Stamp = 0


class BanRow(Struct, array_like=True, frozen=True, gc=False):
    """A ban: ``target`` a handle, or ``~nick`` for a guest; ``until`` 0: no end."""

    target: Name
    by: Name
    reason: Short
    since: Stamp
    until: Stamp


class BanPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of a room's bans."""

    bans: list[BanRow]
    more: bool


class BlockRow(Struct, array_like=True, frozen=True, gc=False):
    """Somebody whom one has blocked; ``account``: for good, else while they are here."""

    nick: Name
    account: bool


class BlockPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of those whom one has blocked; with ``more``, ask again after the last nick."""

    blocks: list[BlockRow]
    more: bool


class DeviceRow(Struct, array_like=True, frozen=True, gc=False):
    """A device. ``name``, ``seen``, ``proof``, ``enrolment`` (the SHA-256 of its one-time ID) and
    ``current`` (the asking one) are told to its owner only."""

    id: Identifier
    key: Key
    state: Short
    record: Record
    signature: Signature
    created: Stamp
    name: Short = ""
    seen: Stamp = 0
    proof: Key = b""
    enrolment: Key = b""
    current: bool = False


class DeviceList(Struct, array_like=True, frozen=True, gc=False):
    """A person's devices, their account's id and the root key that signs them."""

    nick: Name
    account: Identifier
    root: Key
    devices: list[DeviceRow]


class OneTimeId(Struct, array_like=True, frozen=True, gc=False):
    """A one-time ID, told once, and when it expires (ms since the epoch)."""

    one_time_id: Short
    expires: Stamp

    __repr__ = unspoken


class DirectoryRow(Struct, array_like=True, frozen=True, gc=False):
    """An account; ``presence`` is "online", "away" or "offline"."""

    nick: Name
    display: Short
    level: Level
    role: Short
    presence: Short
    root: Key


class DirectoryPage(Struct, array_like=True, frozen=True, gc=False):
    """A page of accounts; with ``more``, ask again after the last handle."""

    people: list[DirectoryRow]
    more: bool


class FieldRow(Struct, array_like=True, frozen=True, gc=False):
    """A field of a service's request; ``kind`` is "text", "number" or "flag"."""

    name: Name
    kind: Short
    required: bool
    meaning: Short


class ServiceRow(Struct, array_like=True, frozen=True, gc=False):
    """A service and what it takes."""

    name: Name
    description: Short
    level: Level
    fields: list[FieldRow]


class ServiceList(Struct, array_like=True, frozen=True, gc=False):
    """The services that one may use."""

    services: list[ServiceRow]


class ServiceReply(Struct, array_like=True, frozen=True, gc=False):
    """What a service answered: rows of values by field name, in order."""

    rows: list[dict[Name, Value]]


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
    requests.SaySealed: Accepted,
    requests.OpenPair: PairOpened,
    requests.Follow: FollowPage,
    requests.Fetch: FetchPage,
    requests.MarkRead: None,
    requests.GetProgress: Progress,
    requests.Receipts: ReceiptPage,
    requests.HideSeen: None,
    requests.Block: None,
    requests.Unblock: None,
    requests.Blocks: BlockPage,
    requests.ConfirmToken: None,
    requests.Devices: DeviceList,
    requests.AddDevice: OneTimeId,
    requests.SignDevice: None,
    requests.RevokeDevice: None,
    requests.SetPassword: None,
    requests.DeleteAccount: None,
    requests.Invite: None,
    requests.Kick: None,
    requests.Ban: None,
    requests.Unban: None,
    requests.Bans: BanPage,
    requests.SetRoom: None,
    requests.SetStanding: None,
    requests.Directory: DirectoryPage,
    requests.Services: ServiceList,
    requests.CallService: ServiceReply,
}
