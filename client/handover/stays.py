"""Rooms that somebody is in only because a visitor asked for it: they are left with the visitor."""

from __future__ import annotations

from chatd.domain.names import fold


class Stays:
    """Who stays in which room. A visitor is anything that can be told apart."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[str, set[object]]] = {}

    def entered(self, room: str, *visitors: object) -> None:
        """One is in a room for these visitors only."""
        self._rooms[fold(room)] = (room, set(visitors))

    def shared(self, room: str, visitor: object) -> None:
        """A visitor needs a room that one is in; it counts where one is there for visitors."""
        if fold(room) in self._rooms:
            self._rooms[fold(room)][1].add(visitor)

    def settled(self, room: str) -> None:
        """One is in a room for reasons of one's own, or no longer in it."""
        self._rooms.pop(fold(room), None)

    def gone(self, visitor: object) -> None:
        """A visitor has left."""
        for _, visitors in self._rooms.values():
            visitors.discard(visitor)

    def take_idle(self) -> list[str]:
        """The rooms that no visitor needs any more, once."""
        idle = [room for room, visitors in self._rooms.values() if not visitors]
        for room in idle:
            self.settled(room)
        return idle
