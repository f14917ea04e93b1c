"""What a kind of door can and cannot do. The hub asks these, never a door's name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Declared by each door.

    :ivar one_room: its sessions are in one room at most; joining another leaves the first.
    :ivar resumes: a lost connection may come back for its session within the grace time.
    :ivar counts_refused: a message refused by the rate limit counts as sent (seed 001).
    """

    one_room: bool = False
    resumes: bool = False
    counts_refused: bool = False
