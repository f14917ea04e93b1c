"""The messages inside records: MessagePack arrays, the op first.

Two directions, two tables: an op may mean a request on the way up and an event on the way down.
A request carries an id after its op and gets exactly one :class:`Status`. Unknown trailing fields
are ignored, that is how the protocol grows. Ops keep the seeds' numbers where they had one
(seed 001: 03 06 09 0c 0f 12 13 15 9a 9b; seed 000: ``$``).

Room names carry no ``#`` on the wire. Times are milliseconds since the epoch (UTC). The lengths
here are the outer bounds of the protocol; a server's own limits are announced in HELLO.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

#: Characters in a nick or room name: the outer bound; servers announce their own below it.
MAX_NAME = 255

Id = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Short = Annotated[str, Meta(max_length=4096)]
Text = Annotated[str, Meta(max_length=65535)]
StyleByte = Annotated[int, Meta(ge=0, le=255)]
Stamp = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Secret = Annotated[bytes, Meta(max_length=1024)]


class Message(Struct, array_like=True, frozen=True, gc=False):
    """A MessagePack array whose first element is the op."""


class Request(Message, frozen=True):
    """A message that gets exactly one :class:`Status` with the same id."""

    id: Id


# ---------------------------------------------------------------- client to server


def _unspoken(self: Struct) -> str:
    """The repr of a message with a secret in it: logs and tracebacks must not tell."""
    return f"<{type(self).__name__}>"


class Resume(Struct, array_like=True, frozen=True, gc=False):
    """Take an earlier session back: its id and the secret its WELCOME told."""

    session: Annotated[bytes, Meta(max_length=16)]
    secret: Annotated[bytes, Meta(max_length=32)]

    __repr__ = _unspoken


class Ready(Message, frozen=True, tag=0x3D):
    """``=``, the handshake's fourth step: who one is, and what to resume.

    ``method`` is one of HELLO's methods ("guest" has no secret).
    """

    method: Annotated[str, Meta(max_length=32)]
    nick: Name
    secret: Secret = b""
    resume: Resume | None = None

    __repr__ = _unspoken


class Join(Request, frozen=True, tag=0x03):
    """Result: :class:`Joined`."""

    room: Name
    password: Short = ""

    __repr__ = _unspoken


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


class Heartbeat(Message, frozen=True, tag=0x13):
    """Both ways: still here. Never answered."""


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

# ---------------------------------------------------------------- server to client


class Status(Message, frozen=True, tag=0x9A):
    """The one answer to a request. ``code`` 0: done, ``result`` holds what it gives; else refused,
    with a text for people and the seconds to wait where waiting helps."""

    id: Id
    code: Annotated[int, Meta(ge=0, le=65535)]
    text: Short = ""
    wait: Annotated[float, Meta(ge=0)] = 0.0
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

    __repr__ = _unspoken


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
    wait: Annotated[float, Meta(ge=0)] = 0.0


# ---------------------------------------------------------------- results (no op: the id tells)


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

#: What each request's status carries when it was done; None where there is nothing to carry.
RESULTS: dict[type[Request], type[Struct] | None] = {
    Join: Joined,
    Leave: None,
    Rooms: RoomPage,
    Mine: JoinedPage,
    Users: UserPage,
    Nick: Renamed,
    Direct: Accepted,
    Measure: None,
    Say: Accepted,
    Topic: None,
    Whois: Person,
    Away: None,
    Typing: None,
    Logout: None,
    Broadcast: Accepted,
}
