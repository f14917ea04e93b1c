"""A widget that fills a rectangle and is drawn anew each time: what it shows changes elsewhere."""

from __future__ import annotations

import urwid


class Box(urwid.Widget):
    """Give it :meth:`draw`, and :meth:`press` where the mouse matters."""

    _sizing = frozenset([urwid.BOX])
    _selectable = False
    no_cache = ["render", "rows"]

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """A canvas of exactly this size."""
        raise NotImplementedError

    def press(self, button: int, column: int, row: int) -> bool:
        """A mouse button went down (4 and 5 are the wheel).

        :return: whether that meant something here.
        """
        return False

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int, int], focus: bool = False
    ) -> urwid.Canvas:
        """As urwid asks for it."""
        return self.draw(*size)

    def mouse_event(  # type: ignore[override]
        self, size: tuple[int, int], event: str, button: int, col: int, row: int, focus: bool
    ) -> bool:
        """As urwid asks for it."""
        return "mouse press" in event and self.press(button, col, row)
