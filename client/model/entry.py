"""What stands in a timeline: one frozen value per line of conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from chatd.domain.commands import Relation


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


#: Where what waits stands in the history: below everything else.
BOTTOM = 2**62


class Delivery(Enum):
    """How far one's own message came. How far an accepted one came to others, its conversation
    knows; an expired one was accepted, and somebody never got it."""

    WAITING = auto()
    ACCEPTED = auto()
    FAILED = auto()
    EXPIRED = auto()


#: Emoji, and the nicks of those who reacted with it, in the order in which they came.
Reactions = tuple[tuple[str, tuple[str, ...]], ...]


#: The server has taken it.
SENT = frozenset({Delivery.ACCEPTED, Delivery.EXPIRED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline, as it came: nothing in it is safe to draw before
    :func:`client.model.visible.visible`.

    :ivar time: milliseconds since the epoch (UTC).
    :ivar id: the server's number of a message, None for what has none (yet).
    :ivar mention: it names the user, or one of their highlight words.
    :ivar failure: why delivery failed, for people; while it waits: what it waits for, "" for
        nothing special.
    :ivar relation: what it is to the message ``ref``: in a timeline a reply or nothing; edits,
        deletions and reactions have no line of their own, and are entries only on their way out.
    :ivar ref: the number of that message, in the same conversation.
    :ivar edited: its sender has changed the text since.
    :ivar rewritten: the number of the last edit, 0 for none.
    :ivar deleted: its sender has taken it back; there is no text.
    :ivar reactions: what people put to it.
    :ivar reacted: the number of one's own last reaction to it, 0 for none.
    :ivar alone: nobody else was there to get it.
    :ivar kept: it is worth keeping beyond this run, though nobody said it.
    :ivar row: what it is in the history, 0 where it is not there; rows grow as entries come.
    :ivar at: where it stands there: at its own row for 0, else where an entry with this row would.
    :ivar in_order: its id is a number of a conversation that lasts, and says where it stands there.
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
    relation: Relation = Relation.NONE
    ref: int | None = None
    edited: bool = False
    deleted: bool = False
    reactions: Reactions = ()
    rewritten: int = field(default=0, compare=False)
    reacted: int = field(default=0, compare=False)
    alone: bool = False
    at: int = field(default=0, compare=False)
    in_order: bool = field(default=False, compare=False)

    @property
    def number(self) -> int | None:
        """Its number in a conversation that lasts; None for what has none, or not yet."""
        return self.id if self.in_order else None

    @property
    def lasting(self) -> bool:
        """Whether it goes into the history."""
        return self.kept or self.kind in SPOKEN
