"""The input at the bottom: grows with its text up to a limit, then scrolls with the cursor.

Also the one-line fields of dialogs, masked where a password is typed.
"""

from __future__ import annotations

import urwid

from .editor import Editor
from .markup import Markup


class InputBox(urwid.Widget):
    """A flow widget that draws an :class:`Editor`, whose text must be safe to draw.

    :ivar most_rows: rows it takes at most.
    """

    _sizing = frozenset([urwid.FLOW])
    _selectable = True
    no_cache = ["render", "rows"]

    def __init__(self, *, mask: str | None = None, tone: str = "input") -> None:
        super().__init__()
        self.editor = Editor()
        self.most_rows = 8
        self._tone = tone
        self._edit = urwid.Edit(multiline=True, wrap="any" if mask else "space", mask=mask)

    def set_prompt(self, markup: Markup) -> None:
        """What stands before the text."""
        self._edit.set_caption(list(markup))

    def rows(self, size: tuple[int], focus: bool = False) -> int:
        """As urwid asks for it."""
        self._sync()
        return min(self._edit.rows(size, focus), self.most_rows)

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int], focus: bool = False
    ) -> urwid.Canvas:
        """The rows around the cursor."""
        self._sync()
        canvas = urwid.CompositeCanvas(self._edit.render(size, focus))
        canvas.fill_attr(self._tone)
        rows = canvas.rows()
        if rows > self.most_rows:
            _, cursor = self._edit.get_cursor_coords(size) or (0, rows - 1)
            top = min(max(cursor - self.most_rows + 1, 0), rows - self.most_rows)
            canvas.trim(top, self.most_rows)
        return canvas

    def keypress(self, size: tuple[int], key: str) -> str | None:  # type: ignore[override]
        """Keys come through the key table, never this way."""
        return key

    def move_row(self, columns: int, rows: int) -> bool:
        """Move the cursor up (negative) or down within a text of several rows.

        :return: False where there is no such row.
        """
        self._sync()
        size = (columns,)
        column, row = self._edit.get_cursor_coords(size) or (0, 0)
        if not 0 <= row + rows < self._edit.rows(size):
            return False
        self._edit.move_cursor_to_coords(size, column, row + rows)
        self.editor.position = self._edit.edit_pos
        return True

    def _sync(self) -> None:
        self._edit.set_edit_text(self.editor.text)
        self._edit.set_edit_pos(self.editor.position)
