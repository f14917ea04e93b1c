"""How long something lasts, as people type and read it: ``90s``, ``12h``, ``7d``, ``2w``."""

from __future__ import annotations

import re

#: Seconds in each unit.
UNITS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}

_DURATION = re.compile(r"(\d{1,9})\s*([a-z]+)", re.ASCII)
_NAMES = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def read_duration(text: str) -> int:
    """``7d`` as seconds.

    :raises ValueError: it is no duration, or one of no length.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    seconds = int(found[1]) * UNITS.get(found[2], 0) if found else 0
    if not seconds:
        raise ValueError("a time is a number and s, m, h, d or w: 90s, 12h, 7d")
    return seconds


def show_duration(seconds: int) -> str:
    """Exactly, in the largest unit that does it: ``7 days``, ``90 seconds``."""
    size, name = next((size, name) for size, name in _NAMES if seconds % size == 0)
    count = seconds // size
    return f"{count} {name}{'s' * (count != 1)}"
