"""What devices have acknowledged, written in groups: they do so for every message that they get.

One that is lost is no harm: what it was for is delivered again, and the next one covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.errors import Refused

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall

#: Seconds between two groups.
ACK_INTERVAL = 0.2

#: Seconds after which a store that has failed is tried again.
RETRY = 5.0

#: How many are written at once: a statement of the store names all their conversations, whether or
#: not there are such.
GROUP = 10_000

#: How many wait at most while the store takes its time: more are passed over.
MOST = 100_000

#: Device, conversation, up to which number.
Acknowledged = tuple[bytes, bytes, int]


class Acknowledgements:
    """Collects them; one group at a time is under way.

    :param clock: monotonic.
    :param write: what the store does with them.
    :param written: is told in which conversations something was acknowledged.
    """

    _log = Logger()

    def __init__(
        self,
        clock: Any,
        write: Callable[[list[Acknowledged]], Deferred[None]],
        written: Callable[[set[bytes]], None],
    ) -> None:
        self._clock = clock
        self._write = write
        self._written = written
        self._waiting: dict[tuple[bytes, bytes], int] = {}
        self._timer: IDelayedCall | None = None
        self._busy = self._stopped = False

    def add(self, device: bytes, conversation: bytes, number: int) -> None:
        """A device has stored everything up to a number."""
        key = device, conversation
        if len(self._waiting) >= MOST and key not in self._waiting:
            return
        self._waiting[key] = max(number, self._waiting.get(key, 0))
        self._schedule(ACK_INTERVAL)

    def hand_over(self) -> None:
        """Hand what waits to the store now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for _ in range(0, len(self._waiting), GROUP):
            self._write_group()

    def stop(self) -> None:
        """Hand what waits to the store, and take no more."""
        self._stopped = True
        self.hand_over()

    def _schedule(self, seconds: float) -> None:
        if self._waiting and self._timer is None and not (self._busy or self._stopped):
            self._timer = self._clock.callLater(seconds, self._write_group)

    def _write_group(self) -> None:
        self._timer, self._busy = None, True
        group = dict(islice(self._waiting.items(), GROUP))
        for key in group:
            del self._waiting[key]
        writing = self._write([(*key, number) for key, number in group.items()])
        writing.addCallbacks(self._done, self._failed, callbackArgs=(group,), errbackArgs=(group,))

    def _done(self, _: None, group: dict[tuple[bytes, bytes], int]) -> None:
        self._busy = False
        self._schedule(ACK_INTERVAL)
        self._written({conversation for _, conversation in group})

    def _failed(self, failure: Failure, group: dict[tuple[bytes, bytes], int]) -> None:
        """The store has logged it, if it refused; what came meanwhile is newer."""
        if not failure.check(Refused):
            self._log.failure("acknowledgements were not written", failure)
        self._busy = False
        self._waiting = group | self._waiting
        self._schedule(RETRY)
