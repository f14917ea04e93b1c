"""What the hub answers to a command that was done. Times are milliseconds since the epoch (UTC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from chatd.domain.commands import Standing
from chatd.domain.value import value


@value
class Nothing:
    """Done; there is nothing more to say."""


@value
class Accepted:
    """A message was taken: its id (unique and growing) and the server's time (ms). ``withheld``:
    some did not get it, for they have blocked the sender."""

    id: int
    time: int
    withheld: bool = False


@value
class Joined:
    """One is in the room now. ``created``: it was made by this join."""

    room: str
    topic: str
    members: int
    created: bool
    level: int = 0
    private: bool = False
    locked: bool = False
    standing: Standing = Standing.MEMBER


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
    room asked about; ``account``: a person the server knows, ``display`` their display name."""

    nick: str
    away: str
    account: bool = False
    display: str = ""
    standing: Standing = Standing.MEMBER


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
    ``root``: the account's root key, by which others pin it."""

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
