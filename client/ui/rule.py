"""A line across the timeline with words in its middle: a new day, unread, a gap."""

from __future__ import annotations

import urwid

from . import fit


class Rule(urwid.Widget):
    """A flow widget of one row; of more, where the words do not fit."""

    _sizing = frozenset([urwid.FLOW])
    _selectable = False

    def __init__(self, words: str, tone: str, stroke: str) -> None:
        """
        :param words: safe to draw.
        :param stroke: one character, a column wide.
        """
        super().__init__()
        self._words = words
        self._tone = tone
        self._stroke = stroke

    def rows(self, size: tuple[int], focus: bool = False) -> int:
        """As many as the words take."""
        return 1 if self._fits(size[0]) else self._wrapped().rows(size)

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int], focus: bool = False
    ) -> urwid.Canvas:
        """Strokes on both sides, as long as there is room."""
        columns = size[0]
        if not self._fits(columns):
            return self._wrapped().render(size)
        words = f" {self._words} "
        strokes = columns - fit.width(words)
        text = self._stroke * (strokes // 2) + words + self._stroke * (strokes - strokes // 2)
        return urwid.Text((self._tone, text), wrap="clip").render(size)

    def _fits(self, columns: int) -> bool:
        return fit.width(self._words) + 2 <= columns

    def _wrapped(self) -> urwid.Text:
        return urwid.Text((self._tone, self._words), align="center")
