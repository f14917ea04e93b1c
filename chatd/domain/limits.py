"""The numbers within which everyone stays, and the sliding window that counts messages.

Source: seed 000's hello (capacity, nick size, message size), seed 001 (flood window, heartbeat).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

CHANGE_SECONDS = 10.0
MOVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the hub and the doors hold people to. Sizes are bytes of UTF-8 unless said otherwise.

    :ivar capacity: sessions at once; see :attr:`kept`.
    :ivar nick: characters in a nick or room name.
    :ivar rate_count: how many messages within ``rate_seconds`` are one too many; 0 is no limit.
    :ivar broadcast_level: who may tell everyone; ``broadcast_count`` and ``broadcast_seconds``: as
        above, for that.
    :ivar lock_failures: wrong passwords that lock an account for an address; 0 is no limit.
    :ivar lock_seconds: for how long at first.
    :ivar queue_age: seconds for which a message waits for a device, and a device counts though it
        does not come; ``queue_size`` and ``queue_count``: how much waits in one conversation.
    """

    capacity: int = 10_000
    nick: int = 32
    message: int = 16 * 1024
    topic: int = 1024
    password: int = 255
    away: int = 255
    rooms: int = 100
    page: int = 200
    rate_count: int = 5
    rate_seconds: float = 5.0
    broadcast_level: int = 0
    broadcast_count: int = 6
    broadcast_seconds: float = 60.0
    lock_failures: int = 3
    lock_seconds: float = 60.0
    queue_age: float = 30 * 86_400.0
    queue_size: int = 64 * 1024 * 1024
    queue_count: int = 100_000

    @property
    def kept(self) -> int:
        """How many of the sessions are not for guests, where there are accounts: a crowd of guests
        must not shut out those who belong here, nor an admin who would deal with it."""
        return max(1, self.capacity // 10)

    @property
    def changes(self) -> int:
        """How many changes told to others (nick, topic, away) within :data:`CHANGE_SECONDS` are one
        too many: twice what people do in a hurry. Off together with the limit on messages."""
        return 11 if self.rate_count else 0

    @property
    def moves(self) -> int:
        """How many rooms entered and left within :data:`MOVE_SECONDS` are one too many: a client
        that comes back may enter all it was in, and leave them again. Off likewise."""
        return 2 * self.rooms + 1 if self.rate_count else 0


@dataclass(frozen=True, slots=True)
class Liveness:
    """Seconds of silence after which each side acts (seed 001). ``grace``: how long a lost native
    session keeps its place; ``handshake``: how long signing in may take."""

    heartbeat: float = 6.0
    warning: float = 20.0
    timeout: float = 30.0
    grace: float = 30.0
    handshake: float = 10.0


@dataclass(slots=True)
class RateWindow:
    """Refuses the message that would be the ``count``-th within ``seconds``.

    :ivar count_refused: whether a refused message counts too (0417: yes; elsewhere no, so that a
        client that tries again gets through).
    """

    count: int
    seconds: float
    count_refused: bool = False
    _times: deque[float] | None = None  # made with the first message: most sessions are idle

    def wait(self, now: float) -> float:
        """Count a message at ``now`` (monotonic seconds).

        :return: 0.0 if it may pass, else the seconds until one may.
        """
        if self.count <= 0:
            return 0.0
        times = self._times
        if times is None:
            times = self._times = deque()
        while times and now - times[0] >= self.seconds:
            times.popleft()
        if len(times) < self.count - 1:
            times.append(now)
            return 0.0
        wait = max(self.seconds - (now - times[0]), 0.001)
        if self.count_refused:
            times.popleft()
            times.append(now)
        return wait
