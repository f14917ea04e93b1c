"""How far a device is in each lasting conversation: which told messages it takes, what it fetches.

Numbers of a conversation have no holes but where an older state of the server was put back, which a
page passes over; and the server never tells a device its own messages: those it learns by what the
server answers. So a told message either is the next one, or was taken before, or shows that
something is missing, which is fetched. Each message is taken once, in order, whatever comes in
whichever order; nothing here believes more of a server than that it can count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Track:
    """
    :ivar position: all up to this number was taken.
    :ivar heard: the highest number known to be there.
    :ivar ahead: numbers beyond the position that are this device's own.
    """

    position: int
    heard: int = 0
    ahead: set[int] = field(default_factory=set)

    def move(self, number: int) -> None:
        """All up to a number is taken, and what is one's own right after it."""
        if self.ahead and number > self.position + 1:
            self.ahead = {one for one in self.ahead if one > number}
        self.position = max(self.position, number)
        while self.position + 1 in self.ahead:
            self.position += 1
            self.ahead.discard(self.position)


class Positions:
    """Positions by the conversations' ids; 0 for one that is not known.

    :param known: what was taken in earlier runs.
    """

    def __init__(self, known: Mapping[bytes, int]) -> None:
        self._tracks = {conversation: _Track(number) for conversation, number in known.items()}

    def __contains__(self, conversation: bytes) -> bool:
        return conversation in self._tracks

    def __getitem__(self, conversation: bytes) -> int:
        track = self._tracks.get(conversation)
        return track.position if track is not None else 0

    def begin(self, conversation: bytes, position: int) -> None:
        """From now on what comes after ``position`` is wanted, whatever was taken before."""
        self._tracks[conversation] = _Track(position)

    def hear(self, conversation: bytes, number: int) -> None:
        """There is a message of this number."""
        track = self._tracks[conversation]
        track.heard = max(track.heard, number)

    def lacks(self, conversation: bytes) -> bool:
        """Whether something is known to be there that was not taken."""
        track = self._tracks[conversation]
        return track.heard > track.position

    def give_up(self, conversation: bytes) -> None:
        """What was heard of is not to be had."""
        track = self._tracks[conversation]
        track.heard = track.position

    def take(self, conversation: bytes, number: int) -> bool:
        """A message was told. Of a conversation that is not known it is the first.

        :return: whether it is to be taken, which counts as done. Where it is not the next one,
            something is missing: see :meth:`lacks`.
        """
        track = self._tracks.setdefault(conversation, _Track(number - 1))
        if number == track.position + 1:
            track.move(number)
            return True
        track.heard = max(track.heard, number)
        return False

    def fetch(self, conversation: bytes, number: int) -> bool:
        """A message, or the last number of a gap, stands in a page that was fetched.

        :return: whether it is to be taken, which counts as done.
        """
        track = self._tracks[conversation]
        if number <= track.position:
            return False
        track.move(number)
        return True

    def reach(self, conversation: bytes, upto: int) -> None:
        """All up to a number is known: a page went so far."""
        self._tracks[conversation].move(upto)

    def own(self, conversation: bytes, number: int) -> None:
        """The server has taken a message of this device's own under this number."""
        track = self._tracks.setdefault(conversation, _Track(number - 1))
        if number > track.position:
            track.ahead.add(number)
            track.move(track.position)
