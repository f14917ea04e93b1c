"""What a server refuses for now, and how long to wait until the next attempt."""

from __future__ import annotations

from chatd.errors import Code, Refused
from chatd.wire import messages

_TEMPORARY = frozenset(
    {Code.TOO_MANY_MESSAGES, Code.BUSY, Code.STORE_FAILED, Code.SHUTTING_DOWN, Code.LOGGED_OUT}
)
#: Seconds where the server says none: at first, and at most.
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


def ends_by_itself(refused: Refused) -> bool:
    """Whether the same may be taken later."""
    return refused.code in _TEMPORARY


def pace(limits: messages.ServerLimits | None) -> str:
    """How many messages the server takes, in words."""
    if limits is None or not limits.rate_count:
        return "the server takes no more messages for now"
    count, seconds = limits.rate_count, limits.rate_seconds
    return f"the server takes fewer than {count} messages in {seconds:g} s"


class Patience:
    """Pauses that grow, of one thing that is tried again and again."""

    def __init__(self) -> None:
        self._pause = _PAUSE

    def pause(self, refused: Refused) -> float:
        """Seconds until the next attempt."""
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return refused.wait or pause
