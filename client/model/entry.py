"""What stands in a timeline: one frozen value per line of conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto


class EntryKind(Enum):
    """What a line is, and so how it is drawn."""

    SAID = auto()
    ACTION = auto()
    BROADCAST = auto()
    ENTERED = auto()
    LEFT = auto()
    NOTICE = auto()
    ERROR = auto()
    GAP = auto()


#: Kinds that somebody said: the ones that count as unread and are searched.
SPOKEN = frozenset({EntryKind.SAID, EntryKind.ACTION, EntryKind.BROADCAST})


class Delivery(Enum):
    """How far one's own message came."""

    WAITING = auto()
    ACCEPTED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline, as it came: nothing in it is safe to draw before
    :func:`client.model.visible.visible`.

    :ivar time: milliseconds since the epoch (UTC).
    :ivar id: the server's number of a message, None for what has none (yet).
    :ivar mention: it names the user, or one of their highlight words.
    :ivar failure: why delivery failed, for people.
    :ivar kept: it is worth keeping beyond this run, though nobody said it.
    :ivar row: where it stands in the history, 0 for nowhere.
    """

    kind: EntryKind
    time: int
    text: str
    sender: str = ""
    id: int | None = None
    own: bool = False
    mention: bool = False
    delivery: Delivery | None = None
    failure: str = ""
    kept: bool = field(default=False, compare=False)
    row: int = field(default=0, compare=False)

    @property
    def lasting(self) -> bool:
        """Whether it goes into the history."""
        return self.kept or self.kind in SPOKEN
