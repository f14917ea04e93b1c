"""A room and its fan-out: an event is encoded once per kind of door, what is posted in one turn is
joined once for all sessions there, and each session's peer is handed it once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from chatd.domain.account import LOWEST_LEVEL
from chatd.domain.commands import Standing
from chatd.domain.directory import Directory
from chatd.domain.events import Event, RoomSaid, SealedSaid
from chatd.hub.bans import Ban, Bans
from chatd.interfaces import IDoor

if TYPE_CHECKING:
    from chatd.domain.room_record import NewRoom, RoomChanges
    from chatd.domain.turn import Turn
    from chatd.hub.person import Person
    from chatd.hub.session import Session


class _Batch:
    """What was posted for one kind of door since the last flush."""

    __slots__ = ("left_out", "messages")

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.left_out: dict[Session, list[int]] = {}

    def without(self, session: Session) -> list[bytes]:
        """All but what is not for this session: nobody gets an echo."""
        left, start = [], 0
        for index in self.left_out[session]:
            left += self.messages[start:index]
            start = index + 1
        return left + self.messages[start:]


class Room:
    """Members, topic, password, rules; who is told what when.

    :ivar password: the PHC string of its password, "" for an open door.
    :ivar members: people by nick; accounts in a room that lasts need not be here.
    :ivar standings: what each member is, in the order of coming.
    :ivar level: the level that is needed to enter and to see it.
    :ivar private: unlisted, and entered by invitation.
    :ivar locked: only the owner and moderators set the topic.
    :ivar invited: the identities of those asked in who are not here yet.
    :ivar conversation: its id in the store; b"" for a room that a guest made, which does not last.
    :ivar sealed: only devices can read what is said.
    :ivar retention: seconds for which messages are kept though everybody has them.
    :ivar last: the number of what was said last, as far as it was said since the start.
    :ivar waiting: the sessions here that have to fetch what is said.
    """

    __slots__ = (
        "_batches",
        "_queued",
        "_sessions",
        "_turn",
        "bans",
        "conversation",
        "invited",
        "last",
        "level",
        "locked",
        "members",
        "name",
        "password",
        "private",
        "retention",
        "sealed",
        "standings",
        "topic",
        "waiting",
    )

    def __init__(self, name: str, password: str, turn: Turn, conversation: bytes = b"") -> None:
        self.name = name
        self.conversation = conversation
        self.sealed = False
        self.retention = self.last = 0
        self.waiting: set[Session] = set()
        self.password = password
        self.topic = ""
        self.members: Directory[Person] = Directory()
        self.standings: dict[Person, Standing] = {}
        self.level = LOWEST_LEVEL
        self.private = self.locked = False
        self.invited: set[bytes] = set()
        self.bans = Bans()
        self._turn = turn
        self._sessions: dict[IDoor, dict[Session, None]] = {}  # each in the order of coming
        self._batches: dict[IDoor, _Batch] = {}
        self._queued = False

    @property
    def owner(self) -> Person | None:
        """Whose it is; a lobby is nobody's."""
        owners = (one for one, standing in self.standings.items() if standing is Standing.OWNER)
        return next(owners, None)

    def holds_only(self, person: Person) -> bool:
        """Whether no other account is in it: nobody of whom it would be known what they get."""
        return all(one is person for one in self.standings if one.account is not None)

    def enter(self, person: Person, standing: Standing = Standing.MEMBER) -> None:
        """Take somebody in. What was said before goes to those who were there."""
        self.members.add(person.nick, person)
        self.standings[person] = standing
        person.rooms.append(self)
        for session in person.sessions:
            self.attach(session)

    def leave(self, person: Person) -> None:
        """Let somebody go, after all that was said before."""
        self.members.remove(person.nick)
        del self.standings[person]
        person.rooms.remove(self)
        for session in person.sessions:
            self.detach(session)

    def change(self, changes: RoomChanges) -> None:
        """Be otherwise from now on."""
        for name in ("topic", "level", "private", "locked", "retention"):
            if (wanted := getattr(changes, name)) is not None:
                setattr(self, name, wanted)

    def begin(self, new: NewRoom, last: int, bans: Iterable[Ban]) -> None:
        """It lasts from now on, as it is in the store; ``bans`` are those of ``new``."""
        self.conversation, self.last = new.id, last
        self.topic, self.locked = new.topic, new.locked
        self.invited.clear()
        for ban in bans:
            self.bans.add(ban)

    def end(self) -> None:
        """It lasts no longer than its members are here."""
        self.conversation, self.sealed, self.retention, self.last = b"", False, 0, 0

    def attach(self, session: Session) -> None:
        """Begin to tell a member's session."""
        self.flush()
        if self.conversation and session.awaits(self.conversation):
            self.waiting.add(session)
        self._sessions.setdefault(session.peer.door, {})[session] = None

    def detach(self, session: Session) -> None:
        """Tell a member's session no more, after all that was said before."""
        self.flush()
        self.waiting.discard(session)
        door = session.peer.door
        del self._sessions[door][session]
        if not self._sessions[door]:
            del self._sessions[door]

    def sessions(self) -> Iterator[Session]:
        """All sessions of all members."""
        return chain.from_iterable(self._sessions.values())

    def say(self, event: RoomSaid | SealedSaid, sender: Session) -> None:
        """Tell all sessions here what was said and stored, but for the sender and those that have
        to fetch it."""
        self.last = event.id
        for session in self.waiting:
            session.skip(self.conversation)
        self.post(event, sender, *(one for one in self.waiting if one is not sender))

    def post(self, event: Event, *without: Session | None) -> None:
        """Tell all sessions here but some, at the end of the turn."""
        for door in self._sessions:
            message = door.encode(event)
            if not message:
                continue
            batch = self._batches.get(door)
            if batch is None:
                batch = self._batches[door] = _Batch()
            for one in without:
                if one is not None:
                    batch.left_out.setdefault(one, []).append(len(batch.messages))
            batch.messages.append(message)
        if self._batches and not self._queued:
            self._queued = True
            self._turn.flush_room(self)

    def flush(self) -> None:
        """Hand what was posted to the sessions' peers."""
        self._queued = False
        if not self._batches:
            return
        batches, self._batches = self._batches, {}
        for door, batch in batches.items():
            pieces, left_out = door.join(batch.messages), batch.left_out
            for session in self._sessions[door]:
                if session not in left_out:
                    session.peer.deliver(pieces)
                elif others := batch.without(session):
                    session.peer.deliver(door.join(others))
