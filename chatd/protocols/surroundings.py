"""What a door's factory is handed: everything it may use of the daemon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.entry import Entry
from chatd.interfaces import IAudit, IHub


@dataclass(slots=True)
class Surroundings:
    """One object for all doors of a daemon.

    :ivar clock: a Twisted reactor or ``task.Clock``, running on monotonic time.
    :ivar entry: limits on unfinished handshakes, shared by all doors.
    :ivar send_queue: bytes that may wait for one peer before it is disconnected.
    :ivar commands: commands a second and burst of one session before reading from it is
        slowed down; (0, 0) is no limit.
    :ivar static: the server's static key.
    :ivar name: the server's name, for people.
    :ivar connections: all open connections of all doors, each an IPeer, signed in or not: the
        shutdown closes them (those of sessions a second time) and waits for them.
    """

    hub: IHub
    clock: Any
    audit: IAudit
    entry: Entry
    static: X25519PrivateKey
    name: str = "chatd"
    send_queue: int = 4 * 1024 * 1024
    commands: tuple[float, int] = (100.0, 400)
    connections: set[Any] = field(default_factory=set)
