"""A window over the screen: takes all keys until it is closed."""

from __future__ import annotations

from collections.abc import Callable

import urwid

from ..model.visible import visible_line
from . import fit
from .markup import Markup

#: Columns of a frame's first row that are not the title's: corners, spaces, a bit of the line.
_CORNERS = 5


class Dialog(urwid.WidgetWrap[urwid.Widget]):
    """A box widget with a frame and a title.

    :param sides: draw the frame's sides, too.
    :ivar close: set by whoever shows it; takes it off the screen.
    """

    def __init__(self, title: str, body: urwid.Widget, *, sides: bool = True) -> None:
        self.close: Callable[[], None] = lambda: None
        self._title = title
        self._frame = urwid.LineBox(
            body,
            title,
            title_attr="dialog-strong",
            title_align="left",
            **({} if sides else dict.fromkeys(("lline", "rline"), "")),
        )
        super().__init__(urwid.AttrMap(self._frame, "dialog"))

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int, int], focus: bool = False
    ) -> urwid.Canvas:
        """The title takes one row, whatever there is room for."""
        self._frame.set_title(fit.cut(self._title, size[0] - _CORNERS))
        return super().render(size, focus)

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """Columns and rows it would like on a screen of this size, frame included."""
        raise NotImplementedError

    def press_key(self, key: str) -> None:
        """A key came, by its name, or a character."""
        raise NotImplementedError

    def paste(self, text: str) -> None:
        """Text was pasted: nothing, unless there is a field for it."""


class Question(Dialog):
    """Asks something that is answered by yes or no."""

    def __init__(
        self, title: str, text: str, yes: str, on_yes: Callable[[], None], also_yes: str = ""
    ) -> None:
        """
        :param yes: what Enter does, in a word or two.
        :param also_yes: one more key that says yes.
        """
        self._text = visible_line(text)
        self._yes_keys = {"enter", "y", "Y", also_yes}
        self._on_yes = on_yes
        keys: Markup = [("dialog-key", "Enter"), ("dialog", f" {yes}   ")]
        keys += [("dialog-key", "Esc"), ("dialog", " no")]
        body = urwid.Pile([urwid.Text(self._text), urwid.Divider(), urwid.Text(list(keys))])
        padded = urwid.Padding(body, left=1, right=1)
        super().__init__(title, urwid.Filler(padded, valign="top"))

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """As wide as the text, wrapped where the screen is narrower."""
        wide = max(min(fit.width(self._text) + 4, columns - 4, 70), min(30, columns))
        lines = urwid.Text(self._text).pack((max(wide - 4, 1),))[1]
        return wide, lines + 4

    def press_key(self, key: str) -> None:
        """Yes, no, or nothing."""
        if key in self._yes_keys:
            self.close()
            self._on_yes()
        elif key in ("esc", "n", "N", "ctrl c"):
            self.close()
