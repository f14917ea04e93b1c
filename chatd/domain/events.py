"""What the hub tells sessions without being asked: one frozen value per event, no behaviour.

Times are milliseconds since the epoch (UTC). A door encodes an event once for all its sessions.
"""

from __future__ import annotations

from chatd.domain.commands import Standing, Style
from chatd.domain.value import value
from chatd.errors import Code


@value
class RoomSaid:
    """Somebody said something in a room (never told to the one who said it).

    ``origin``: the text's bytes where they came in as something else than UTF-8, else b"".
    """

    room: str
    sender: str
    text: str
    style: Style
    id: int
    time: int
    origin: bytes = b""


@value
class DirectSaid:
    """Somebody said something to ``to`` alone. ``origin`` as in :class:`RoomSaid`."""

    sender: str
    to: str
    text: str
    style: Style
    id: int
    time: int
    origin: bytes = b""


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
    """``by`` asks one into a room."""

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
