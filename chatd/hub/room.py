"""A room and its fan-out: an event is encoded once per kind of door, what is posted in one turn is
joined once for all sessions there, and each session's peer is handed it once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from chatd.domain.directory import Directory
from chatd.domain.events import Event
from chatd.interfaces import IDoor

if TYPE_CHECKING:
    from chatd.domain.turn import Turn
    from chatd.hub.person import Person
    from chatd.hub.session import Session


class _Batch:
    """What was posted for one kind of door since the last flush."""

    __slots__ = ("messages", "senders")

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.senders: dict[Session, list[int]] = {}

    def without(self, sender: Session) -> list[bytes]:
        """All but what this sender posted: nobody gets an echo."""
        left, start = [], 0
        for index in self.senders[sender]:
            left += self.messages[start:index]
            start = index + 1
        return left + self.messages[start:]


class Room:
    """Members, topic, password; who is told what when.

    :ivar password: the PHC string of its password, "" for an open door.
    :ivar members: people by nick.
    """

    __slots__ = (
        "_batches",
        "_queued",
        "_sessions",
        "_turn",
        "members",
        "name",
        "password",
        "topic",
    )

    def __init__(self, name: str, password: str, turn: Turn) -> None:
        self.name = name
        self.password = password
        self.topic = ""
        self.members: Directory[Person] = Directory()
        self._turn = turn
        self._sessions: dict[IDoor, dict[Session, None]] = {}  # each in the order of coming
        self._batches: dict[IDoor, _Batch] = {}
        self._queued = False

    def enter(self, person: Person) -> None:
        """Take somebody in. What was said before goes to those who were there."""
        self.members.add(person.nick, person)
        person.rooms.append(self)
        for session in person.sessions:
            self.attach(session)

    def leave(self, person: Person) -> None:
        """Let somebody go, after all that was said before."""
        self.members.remove(person.nick)
        person.rooms.remove(self)
        for session in person.sessions:
            self.detach(session)

    def attach(self, session: Session) -> None:
        """Begin to tell a member's session."""
        self.flush()
        self._sessions.setdefault(session.peer.door, {})[session] = None

    def detach(self, session: Session) -> None:
        """Tell a member's session no more, after all that was said before."""
        self.flush()
        door = session.peer.door
        del self._sessions[door][session]
        if not self._sessions[door]:
            del self._sessions[door]

    def sessions(self) -> Iterator[Session]:
        """All sessions of all members."""
        return chain.from_iterable(self._sessions.values())

    def post(self, event: Event, sender: Session | None = None) -> None:
        """Tell all sessions here but ``sender``, at the end of the turn."""
        for door in self._sessions:
            message = door.encode(event)
            if not message:
                continue
            batch = self._batches.get(door)
            if batch is None:
                batch = self._batches[door] = _Batch()
            if sender is not None:
                batch.senders.setdefault(sender, []).append(len(batch.messages))
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
            pieces, senders = door.join(batch.messages), batch.senders
            for session in self._sessions[door]:
                if session not in senders:
                    session.peer.deliver(pieces)
                elif others := batch.without(session):
                    session.peer.deliver(door.join(others))
