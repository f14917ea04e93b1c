"""Messages on their way out: one at a time, in order, at the pace the server allows.

A message refused for being one too many keeps its place at the head until its time has come, so
that what was typed first arrives first. Times are monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from chatd.domain.commands import Style
from chatd.domain.limits import RateWindow

from .conversation import Conversation
from .entry import Entry


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message of one's own is shown."""

    conversation: Conversation
    serial: int


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """A message not accepted yet.

    :ivar target: the room or person; None is everyone (a broadcast).
    :ivar places: the lines that show how far it came; none for what changes another line.
    :ivar entry: the message as it was typed, with its relation and what that is to.
    """

    target: Conversation | None
    text: str
    style: Style
    places: tuple[Place, ...]
    entry: Entry


class Outbox:
    """What waits, and the one message whose answer is awaited."""

    __slots__ = ("_in_flight", "_queue", "_ready_at", "_window")

    def __init__(self) -> None:
        self._queue: deque[Outgoing] = deque()
        self._in_flight: Outgoing | None = None
        self._window = RateWindow(0, 0.0)
        self._ready_at = 0.0

    def __len__(self) -> int:
        return len(self._queue) + (self._in_flight is not None)

    def set_rate(self, count: int, seconds: float) -> None:
        """Stay below ``count`` messages in ``seconds``; 0 is no limit."""
        if (self._window.count, self._window.seconds) != (count, seconds):
            self._window = RateWindow(count, seconds)

    def add(self, outgoing: Outgoing) -> None:
        """Line up at the end."""
        self._queue.append(outgoing)

    def take(self, now: float) -> Outgoing | float | None:
        """The message to send now: in flight until :meth:`finish` or :meth:`hold`.

        :return: or the seconds to wait before asking again; None when there is nothing to send,
            or an answer is awaited.
        """
        if self._in_flight is not None or not self._queue:
            return None
        wait = self._ready_at - now
        if wait <= 0:
            wait = self._window.wait(now)
        if wait > 0:
            return wait
        self._in_flight = self._queue.popleft()
        return self._in_flight

    def finish(self) -> None:
        """The message in flight was accepted, or given up."""
        self._in_flight = None

    def hold(self, now: float, wait: float) -> None:
        """The message in flight came too early: it is the next again, in ``wait`` seconds."""
        if self._in_flight is not None:
            self._queue.appendleft(self._in_flight)
            self._in_flight = None
            self._ready_at = now + wait

    def drop(self, conversation: Conversation) -> None:
        """Give up what waits for a conversation that was closed."""
        self._queue = deque(one for one in self._queue if one.target is not conversation)
