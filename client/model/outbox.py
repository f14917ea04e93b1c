"""Messages on their way out: one at a time, each conversation's in their order, at the pace the
server allows.

A message that came too early keeps its place at the head of its conversation until its time has
come, so that what was typed first arrives first; other conversations go on meanwhile. Times are
monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chatd.domain.commands import Style
from chatd.domain.limits import RateWindow

from .conversation import Conversation
from .entry import Entry
from .timeline import Mark


@dataclass(frozen=True, slots=True)
class Place:
    """The line that shows a message of one's own, wherever it goes."""

    conversation: Conversation
    mark: Mark

    @property
    def serial(self) -> int:
        """Where it stands now."""
        return self.mark.serial


@dataclass(slots=True, eq=False)
class Outgoing:
    """A message not accepted yet.

    :ivar target: the room or person; None is everyone (a broadcast).
    :ivar places: the lines that show how far it came; none for what changes another line.
    :ivar entry: the message as it was when it was typed, with its row, its relation and what that
        is to.
    :ivar stream: the id of the lasting conversation that it goes to; b"" where nothing lasts, None
        while that is not known.
    :ivar unsent: what it is in the outbox on the disk; 0: it is not there.
    :ivar doubtful: the server may have taken it without this side having heard of it.
    :ivar reason: what it waits for, as its line says; "" for nothing special.
    """

    target: Conversation | None
    text: str
    style: Style
    places: tuple[Place, ...]
    entry: Entry
    stream: bytes | None = b""
    unsent: int = 0
    doubtful: bool = False
    reason: str = ""

    def stands_at(self, conversation: Conversation, serial: int | None) -> bool:
        """Whether this line shows it."""
        return any((one.conversation, one.serial) == (conversation, serial) for one in self.places)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be sent for so many ``seconds``. ``paced``: the first of each conversation, where
    they wait for nothing but the server's pace."""

    seconds: float
    paced: tuple[Outgoing, ...] = ()


class Outbox:
    """What waits, and the one message whose answer is awaited."""

    __slots__ = ("_added", "_held", "_in_flight", "_queues", "_window")

    def __init__(self) -> None:
        #: Each message with a number that grows: whichever waits longest is the next.
        self._queues: dict[Conversation | None, deque[tuple[int, Outgoing]]] = {}
        self._added = 0
        self._in_flight: tuple[int, Outgoing] | None = None
        self._window = RateWindow(0, 0.0)
        self._held: dict[Conversation | None, float] = {}

    def __len__(self) -> int:
        return sum(map(len, self._queues.values())) + (self._in_flight is not None)

    def __iter__(self) -> Iterator[Outgoing]:
        """What waits, but for what is in flight."""
        return (outgoing for queue in self._queues.values() for _, outgoing in queue)

    def set_rate(self, count: int, seconds: float) -> None:
        """Stay below ``count`` messages in ``seconds``; 0 is no limit."""
        if (self._window.count, self._window.seconds) != (count, seconds):
            self._window = RateWindow(count, seconds)

    def add(self, outgoing: Outgoing) -> None:
        """Line up at the end."""
        self._added += 1
        self._queues.setdefault(outgoing.target, deque()).append((self._added, outgoing))

    def take(
        self, now: float, may_go: Callable[[Outgoing], bool] = lambda outgoing: True
    ) -> Outgoing | Wait | None:
        """The message to send now: in flight until :meth:`finish`, :meth:`back` or :meth:`hold`.

        :param may_go: whether a message may be sent yet; those after it wait with it.
        :return: or how long to wait before asking again; None when there is nothing to send, or an
            answer is awaited.
        """
        if self._in_flight is not None:
            return None
        heads = [queue[0] for queue in self._queues.values() if may_go(queue[0][1])]
        if not heads:
            return None
        ready = [head for head in heads if self._held.get(head[1].target, now) <= now]
        if not ready:
            return Wait(min(self._held[outgoing.target] for _, outgoing in heads) - now)
        wait = self._window.wait(now)
        if wait > 0:
            return Wait(wait, tuple(outgoing for _, outgoing in ready))
        self._in_flight = min(ready, key=lambda head: head[0])
        target = self._in_flight[1].target
        self._held.pop(target, None)
        self._queues[target].popleft()
        if not self._queues[target]:
            del self._queues[target]
        return self._in_flight[1]

    def finish(self) -> None:
        """The message in flight was accepted, or given up."""
        self._in_flight = None

    def back(self) -> None:
        """The message in flight is the next one of its conversation again."""
        if self._in_flight is not None:
            target = self._in_flight[1].target
            self._queues.setdefault(target, deque()).appendleft(self._in_flight)
            self._in_flight = None

    def hold(self, now: float, wait: float) -> None:
        """The message in flight came too early: it is its conversation's next again, in ``wait``
        seconds."""
        if self._in_flight is not None:
            self._held[self._in_flight[1].target] = now + wait
            self.back()

    def drop(self, which: Callable[[Outgoing], bool]) -> list[Outgoing]:
        """Give up some of what waits.

        :return: that; what is in flight is not among it.
        """
        dropped: list[Outgoing] = []
        for target, queue in list(self._queues.items()):
            dropped += [outgoing for _, outgoing in queue if which(outgoing)]
            kept = deque(one for one in queue if not which(one[1]))
            if kept:
                self._queues[target] = kept
            else:
                del self._queues[target]
                self._held.pop(target, None)
        return dropped
