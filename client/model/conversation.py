"""One conversation: a room, a person, or the server itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from chatd.domain.commands import Standing
from chatd.domain.directory import Directory
from chatd.domain.names import fold

from .entry import SPOKEN, Entry
from .timeline import Timeline
from .typists import Typists


class Kind(Enum):
    """With whom one talks."""

    ROOM = auto()
    PERSON = auto()
    SERVER = auto()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a room. ``away`` is "" for who is here."""

    nick: str
    away: str = ""
    standing: Standing = Standing.MEMBER


@dataclass(slots=True, eq=False)
class Conversation:
    """Timeline, members and what the user has not seen yet.

    :ivar present: rooms: one is in it; persons: they have not been seen leaving.
    :ivar level: rooms: what it takes to enter.
    :ivar private: rooms: unlisted, by invitation.
    :ivar locked: rooms: only the owner and moderators set the topic.
    :ivar standing: rooms: what one is there.
    :ivar first_unread: serial where unread begins; kept while it is looked at.
    :ivar draft: what was typed here and not sent.
    :ivar members_changes: grows with every change of the members.
    """

    kind: Kind
    name: str
    timeline: Timeline = field(default_factory=Timeline)
    members: Directory[Member] = field(default_factory=Directory)
    typists: Typists = field(default_factory=Typists)
    topic: str = ""
    present: bool = True
    level: int = 0
    private: bool = False
    locked: bool = False
    standing: Standing = Standing.MEMBER
    muted: bool = False
    unread: int = 0
    mentions: int = 0
    first_unread: int | None = None
    draft: str = ""
    members_changes: int = 0

    @property
    def title(self) -> str:
        """How people write it: ``#red``, ``alice``."""
        return f"#{self.name}" if self.kind is Kind.ROOM else self.name

    @property
    def key(self) -> tuple[Kind, str]:
        """What it is known by, whatever case it is written in."""
        return self.kind, fold(self.name)

    @property
    def rules(self) -> list[str]:
        """What is special about a room, in words."""
        level = [f"level {self.level}"] if self.level else []
        private = ["private"] if self.private else []
        return level + private + (["topic locked"] if self.locked else [])

    def append(self, entry: Entry, *, seen: bool) -> int | None:
        """Add an entry; what was said, or means the user, and is not ``seen`` counts as unread.

        :return: its serial; None when the message is here already.
        """
        serial = self.timeline.append(entry)
        if serial is None:
            return None
        if entry.sender:
            self.typists.stop(entry.sender)
        if not seen and not entry.own and (entry.kind in SPOKEN or entry.mention):
            if self.first_unread is None:
                self.first_unread = serial
            self.unread += 1
            self.mentions += entry.mention or self.kind is Kind.PERSON
        return serial

    def mark_read(self) -> None:
        """Seen now; the line where unread began stays until :meth:`forget_mark`."""
        self.unread = 0
        self.mentions = 0

    def forget_mark(self) -> None:
        """The user looks elsewhere: the next unread message draws a new line."""
        self.first_unread = None

    def set_member(self, member: Member) -> None:
        """Add a member, or take over what changed about one."""
        self.members_changes += 1
        if member.nick in self.members:
            self.members.remove(member.nick)
        self.members.add(member.nick, member)

    def remove_member(self, nick: str) -> Member | None:
        """Take a member out.

        :return: who that was; None when there was none of this nick.
        """
        member = self.members.get(nick)
        if member is not None:
            self.members_changes += 1
            self.members.remove(nick)
        self.typists.stop(nick)
        return member

    def sorted_members(self) -> list[Member]:
        """All members: the owner, moderators, then the others, each in the order of their names."""
        members = self.members.page("", len(self.members))[0]
        return sorted(members, key=lambda member: -member.standing)


def standing_of(byte: int) -> Standing:
    """What a number on the wire says of somebody in a room; unknown ones are members."""
    try:
        return Standing(byte)
    except ValueError:
        return Standing.MEMBER
