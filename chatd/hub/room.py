"""A room and its fan-out: an event is encoded once per kind of door, what is posted in one turn is
joined once for all members, and each member's peer is handed it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain.directory import Directory
from chatd.domain.events import Event
from chatd.interfaces import IDoor

if TYPE_CHECKING:
    from chatd.domain.turn import Turn
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
    :ivar members: sessions by nick.
    """

    __slots__ = ("_batches", "_doors", "_queued", "_turn", "members", "name", "password", "topic")

    def __init__(self, name: str, password: str, turn: Turn) -> None:
        self.name = name
        self.password = password
        self.topic = ""
        self.members: Directory[Session] = Directory()
        self._turn = turn
        self._doors: dict[IDoor, int] = {}
        self._batches: dict[IDoor, _Batch] = {}
        self._queued = False

    def enter(self, session: Session) -> None:
        """Take somebody in. What was said before goes to those who were there."""
        self.flush()
        self.members.add(session.nick, session)
        session.rooms.append(self)
        door = session.peer.door
        self._doors[door] = self._doors.get(door, 0) + 1

    def leave(self, session: Session) -> None:
        """Let somebody go, after all that was said before."""
        self.flush()
        self.members.remove(session.nick)
        session.rooms.remove(self)
        door = session.peer.door
        self._doors[door] -= 1
        if not self._doors[door]:
            del self._doors[door]

    def post(self, event: Event, sender: Session | None = None) -> None:
        """Tell all members but ``sender``, at the end of the turn."""
        for door in self._doors:
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
        """Hand what was posted to the members' peers."""
        self._queued = False
        if not self._batches:
            return
        batches, self._batches = self._batches, {}
        for door, batch in batches.items():
            pieces, senders = door.join(batch.messages), batch.senders
            for member in self.members:
                peer = member.peer
                if peer.door is not door:
                    continue
                if member not in senders:
                    peer.deliver(pieces)
                elif others := batch.without(member):
                    peer.deliver(door.join(others))
