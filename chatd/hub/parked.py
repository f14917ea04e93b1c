"""What is said to somebody whose connection is lost, kept for the grace time."""

from __future__ import annotations

from zope.interface import implementer

from chatd.errors import ChatError
from chatd.interfaces import IDoor, IPeer

#: Bytes kept for one parked session; beyond it all is dropped and the session is told so.
ROOM_FOR = 256 * 1024


@implementer(IPeer)
class ParkedPeer:
    """Stands in for a lost connection.

    :ivar pieces: what to deliver when the session is taken back.
    :ivar missed: more was said than is kept.
    """

    __slots__ = ("_size", "address", "door", "missed", "pieces")

    def __init__(self, door: IDoor, address: str) -> None:
        self.door = door
        self.address = address
        self.pieces: list[bytes] = []
        self.missed = False
        self._size = 0

    def deliver(self, pieces: list[bytes]) -> None:
        """Keep encoded pieces, up to a limit."""
        if self.missed:
            return
        self._size += sum(map(len, pieces))
        if self._size > ROOM_FOR:
            self.missed = True
            self.pieces.clear()
        else:
            self.pieces += pieces

    def close(self, error: ChatError) -> None:
        """There is no connection to close."""
