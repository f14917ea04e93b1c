"""The whole screen: the main view, and a dialog over it while one is open."""

from __future__ import annotations

import urwid

from .box import Box
from .dialog import Dialog


class Stage(Box):
    """The topmost widget. Dialogs stack: closing one brings back the one below."""

    def __init__(self, main: urwid.Widget) -> None:
        super().__init__()
        self._main = main
        self._dialogs: list[Dialog] = []
        self._size = (80, 24)

    @property
    def dialog(self) -> Dialog | None:
        """The dialog that takes the keys."""
        return self._dialogs[-1] if self._dialogs else None

    def open(self, dialog: Dialog) -> None:
        """Show a dialog above all."""
        dialog.close = lambda: self._dialogs.remove(dialog)
        self._dialogs.append(dialog)

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """The main view, and what is above it."""
        self._size = (columns, rows)
        return self._top(columns, rows).render((columns, rows), True)

    def use_mouse(self, event: str, button: int, column: int, row: int) -> None:
        """The mouse did something, by urwid's names and numbers."""
        self.mouse_event(self._size, event, button, column, row, True)

    def mouse_event(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int, int], event: str, button: int, col: int, row: int, focus: bool
    ) -> bool:
        """Goes to what is on top."""
        top = self._top(*size)
        return bool(top.mouse_event(size, event, button, col, row, focus))

    def _top(self, columns: int, rows: int) -> urwid.Widget:
        if not self._dialogs:
            return self._main
        dialog = self._dialogs[-1]
        wide, high = dialog.wanted_size(columns, rows)
        width, height = min(wide, columns), min(high, rows)
        return urwid.Overlay(dialog, self._main, "center", width, "middle", height)
