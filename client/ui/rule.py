"""A line across the timeline with words in its middle: a new day, unread, a gap."""

from __future__ import annotations

import urwid

from . import fit


class Rule(urwid.Widget):
    """A flow widget of one row."""

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
        """Always one."""
        return 1

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int], focus: bool = False
    ) -> urwid.Canvas:
        """Strokes on both sides, as long as there is room."""
        columns = size[0]
        words = fit.cut(f" {self._words} ", columns)
        strokes = columns - fit.width(words)
        text = self._stroke * (strokes // 2) + words + self._stroke * (strokes - strokes // 2)
        return urwid.Text((self._tone, text), wrap="clip").render(size)
