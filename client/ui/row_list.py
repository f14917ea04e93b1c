"""A list of rows of which only the visible ones are drawn: the panes and the lists in dialogs."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import urwid

from .box import Box
from .markup import Markup

_WHEEL_ROWS = 3


class Row(NamedTuple):
    """One row: its text, and the colour of the rest of the row."""

    markup: Markup
    tone: Hashable


class RowList(Box):
    """A box widget over rows that are asked for one by one.

    :param count: how many rows there are.
    :param row: draws row ``i`` in so many columns.
    :param on_click: told the index of a row that was clicked.
    :param tone: the colour of what is empty.
    """

    def __init__(
        self,
        count: Callable[[], int],
        row: Callable[[int, int], Row],
        on_click: Callable[[int], None],
        tone: str,
    ) -> None:
        super().__init__()
        self._count = count
        self._row = row
        self._on_click = on_click
        self._tone = tone
        self._top = 0
        self._height = 1
        self._wanted: tuple[int, ...] = ()

    @property
    def page(self) -> int:
        """Rows in sight when last drawn."""
        return self._height

    def keep_visible(self, *indexes: int) -> None:
        """Scroll as little as needed to bring rows into sight, the last one above all."""
        self._wanted = indexes

    def scroll(self, rows: int) -> None:
        """Move by rows, downwards when positive."""
        self._top = max(min(self._top + rows, self._count() - self._height), 0)

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """The rows in sight."""
        self._height = rows
        for index in self._wanted:
            self._top = max(min(self._top, index), index - rows + 1)
        self._wanted = ()
        self.scroll(0)
        shown = range(self._top, min(self._top + self._height, self._count()))
        canvases = [(self._draw_row(*self._row(i, columns), columns), None, False) for i in shown]
        if len(shown) < self._height:
            rest = urwid.CompositeCanvas(urwid.SolidCanvas(" ", columns, self._height - len(shown)))
            rest.fill_attr(self._tone)
            canvases.append((rest, None, False))
        return urwid.CanvasCombine(canvases)

    def press(self, button: int, column: int, row: int) -> bool:
        """A click chooses, the wheel scrolls."""
        if button in (4, 5):
            self.scroll(-_WHEEL_ROWS if button == 4 else _WHEEL_ROWS)
            return True
        index = self._top + row
        if button == 1 and index < self._count():
            self._on_click(index)
            return True
        return False

    def _draw_row(self, markup: Markup, tone: Hashable, columns: int) -> urwid.Canvas:
        text = urwid.Text(list(markup), wrap="clip")
        return urwid.AttrMap(text, tone).render((columns,))
