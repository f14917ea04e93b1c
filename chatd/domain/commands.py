"""What a session may ask of the hub: one frozen value per command, no behaviour.

A door turns bytes into these; the hub's command table (``hub/table.py``) says who handles each.
Names of rooms are without ``#``: the sigil belongs to interfaces.
"""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum

from chatd.domain.value import value


class Style(IntEnum):
    """How a text is meant: said, or done (``/me waves``)."""

    SAID = 0
    ACTION = 1


@value
class Join:
    """Enter a room; it is made, with this password, if there is none of that name."""

    room: str
    password: str = field(default="", repr=False)


@value
class Leave:
    """Leave a room."""

    room: str


@value
class Say:
    """Say something to everyone else in a room.

    ``origin``: the bytes as they came where they were not UTF-8 (a door of bytes only), else b"".
    """

    room: str
    text: str
    style: Style = Style.SAID
    origin: bytes = b""


@value
class Tell:
    """Say something to one person, by nick. ``origin`` as in :class:`Say`."""

    to: str
    text: str
    style: Style = Style.SAID
    origin: bytes = b""


@value
class Broadcast:
    """Say something to everyone on the server; kept for nobody (seed 003)."""

    text: str


@value
class Rename:
    """Change one's nick."""

    nick: str


@value
class SetTopic:
    """Set a room's topic; the empty text clears it."""

    room: str
    topic: str


@value
class SetAway:
    """Be away with this text; the empty text means back."""

    text: str


@value
class ShowTyping:
    """Tell a room (``room``) or a person (``to``) that one is typing, or no longer."""

    active: bool
    room: str = ""
    to: str = ""


@value
class ListRooms:
    """One page of the rooms, sorted by folded name, after ``after`` ("" for the first)."""

    after: str = ""


@value
class ListMine:
    """One page of the rooms one is in, in the order of joining, after ``after``."""

    after: str = ""


@value
class ListUsers:
    """One page of a room's members (``room``) or of everyone (""), sorted, after ``after``."""

    room: str = ""
    after: str = ""


@value
class Whois:
    """What one may know of a person."""

    nick: str


@value
class Measure:
    """Answer at once: the asker measures the lag."""


Command = (
    Join
    | Leave
    | Say
    | Tell
    | Broadcast
    | Rename
    | SetTopic
    | SetAway
    | ShowTyping
    | ListRooms
    | ListMine
    | ListUsers
    | Whois
    | Measure
)
