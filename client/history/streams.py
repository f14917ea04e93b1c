"""Conversations that last, as rows: how far this device is in each, and how far others are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stream:
    """
    :ivar id: the server's.
    :ivar position: all that was said up to this number was taken.
    :ivar epoch: of this device's outbox, in which the server took a message here last;
        ``sequence``: the highest that it took in that epoch.
    :ivar said: the number of one's own last message, from whichever device.
    :ivar read: up to which number the user has read it, on whichever device.
    :ivar delivered: up to which number everybody else has got it; ``seen``: has read it, as far as
        they let one know.
    """

    id: bytes
    position: int
    epoch: int = 0
    sequence: int = 0
    said: int = 0
    read: int = 0
    delivered: int = 0
    seen: int = 0


def all_streams(connection: Any) -> list[Stream]:
    """All that are known."""
    rows = connection.execute(
        "SELECT id, position, epoch, sequence, said, read, delivered, seen FROM stream"
    )
    return [Stream(*row) for row in rows]


def put(connection: Any, stream: Stream) -> None:
    """Keep one as it is now."""
    connection.execute(
        "INSERT OR REPLACE INTO stream "
        "(id, position, epoch, sequence, said, read, delivered, seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stream.id,
            stream.position,
            stream.epoch,
            stream.sequence,
            stream.said,
            stream.read,
            stream.delivered,
            stream.seen,
        ),
    )


def epoch(connection: Any) -> int:
    """Of this device's outbox; 0 before the first."""
    (number,) = connection.execute("SELECT epoch FROM outbox").fetchone()
    return int(number)


def put_epoch(connection: Any, number: int) -> None:
    """Begin another one."""
    connection.execute("UPDATE outbox SET epoch = ?", (number,))
