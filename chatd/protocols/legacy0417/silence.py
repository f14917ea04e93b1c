"""How long a client has said nothing: a warning after a while, the end after a longer while.

Only whole frames count as signs of life. Times are monotonic seconds.

Source: seed 001 (20 s and 30 s).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IDelayedCall

from chatd.interfaces import IHub


class Silence:
    """Watches one connection.

    :param hub: asked for its ``liveness`` each time, since that may be set anew.
    :param expired: called once when the client was silent for ``liveness.timeout`` seconds.
    """

    __slots__ = ("_clock", "_expired", "_heard", "_hub", "_timer")

    def __init__(self, clock: Any, hub: IHub, expired: Callable[[], None]) -> None:
        self._clock = clock
        self._hub = hub
        self._expired = expired
        self._timer: IDelayedCall | None = None
        self._heard = 0.0

    def start(self) -> None:
        """Count from now."""
        self._heard = self._clock.seconds()
        self._timer = self._clock.callLater(self._hub.liveness.timeout, self._look)

    def interrupt(self) -> float:
        """A frame came.

        :return: the seconds of silence before it where they deserve a warning, else 0.0.
        """
        before, self._heard = self._heard, self._clock.seconds()
        length = self._heard - before
        return length if length >= self._hub.liveness.warning else 0.0

    def stop(self) -> None:
        """Watch no longer. Harmless when repeated."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _look(self) -> None:
        """A frame only moves ``_heard``: the timer is set anew once a time-out, not per frame."""
        left = self._heard + self._hub.liveness.timeout - self._clock.seconds()
        if left > 0:
            self._timer = self._clock.callLater(left, self._look)
        else:
            self._expired()
