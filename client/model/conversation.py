"""One conversation: a room, a person, or the server itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from chatd.domain.commands import Standing
from chatd.domain.directory import Directory
from chatd.domain.names import fold

from .duration import show_duration
from .editing import Editing
from .entry import BOTTOM, SPOKEN, Delivery, Entry
from .keeper import Keeper
from .timeline import Mark, Timeline
from .typists import Typists


class Kind(Enum):
    """With whom one talks."""

    ROOM = auto()
    PERSON = auto()
    SERVER = auto()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a room. ``away`` is "" for who is not; ``online``: here at all."""

    nick: str
    away: str = ""
    standing: Standing = Standing.MEMBER
    online: bool = True


@dataclass(slots=True, eq=False)
class Conversation:
    """Timeline, members and what the user has not seen yet.

    :ivar present: rooms: one is in it; persons: they are here, as far as one knows.
    :ivar level: rooms: what it takes to enter.
    :ivar private: rooms: unlisted, by invitation.
    :ivar locked: rooms: only the owner and moderators set the topic.
    :ivar standing: rooms: what one is there.
    :ivar unread_mark: the line where unread begins; kept while it is looked at.
    :ivar unread_row: where it begins in the history, as long as that is not in the timeline.
    :ivar draft: what was typed here and not sent.
    :ivar editing: the message that the input changes; None while it says something new.
    :ivar members_changes: grows with every change of the members.
    :ivar stream: its id, by which the server keeps what one missed; b"" where nothing lasts.
    :ivar delivered: up to which number everybody else has got what one said.
    :ivar seen: up to which number everybody else has read it, as far as they let one know.
    :ivar retention: rooms: seconds for which the server keeps what is said, 0 for no longer than
        it takes to deliver it.
    :ivar sealed: only the devices of those in it can read what is said.
    :ivar put_out: rooms: what was told of one's having been put out, since one was in it last.
    :ivar changes: grows with every change of what was said before.
    :ivar keeper: what keeps it beyond this run; None for nobody.
    :ivar whole: nothing older is to be shown than what is in the timeline.
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
    unread_mark: Mark | None = None
    draft: str = ""
    editing: Editing | None = None
    members_changes: int = 0
    unread_row: int | None = None
    keeper: Keeper | None = None
    whole: bool = False
    stream: bytes = b""
    delivered: int = 0
    seen: int = 0
    retention: int = 0
    sealed: bool = False
    put_out: str = ""
    changes: int = 0

    @property
    def title(self) -> str:
        """How people write it: ``#red``, ``alice``."""
        return f"#{self.name}" if self.kind is Kind.ROOM else self.name

    @property
    def key(self) -> tuple[Kind, str]:
        """What it is known by, whatever case it is written in."""
        return self.kind, fold(self.name)

    @property
    def first_unread(self) -> int | None:
        """The serial where unread begins."""
        return None if self.unread_mark is None else self.unread_mark.serial

    @property
    def rules(self) -> list[str]:
        """What is special about a room, in words."""
        level = [f"level {self.level}"] if self.level else []
        private = ["private"] if self.private else []
        locked = ["topic locked"] if self.locked else []
        kept = [f"kept for {show_duration(self.retention)}"] if self.retention else []
        return level + private + locked + kept

    def append(self, entry: Entry, *, seen: bool) -> int | None:
        """Add an entry where it belongs; what was said, or means the user, and is not ``seen``
        counts as unread.

        :return: its serial; None when the message is here already.
        """
        if entry.id is not None and self._has(entry.id):
            return None
        if self.keeper is not None:
            entry = self.keeper.keep(self, replace(entry, at=self._at(entry)))
        serial = self.timeline.append(entry)
        if serial is None:
            return None
        if entry.sender:
            self.typists.stop(entry.sender)
        if not seen and not entry.own and (entry.kind in SPOKEN or entry.mention):
            first = self.first_unread
            if self.unread_row is None if first is None else serial < first:
                self._unread_from(serial)
            self.unread += 1
            self.mentions += entry.mention or self.kind is Kind.PERSON
        return serial

    def _at(self, entry: Entry) -> int:
        """Where a new entry stands in the history: among those of one row the number decides."""
        if entry.delivery is Delivery.WAITING:
            return BOTTOM
        below = self.timeline.get(self.timeline.place(entry))
        return below.at if below is not None and below.number is not None else 0

    def settle(self, serial: int, entry: Entry) -> None:
        """A message of one's own got on, or does not: from now on it stands where it belongs. What
        waits again does so below everything else."""
        timeline, place = self.timeline, serial
        waits = entry.delivery is Delivery.WAITING
        if serial in timeline:
            again = waits and timeline[serial].delivery is not Delivery.WAITING
            place = timeline.end - 1 if again else timeline.place(entry, serial)
            timeline.move(serial, place)
        if entry.row and self.keeper is not None:
            entry = replace(entry, at=BOTTOM if waits else self._settled(place, entry))
            self.keeper.changed(entry)
        timeline.replace(place, entry)

    def _settled(self, place: int, entry: Entry) -> int:
        """Where an entry stands in the history that has waited, and stands here in the timeline."""
        assert self.keeper is not None
        timeline = self.timeline
        if entry.at not in (0, BOTTOM):
            return entry.at
        if place not in timeline:
            return self.keeper.end()
        below = timeline.get(place + 1)
        if entry.number is not None and below is not None and below.number is not None:
            return below.at or self.keeper.end()
        above = (timeline[one] for one in range(place - 1, timeline.first - 1, -1))
        last = next((one.at for one in above if one.row and one.at != BOTTOM), 0)
        return entry.row if last < entry.row else self.keeper.end()

    def _has(self, id: int) -> bool:
        """Whether a message is here, or was in an earlier run."""
        if self.timeline.find(id) is not None:
            return True
        return self.keeper is not None and self.keeper.has(self, id)

    def find(self, id: int) -> Entry | None:
        """The message of this id, whether it is here or was in an earlier run."""
        serial = self.timeline.find(id)
        if serial is not None:
            return self.timeline[serial]
        return self.keeper.find(self, id) if self.keeper is not None else None

    def change(self, entry: Entry) -> None:
        """A message that is known by its id is another one now, here and in the history."""
        serial = None if entry.id is None else self.timeline.find(entry.id)
        if serial is not None:
            self.timeline.replace(serial, entry)
        if entry.row and self.keeper is not None:
            self.keeper.changed(entry)
        if entry.deleted and self._is_unread(entry, serial):
            self._unread_goes(entry)
        self.changes += 1

    def _is_unread(self, entry: Entry, serial: int | None) -> bool:
        """Whether a message that is here already has not been seen."""
        if not self.unread or entry.own:
            return False
        if self.first_unread is not None:
            return serial is not None and serial >= self.first_unread
        return self.unread_row is not None and entry.row >= self.unread_row

    def _unread_goes(self, entry: Entry) -> None:
        """An unread message was taken back: there is nothing to be read."""
        self.unread -= 1
        self.mentions -= entry.mention or self.kind is Kind.PERSON
        if not self.unread:
            self.forget_mark()
        if self.keeper is not None:
            self.keeper.read(self)

    def load_older(self, row: int | None = None) -> bool:
        """Take older entries out of the history, if there are any.

        :param row: how far back, by a row of the history; a page, where it is None.
        :return: whether the timeline goes further back now.
        """
        if self.keeper is None or (self.whole and row is None):
            return False
        first = self.timeline.first
        self.timeline.prepend(self.keeper.older(self, row))
        self.whole = self.timeline.first == first
        if self.unread_row is not None:
            serial = self.find_row(self.unread_row)
            if serial is not None:
                self._unread_from(serial)
        return not self.whole

    def find_row(self, row: int) -> int | None:
        """The serial of the entry that has a row of the history, once it is in the timeline."""
        entries = self.timeline.backwards()
        return next((serial for serial, entry in entries if entry.row == row), None)

    def clear(self) -> None:
        """Show nothing of what was said so far; the history has it still."""
        self.timeline.clear()
        self.whole = True

    def mark_read(self) -> None:
        """Seen now; the line where unread began stays until :meth:`forget_mark`."""
        if self.unread and self.keeper is not None:
            self.keeper.read(self)
        self.unread = 0
        self.mentions = 0

    def read_to(self, number: int) -> None:
        """Seen elsewhere, up to the message of this number: what came after it stays unread."""
        if not self.unread:
            return
        known = self.timeline.find(number)
        later: list[tuple[int, Entry]] = []
        for serial, entry in self.timeline.backwards():
            if serial == known or (known is None and (entry.id or number + 1) <= number):
                break
            if not entry.own and entry.kind in SPOKEN:
                later.append((serial, entry))
        if not later:
            self.mark_read()
            self.forget_mark()
        elif len(later) < self.unread:
            self.unread = len(later)
            person = self.kind is Kind.PERSON
            self.mentions = sum(entry.mention or person for _, entry in later)
            self._unread_from(later[-1][0])
            if self.keeper is not None:
                self.keeper.read(self)

    def forget_mark(self) -> None:
        """The user looks elsewhere: the next unread message draws a new line."""
        self.unread_mark = self.unread_row = None

    def _unread_from(self, serial: int) -> None:
        self.unread_mark, self.unread_row = self.timeline.mark(serial), None

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
        """All members, first those who are here: the owner, moderators, then the others, each in
        the order of their names."""
        members = self.members.page("", len(self.members))[0]
        return sorted(members, key=lambda member: (not member.online, -member.standing))


def standing_of(byte: int) -> Standing:
    """What a number on the wire says of somebody in a room; unknown ones are members."""
    try:
        return Standing(byte)
    except ValueError:
        return Standing.MEMBER
