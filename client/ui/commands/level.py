"""``level=N``, as rooms take it."""

from __future__ import annotations

from chatd.domain.account import HIGHEST_LEVEL, LOWEST_LEVEL

from .command import UsageError

LEVEL = "level="


def read_level(word: str) -> int:
    """The number in ``level=N``.

    :raises UsageError: it is no level.
    """
    text = word.removeprefix(LEVEL)
    if not (text.isascii() and text.isdigit() and LOWEST_LEVEL <= int(text) <= HIGHEST_LEVEL):
        raise UsageError(f"a level is a number from {LOWEST_LEVEL} to {HIGHEST_LEVEL}")
    return int(text)
