"""What one device did, as it happened: JSON lines, outside of every database that is tried.

Each line is one write(2): whatever ends the process after it, the line is there. Times are the
system's monotonic clock, which all processes share and no test sets.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True, tag_field="what", tag=True):
    """:ivar at: monotonic seconds."""

    at: float = 0.0


class Began(Line, frozen=True):
    """A life of the device begins."""


class Welcomed(Line, frozen=True):
    """The server let it in."""


class Named(Line, frozen=True):
    """It has learned the id of a conversation, by which other lines may call it."""

    stream: str
    place: str


class Typed(Line, frozen=True):
    """Somebody pressed Enter."""

    place: str
    text: str


class Taken(Line, frozen=True):
    """The server's word that a message is accepted, and under which number."""

    place: str
    text: str
    number: int


class Reacted(Line, frozen=True):
    """The server's word that a reaction to the message ``ref`` is accepted, under this number."""

    place: str
    ref: int
    emoji: str
    number: int


class Denied(Line, frozen=True):
    """The server refused a message."""

    place: str
    text: str
    code: int
    why: str


class Shown(Line, frozen=True):
    """A line was put at the end of a timeline; one's own has no number yet."""

    place: str
    text: str
    sender: str
    number: int | None


class Kept(Line, frozen=True):
    """These are on the device's disk now."""

    texts: list[str]


class Acknowledged(Line, frozen=True):
    """It is about to say that it has everything up to a number."""

    place: str
    number: int


class Missed(Line, frozen=True):
    """The server's word that the device never gets these numbers."""

    place: str
    first: int
    last: int
    reason: int


class Expired(Line, frozen=True):
    """The server's word that no device of ``handle`` got these."""

    place: str
    first: int
    last: int
    handle: str


class Progressed(Line, frozen=True):
    """The server's word how far everybody else is."""

    place: str
    delivered: int
    read: int


class Looked(Line, frozen=True):
    """The device is about to say that its owner has read up to a number."""

    place: str
    number: int


class Entering(Line, frozen=True):
    """It asks to be let into a room."""

    place: str


class Entered(Line, frozen=True):
    """It was let in. ``last``: the number before its first one; None where the answer was lost."""

    place: str
    last: int | None


class Leaving(Line, frozen=True):
    """It is about to leave a room."""

    place: str


class Left(Line, frozen=True):
    """It has left it."""

    place: str


class Keeping(Line, frozen=True):
    """It is about to have the server keep for so long what is said in a room."""

    place: str
    seconds: int


class Done(Line, frozen=True):
    """Something that the plan has a device ask the server for was done."""

    errand: str


class Idle(Line, frozen=True):
    """All was typed that is to be typed, and nothing waits to be sent."""


class Troubled(Line, frozen=True):
    """Something that a person would be warned of, or that ended the connection for good."""

    text: str


Any = (
    Began
    | Welcomed
    | Named
    | Typed
    | Taken
    | Reacted
    | Denied
    | Shown
    | Kept
    | Acknowledged
    | Missed
    | Expired
    | Progressed
    | Looked
    | Entering
    | Entered
    | Leaving
    | Left
    | Keeping
    | Done
    | Idle
    | Troubled
)

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Any)


class Journal:
    """Lines are added at the end of a file, which is made if it is not there."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, line: Any) -> None:
        """Add a line, with the time."""
        stamped = msgspec.structs.replace(line, at=time.monotonic())
        os.write(self._file, msgspec.json.encode(stamped) + b"\n")


def read(path: Path) -> Iterator[Any]:
    """All lines; none, where there is no file. A last one that is not whole is left out."""
    if path.exists():
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        yield from map(_decoder.decode, whole.splitlines())
