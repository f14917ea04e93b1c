"""What a service is handed when it is made: everything it may use of the daemon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServiceSurroundings:
    """One object for all services of a daemon.

    :ivar clock: a Twisted reactor or ``task.Clock``, running on monotonic time.
    :ivar now: the server's time, milliseconds since the epoch.
    :ivar name: the server's name, for people.
    """

    clock: Any
    now: Callable[[], int]
    name: str
