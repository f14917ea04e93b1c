"""What came into this device's mailbox and is for a later program, as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """
    :ivar number: in the mailbox.
    :ivar sender: whose ``device`` (its id) sent it; "" for the server.
    :ivar time: milliseconds since the epoch.
    :ivar body: its first byte says what it is.
    """

    number: int
    sender: str
    device: bytes
    time: int
    body: bytes = field(repr=False)


def add(connection: Any, letter: Letter) -> None:
    """Keep it, once."""
    connection.execute(
        "INSERT OR IGNORE INTO letter (number, sender, device, time, body) VALUES (?, ?, ?, ?, ?)",
        (letter.number, letter.sender, letter.device, letter.time, letter.body),
    )


def all_letters(connection: Any) -> list[Letter]:
    """In their order."""
    rows = connection.execute("SELECT number, sender, device, time, body FROM letter ORDER BY 1")
    return [Letter(*row) for row in rows]
