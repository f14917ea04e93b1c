"""Commands of one session, strictly in order, no faster than allowed.

One coroutine a frame would reorder messages: the next command starts when the last one is done.
While one takes its time, or the session has used up its budget, the others wait here, and when
too many wait, nothing more is read from the connection: the sender is slowed down, not refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure

T = TypeVar("T")

#: Commands waiting at which reading pauses.
PAUSE_AT = 16

log = Logger()


class Inbox(Generic[T]):
    """The receiving side of one session.

    :param transport: paused while too many commands wait.
    :param clock: for the budget; monotonic seconds.
    :param handle: does one command; a Deferred says when it is done. What it fails with is a
        fault of ours: it is logged, and the next command is done.
    :param budget: commands a second and burst; (0, 0) is no limit.
    """

    __slots__ = (
        "_budget",
        "_busy",
        "_clock",
        "_closed",
        "_filled",
        "_handle",
        "_paused",
        "_tokens",
        "_transport",
        "_waiting",
        "_wake",
        "_working",
    )

    def __init__(
        self,
        transport: Any,
        clock: Any,
        handle: Callable[[T], Deferred[Any] | None],
        budget: tuple[float, int],
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._handle = handle
        self._budget = budget
        self._waiting: deque[T] | tuple[()] = ()  # a deque with the first that waits
        self._tokens = float(budget[1])
        self._filled = clock.seconds()
        self._busy = self._working = self._paused = self._closed = False
        self._wake: IDelayedCall | None = None

    def put(self, command: T) -> None:
        """Do a command now, or when its turn comes."""
        if self._busy or self._waiting or not self._may_go():
            if not isinstance(self._waiting, deque):
                self._waiting = deque()
            self._waiting.append(command)
            if len(self._waiting) >= PAUSE_AT and not self._paused:
                self._paused = True
                self._transport.pauseProducing()
        else:
            self._start(command)

    def close(self) -> None:
        """Forget what waits; nothing more is done."""
        self._closed = True
        self._waiting = ()
        if self._wake is not None and self._wake.active():
            self._wake.cancel()

    @property
    def paused(self) -> bool:
        """Whether reading is paused."""
        return self._paused

    def _start(self, command: T) -> None:
        running = self._handle(command)
        if running is not None:
            self._busy = True
            running.addErrback(_complain)
            running.addBoth(self._done)

    def _done(self, _: object) -> None:
        self._busy = False
        self._work()

    def _work(self) -> None:
        if self._working:  # a command was done at once: the loop below goes on, not deeper
            return
        self._working = True
        try:
            while self._waiting and not self._busy and not self._closed and self._may_go():
                self._start(self._waiting.popleft())
        finally:
            self._working = False
        if self._paused and len(self._waiting) < PAUSE_AT and not self._closed:
            self._paused = False
            self._transport.resumeProducing()

    def _may_go(self) -> bool:
        """Take a token; without one, wake up when there is one."""
        rate, burst = self._budget
        if rate <= 0:
            return True
        if self._tokens < 1.0:
            now = self._clock.seconds()
            self._tokens = min(burst, self._tokens + (now - self._filled) * rate)
            self._filled = now
            if self._tokens < 1.0:
                if self._wake is None or not self._wake.active():
                    # Never in no time at all: rounding would wake it over and over.
                    seconds = max((1.0 - self._tokens) / rate, 0.001)
                    self._wake = self._clock.callLater(seconds, self._work)
                return False
        self._tokens -= 1.0
        return True


def _complain(failure: Failure) -> None:
    log.failure("a command failed", failure)
