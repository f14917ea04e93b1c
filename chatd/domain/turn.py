"""One turn of the reactor: what was said in it is joined and sent once, at its end.

The system call is what fan-out costs; joining what waits for one peer is what makes it cheap.
Rooms flush first (they hand joined messages to their members' peers), then peers (they seal and
send). Order is kept per conversation, not between conversations of one turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Flushable(Protocol):
    """Something with work saved up for the end of the turn."""

    def flush(self) -> None:
        """Do it now."""


class Turn:
    """Collects what must be flushed and does so once.

    :param call_soon: runs a callable after the current turn's input has been handled, such as
        ``lambda f: reactor.callLater(0, f)``.
    :param on_error: called inside an ``except`` block when a flush raised; the others go on.
    """

    __slots__ = ("_call_soon", "_on_error", "_peers", "_rooms", "_scheduled")

    def __init__(
        self, call_soon: Callable[[Callable[[], None]], object], on_error: Callable[[], None]
    ) -> None:
        self._call_soon = call_soon
        self._on_error = on_error
        self._rooms: list[Flushable] = []
        self._peers: list[Flushable] = []
        self._scheduled = False

    def flush_room(self, room: Flushable) -> None:
        """Flush ``room`` at the end of the turn. The caller adds it once a turn only."""
        self._rooms.append(room)
        if not self._scheduled:
            self._scheduled = True
            self._call_soon(self.run)

    def flush_peer(self, peer: Flushable) -> None:
        """Flush ``peer`` at the end of the turn. The caller adds it once a turn only."""
        self._peers.append(peer)
        if not self._scheduled:
            self._scheduled = True
            self._call_soon(self.run)

    def run(self) -> None:
        """End the turn: rooms first, then the peers, those that rooms woke among them."""
        while self._rooms:  # again where a flush made somebody leave, whom others hear of
            rooms, self._rooms = self._rooms, []
            for room in rooms:
                try:
                    room.flush()
                except Exception:
                    self._on_error()
        peers, self._peers = self._peers, []
        self._scheduled = False
        for peer in peers:
            try:
                peer.flush()
            except Exception:
                self._on_error()
