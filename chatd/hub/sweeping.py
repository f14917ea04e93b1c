"""What has waited too long, or is too much, is dropped by the store now and then; the senders'
devices are told of what somebody never gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.conversation import QueueLimits
from chatd.domain.message import Delivered
from chatd.errors import Refused
from chatd.hub.delivery import tell_letters

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatd.hub.state import State

#: Seconds between two sweeps.
INTERVAL = 30.0

#: Seconds until the first one: a daemon that is restarted again and again sweeps, too.
FIRST = 5.0


class Sweeper:
    """Sweeps for as long as the hub runs, one sweep at a time."""

    _log = Logger()

    def __init__(self, state: State) -> None:
        self._state = state
        self._timer: IDelayedCall | None = None
        self._stopped = True

    def start(self) -> None:
        """The first sweep comes after a while; nothing where there are guests only."""
        if self._state.store is not None:
            self._stopped = False
            self._schedule(FIRST)

    def stop(self) -> None:
        """No more sweeps. Harmless when repeated."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, seconds: float) -> None:
        if not self._stopped:
            self._timer = self._state.clock.callLater(seconds, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        state, limits = self._state, self._state.limits
        queue = QueueLimits(int(limits.queue_age * 1000), limits.queue_size, limits.queue_count)
        state.acknowledgements.hand_over()  # nobody is told of a loss where there is none
        swept = state.need_store().sweep(queue, state.now())
        swept.addCallback(self._tell).addBoth(self._swept)

    def _tell(self, letters: list[Delivered]) -> None:
        tell_letters(self._state, letters)

    def _swept(self, result: Failure | None) -> None:
        self._schedule(INTERVAL)
        if isinstance(result, Failure) and not result.check(Refused):  # that the store has logged
            self._log.failure("a sweep failed", result)
