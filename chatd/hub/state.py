"""What the hub's families share: who is here, which rooms there are, and the common acts."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chatd.domain.directory import Directory
from chatd.domain.events import Event
from chatd.domain.limits import Limits, Liveness
from chatd.domain.names import fold
from chatd.domain.turn import Turn
from chatd.hub.room import Room
from chatd.hub.session import Session
from chatd.interfaces import IAudit, IDoor, IPasswords


@dataclass(slots=True)
class State:
    """The hub's memory.

    :ivar clock: a Twisted reactor or ``task.Clock``, running on monotonic time.
    :ivar former: limits that were in force before; what they allowed may still be here.
    :ivar wall: seconds since the epoch, for people to read; never for timers.
    """

    limits: Limits
    liveness: Liveness
    turn: Turn
    clock: Any
    passwords: IPasswords
    audit: IAudit
    guests: bool = True
    lobby: str = ""
    former: set[Limits] = field(default_factory=set)
    wall: Callable[[], float] = time.time
    people: Directory[Session] = field(default_factory=Directory)
    rooms: Directory[Room] = field(default_factory=Directory)
    sessions: dict[bytes, Session] = field(default_factory=dict)
    _last_id: int = 0
    _free_numbers: list[int] = field(default_factory=list)
    _next_number: int = 0

    def __post_init__(self) -> None:
        # Seconds in the upper bits: ids grow across restarts and stay below 2**53 (JSON).
        self._last_id = int(self.wall()) << 20

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.wall() * 1000)

    def next_id(self) -> int:
        """A message's id: unique and growing."""
        self._last_id += 1
        return self._last_id

    def page(self, row: Callable[[Limits], int]) -> int:
        """How many rows surely fit in one answer.

        :param row: the bytes of a row at most, under given limits.
        """
        longest = max(map(row, (self.limits, *self.former)))
        return max(1, min(self.limits.page, 60_000 // (longest + 32)))

    def random_nick(self) -> str:
        """The lowest free ``randN`` (seed 001); nothing is reserved."""
        free = self._free_numbers
        while free:
            if (nick := f"rand{free[0]}") not in self.people:
                return nick
            free.pop(0)
        while (nick := f"rand{self._next_number}") in self.people:
            self._next_number += 1
        return nick

    def release(self, nick: str) -> None:
        """Forget a nick; a freed ``randN`` is given out again."""
        self.people.remove(nick)
        key = fold(nick)
        if not (key.startswith("rand") and key[4:].isdecimal() and len(key) < 12):
            return
        number, free = int(key[4:]), self._free_numbers
        place = bisect_left(free, number)
        # A number not reached yet is found by counting; one that was freed twice is kept once.
        if number < self._next_number and free[place : place + 1] != [number]:
            free.insert(place, number)

    def tell(self, sessions: Iterable[Session], event: Event) -> None:
        """Tell some people the same, encoded once per kind of door."""
        encoded: dict[IDoor, list[bytes]] = {}
        for session in sessions:
            peer = session.peer
            pieces = encoded.get(peer.door)
            if pieces is None:
                message = peer.door.encode(event)
                pieces = encoded[peer.door] = [message] if message else []
            if pieces:
                peer.deliver(pieces)

    def neighbours(self, session: Session) -> set[Session]:
        """Everyone who shares a room, once each, after all that was said in those rooms."""
        people: set[Session] = set()
        for room in session.rooms:
            room.flush()
            people.update(room.members)
        people.discard(session)
        return people
