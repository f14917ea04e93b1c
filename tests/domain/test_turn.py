"""A turn: rooms first, then peers, once; what fails does not keep the others from it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.turn import Turn


class Piece:
    """Something to flush, which notes that it was."""

    def __init__(self, name: str, flushed: list[str], also: Callable[[], None] | None = None):
        self._name = name
        self._flushed = flushed
        self._also = also

    def flush(self) -> None:
        """Note it; do what else there is to do."""
        self._flushed.append(self._name)
        if self._also is not None:
            self._also()


class Turns(SynchronousTestCase):
    def setUp(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.errors: list[BaseException | None] = []
        self.flushed: list[str] = []
        self.turn = Turn(self.soon.append, lambda: self.errors.append(sys.exc_info()[1]))

    def piece(self, name: str, also: Callable[[], None] | None = None) -> Piece:
        return Piece(name, self.flushed, also)

    def end(self) -> None:
        """Run what was asked for, as the reactor does."""
        soon, self.soon[:] = list(self.soon), []
        for call in soon:
            call()

    def test_rooms_first_and_called_for_once(self) -> None:
        self.turn.flush_peer(self.piece("peer"))
        self.turn.flush_room(self.piece("room"))
        self.turn.flush_peer(self.piece("peer 2"))
        self.assertEqual((len(self.soon), self.flushed), (1, []))
        self.end()
        self.assertEqual(self.flushed, ["room", "peer", "peer 2"])
        self.assertEqual(self.soon, [])

    def test_peers_woken_by_rooms_are_of_the_same_turn(self) -> None:
        peer = self.piece("peer")
        self.turn.flush_room(self.piece("room", lambda: self.turn.flush_peer(peer)))
        self.end()
        self.assertEqual((self.flushed, self.soon), (["room", "peer"], []))

    def test_what_a_peer_wakes_is_of_the_next_turn(self) -> None:
        room, peer = self.piece("room"), self.piece("late")
        self.turn.flush_peer(self.piece("peer", lambda: self.turn.flush_room(room)))
        self.turn.flush_peer(self.piece("peer 2", lambda: self.turn.flush_peer(peer)))
        self.end()
        self.assertEqual((self.flushed, len(self.soon)), (["peer", "peer 2"], 1))
        self.end()
        self.assertEqual(self.flushed, ["peer", "peer 2", "room", "late"])

    def test_rooms_woken_by_rooms_are_of_the_same_turn(self) -> None:
        """When somebody is dropped while a room is flushed, others have to hear of it."""
        second, peer = self.piece("second"), self.piece("peer")
        self.turn.flush_room(self.piece("first", lambda: self.turn.flush_room(second)))
        self.turn.flush_peer(peer)
        self.end()
        self.assertEqual((self.flushed, self.soon), (["first", "second", "peer"], []))

    def test_one_that_fails_does_not_stop_the_others(self) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        for name in ("room", "peer"):
            add = self.turn.flush_room if name == "room" else self.turn.flush_peer
            add(self.piece(name, fail))
            add(self.piece(name + " 2"))
        self.end()
        self.assertEqual(self.flushed, ["room", "room 2", "peer", "peer 2"])
        self.assertEqual([type(error) for error in self.errors], [ZeroDivisionError] * 2)

    def test_turn_after_turn(self) -> None:
        for number in range(3):
            self.turn.flush_peer(self.piece(str(number)))
            self.end()
        self.assertEqual(self.flushed, ["0", "1", "2"])
