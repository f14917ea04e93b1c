"""What the hub answers to a command that was done. Times are milliseconds since the epoch (UTC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from chatd.domain.commands import Standing
from chatd.domain.conversation import GapReason
from chatd.domain.events import DirectSaid, MailCame, RoomSaid, SealedSaid
from chatd.domain.message import Followed
from chatd.domain.value import value


@value
class Nothing:
    """Done; there is nothing more to say."""


@value
class Accepted:
    """A message was taken: its id (unique and growing) and the server's time (ms). ``withheld``:
    some did not get it, for they have blocked the sender. ``conversation``: it is stored there, and
    ``id`` is its number; b"" where nothing is. ``alone``: no other account was there, so that
    nobody gets it, whoever comes later."""

    id: int
    time: int
    withheld: bool = False
    conversation: bytes = b""
    alone: bool = False


@value
class Joined:
    """One is in the room now. ``created``: it was made by this join. ``conversation``: its id where
    it lasts, else b""; ``last``: what was said last before one came."""

    room: str
    topic: str
    members: int
    created: bool
    level: int = 0
    private: bool = False
    locked: bool = False
    standing: Standing = Standing.MEMBER
    conversation: bytes = b""
    last: int = 0
    retention: int = 0
    sealed: bool = False


@value
class PairOpened:
    """The conversation that one has with somebody; b"" for one that does not last."""

    nick: str
    conversation: bytes


@value
class FollowPage:
    """Part of what a device follows; ``epoch``: the highest one its outbox has used, 0 for none."""

    rows: tuple[Followed, ...]
    more: bool
    epoch: int


@value
class Missing:
    """Numbers that one's device never gets, both ends included."""

    first: int
    last: int
    reason: GapReason


@value
class FetchPage:
    """What was said, as events, with what is missing in its place. ``upto``: all up to here is
    known now; without ``more`` what comes after it is told at once."""

    items: tuple[RoomSaid | DirectSaid | SealedSaid | MailCame | Missing, ...]
    upto: int
    more: bool


@value
class Progress:
    """Every other person in a conversation has got, and read, what was said up to these."""

    delivered: int
    read: int


@value
class ReceiptRow:
    """How far somebody is. What was said up to ``after``, before they came, is not for them."""

    nick: str
    delivered: int
    read: int
    after: int = 0


@value
class ReceiptPage:
    """Part of who has got and read what in a conversation, oneself left out."""

    people: tuple[ReceiptRow, ...]
    more: bool


@value
class Renamed:
    """The nick as it is from now on, and for accounts the display name."""

    nick: str
    display: str = ""


@value
class RoomRow:
    """A room in a list."""

    name: str
    members: int
    locked: bool
    topic: str
    level: int = 0
    private: bool = False


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
    """A person in a list; ``away`` is the away text, "" when present. ``standing`` is that in the
    room asked about; ``account``: a person the server knows, ``display`` their display name.
    ``online`` is false for a member who is not here, last at ``seen`` (ms, 0 where they do not
    tell)."""

    nick: str
    away: str
    account: bool = False
    display: str = ""
    standing: Standing = Standing.MEMBER
    online: bool = True
    seen: int = 0


@value
class UserPage:
    """Part of a list of people; ``total`` counts all, ``more`` says whether to ask again."""

    users: tuple[UserRow, ...]
    total: int
    more: bool


@value
class Person:
    """What the asker may know of somebody: shared rooms only, never an address. ``kind``: "guest"
    or "account"; ``online`` is false for an account that is not here, whose ``since`` is 0;
    ``root``: the account's root key, by which others pin it; ``seen``: when somebody who is not
    here was last, 0 where they do not tell."""

    nick: str
    kind: str
    door: str
    away: str
    since: int
    idle: int
    rooms: tuple[str, ...]
    display: str = ""
    level: int = 0
    role: str = ""
    root: bytes = b""
    online: bool = True
    seen: int = 0


@value
class BanRow:
    """``target``: a handle, or ``~nick`` for a guest and where it came from. ``until``: ms since
    the epoch, 0 for no end."""

    target: str
    by: str
    reason: str
    since: int
    until: int


@value
class BanPage:
    """Part of a room's bans."""

    bans: tuple[BanRow, ...]
    more: bool


@value
class BlockRow:
    """Somebody whom one has blocked; ``account``: for good, not only while they are here."""

    nick: str
    account: bool


@value
class BlockPage:
    """Part of the list of those whom one has blocked."""

    blocks: tuple[BlockRow, ...]
    more: bool


@value
class DeviceRow:
    """A device, as others may see it; ``name``, ``seen`` and ``proof`` are for its owner only
    ("", 0 and b"" for everybody else), and so are devices that are not active. ``enrolment``: the
    SHA-256 of the one-time ID it came by, for its owner, who may have made that."""

    id: bytes
    key: bytes
    state: str
    record: bytes
    signature: bytes
    created: int
    name: str = ""
    seen: int = 0
    proof: bytes = b""
    enrolment: bytes = b""
    current: bool = False


@value
class DeviceList:
    """A person's devices and the root key that signs them."""

    nick: str
    account: bytes
    root: bytes
    devices: tuple[DeviceRow, ...]


@value
class OneTimeId:
    """A new one-time ID, told once; ``expires``: ms since the epoch."""

    one_time_id: str = field(repr=False)
    expires: int


@value
class DirectoryRow:
    """An account. ``presence``: "online", "away" or "offline"; ``root``: its public root key."""

    nick: str
    display: str
    level: int
    role: str
    presence: str
    root: bytes


@value
class DirectoryPage:
    """Part of the list of accounts."""

    people: tuple[DirectoryRow, ...]
    more: bool


@value
class FieldRow:
    """A field of a service's request: ``kind`` is "text", "number" or "flag"."""

    name: str
    kind: str
    required: bool
    meaning: str


@value
class ServiceRow:
    """A service and what it takes."""

    name: str
    description: str
    level: int
    fields: tuple[FieldRow, ...]


@value
class ServiceList:
    """The services one may use."""

    services: tuple[ServiceRow, ...]


@value
class ServiceReply:
    """What a service answered: rows of values by field name, in order."""

    rows: tuple[Mapping[str, str | int | bool], ...]


Result = (
    Nothing
    | Accepted
    | Joined
    | PairOpened
    | FollowPage
    | FetchPage
    | Progress
    | ReceiptPage
    | Renamed
    | RoomPage
    | JoinedPage
    | UserPage
    | Person
    | BanPage
    | BlockPage
    | DeviceList
    | OneTimeId
    | DirectoryPage
    | ServiceList
    | ServiceReply
)
