"""What the hub tells sessions without being asked: one frozen value per event, no behaviour.

Times are milliseconds since the epoch (UTC). A door encodes an event once for all its sessions.
"""

from __future__ import annotations

from dataclasses import field

from chatd.domain.commands import Relation, Standing, Style
from chatd.domain.value import value
from chatd.errors import Code


@value
class RoomSaid:
    """Somebody said something in a room (never told to the one who said it).

    ``origin``: the text's bytes where they came in as something else than UTF-8, else b"".
    ``conversation``: where it lasts, the room's id, within which ``id`` counts; else b"". ``ref``:
    the id of the message that ``relation`` is to.
    """

    room: str
    sender: str
    text: str
    style: Style
    id: int
    time: int
    origin: bytes = b""
    conversation: bytes = b""
    relation: Relation = Relation.NONE
    ref: int = 0


@value
class DirectSaid:
    """Somebody said something to ``to`` alone. The rest as in :class:`RoomSaid`."""

    sender: str
    to: str
    text: str
    style: Style
    id: int
    time: int
    origin: bytes = b""
    conversation: bytes = b""
    relation: Relation = Relation.NONE
    ref: int = 0


@value
class SealedSaid:
    """Somebody said something that only devices can read; ``part`` is for this device alone. In a
    pair ``room`` is "" and ``to`` the nick of who is told by the other."""

    conversation: bytes
    room: str
    sender: str
    to: str
    device: bytes
    id: int
    time: int
    body: bytes = field(repr=False)
    part: bytes = field(default=b"", repr=False)


@value
class MailCame:
    """There is something in this device's mailbox; ``sender`` is "" for the server."""

    id: int
    sender: str
    device: bytes
    time: int
    body: bytes = field(repr=False)


@value
class ReadMoved:
    """One has read a conversation up to ``number``, by another session."""

    conversation: bytes
    number: int


@value
class ProgressChanged:
    """Every other person in a conversation has got, and has read, what was said up to these
    numbers."""

    conversation: bytes
    delivered: int
    read: int


@value
class PresenceChanged:
    """Somebody with whom one shares a room or talks is "online", "away" (with a text) or "offline"
    (``seen``: when they were here last, ms, 0 where they do not tell). ``quiet``: it is a server
    that has just started that learns of it."""

    nick: str
    presence: str
    text: str = ""
    seen: int = 0
    quiet: bool = False


@value
class BroadcastSaid:
    """Somebody said something to everyone else."""

    sender: str
    text: str
    id: int
    time: int


@value
class Entered:
    """Somebody entered a room one is in. ``account``: a person the server knows, ``display`` their
    display name."""

    room: str
    nick: str
    account: bool = False
    display: str = ""


@value
class Left:
    """Somebody left a room one is in; ``gone`` when they left the server with it."""

    room: str
    nick: str
    gone: bool


@value
class NickChanged:
    """Somebody who shares a room is now known by another nick (told once a person)."""

    old: str
    new: str


@value
class TopicChanged:
    """A room's topic was set by ``nick``."""

    room: str
    nick: str
    topic: str


@value
class AwayChanged:
    """Somebody who shares a room went away (with a text) or came back ("")."""

    nick: str
    text: str


@value
class Typing:
    """Somebody is typing, or stopped: in ``room``, or to oneself where that is ""."""

    nick: str
    room: str
    active: bool


@value
class Warned:
    """The server has something to say to this session, such as "you were silent for too long"."""

    code: Code
    text: str


@value
class DisplayChanged:
    """Somebody who shares a room shows another display name ("" for none)."""

    nick: str
    display: str


@value
class Invited:
    """``by`` asks one into a room; "" where it is not known any more."""

    room: str
    by: str


@value
class Kicked:
    """``by`` put ``nick`` out of a room, who is told too. ``banned``: for longer."""

    room: str
    nick: str
    by: str
    reason: str
    banned: bool


@value
class RoomChanged:
    """``nick`` set how a room is; all its settings as they are now."""

    room: str
    nick: str
    level: int
    private: bool
    locked: bool
    retention: int = 0


@value
class StandingChanged:
    """``nick`` is something else in a room now; ``by`` is "" where it came by itself."""

    room: str
    nick: str
    standing: Standing
    by: str


@value
class BlockChanged:
    """One has blocked somebody by another session, or no longer. Told too where a guest whom one
    has blocked takes another nick (as the end for the old one) or leaves."""

    nick: str
    blocked: bool


@value
class DeviceChanged:
    """One of one's own devices: ``what`` is "enrolled", "signed", "suspended", "revoked"; ``proof``
    and ``enrolment`` as in :class:`chatd.domain.results.DeviceRow`. Admins are told of suspended
    devices of others, then ``nick`` is not one's own."""

    nick: str
    what: str
    id: bytes
    name: str
    key: bytes
    proof: bytes
    enrolment: bytes


Event = (
    RoomSaid
    | DirectSaid
    | SealedSaid
    | MailCame
    | ReadMoved
    | ProgressChanged
    | PresenceChanged
    | BroadcastSaid
    | Entered
    | Left
    | NickChanged
    | TopicChanged
    | AwayChanged
    | Typing
    | Warned
    | DisplayChanged
    | Invited
    | Kicked
    | RoomChanged
    | StandingChanged
    | BlockChanged
    | DeviceChanged
)
