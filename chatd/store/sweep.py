"""The sweep: what has waited too long or is too much goes, and what no room keeps any longer."""

from __future__ import annotations

from sqlalchemy import Connection

from chatd.domain.conversation import QueueLimits
from chatd.domain.message import Delivered


def sweep(connection: Connection, limits: QueueLimits, now: int) -> list[Delivered]:
    """Not yet."""
    return []
