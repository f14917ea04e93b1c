"""Whether a text names somebody: whole words, whatever their case."""

from __future__ import annotations

import re
from collections.abc import Iterable


class Mentions:
    """Finds the user's nick and highlight words in texts."""

    __slots__ = ("_pattern",)

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.watch(words)

    def watch(self, words: Iterable[str]) -> None:
        """Look for these words from now on."""
        # The longest first: of two words at one place, the longer one is meant.
        alternatives = "|".join(
            re.escape(w) for w in sorted(set(words), key=len, reverse=True) if w
        )
        # Not \b: nicks may begin or end with brackets and other signs.
        pattern = rf"(?<!\w)(?:{alternatives})(?!\w)" if alternatives else r"(?!)"
        self._pattern = re.compile(pattern, re.IGNORECASE)

    def found_in(self, text: str) -> bool:
        """Whether one of the words stands in ``text``."""
        return self._pattern.search(text) is not None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand: start and end of each."""
        return [match.span() for match in self._pattern.finditer(text)]
