"""The input at the bottom: grows with its text up to a limit, then scrolls with the cursor.

Also the one-line fields of dialogs, masked where a password is typed.
"""

from __future__ import annotations

import urwid

from . import fit
from .editor import Editor
from .markup import Markup


class InputBox(urwid.Widget):
    """A flow widget that draws an :class:`Editor`, whose text must be safe to draw. The text
    wraps under itself, beside the prompt.

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
        self._prompt: Markup = []
        self._prompt_width = 0

    def set_prompt(self, markup: Markup) -> None:
        """What stands before the text."""
        self._prompt = markup
        self._prompt_width = sum(fit.width(text) for _, text in markup)

    def rows(self, size: tuple[int], focus: bool = False) -> int:
        """As urwid asks for it."""
        return min(self._edit.rows(self._room(size[0])), self.most_rows)

    def render(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int], focus: bool = False
    ) -> urwid.Canvas:
        """The prompt, and the rows around the cursor."""
        room = self._room(size[0])
        text = urwid.CompositeCanvas(self._edit.render(room, focus))
        rows = text.rows()
        if rows > self.most_rows:
            _, cursor = self._edit.get_cursor_coords(room) or (0, rows - 1)
            top = min(max(cursor - self.most_rows + 1, 0), rows - self.most_rows)
            text.trim(top, self.most_rows)
        text.fill_attr(self._tone)
        left = size[0] - room[0]
        if not left:
            return text
        prompt = urwid.CompositeCanvas(urwid.Text(list(self._prompt), wrap="clip").render((left,)))
        prompt.pad_trim_top_bottom(0, text.rows() - prompt.rows())
        prompt.fill_attr(self._tone)
        return urwid.CanvasJoin([(prompt, None, False, left), (text, None, True, room[0])])

    def keypress(self, size: tuple[int], key: str) -> str | None:  # type: ignore[override]
        """Keys come through the key table, never this way."""
        return key

    def move_row(self, columns: int, rows: int) -> bool:
        """Move the cursor up (negative) or down within a text of several rows.

        :return: False where there is no such row.
        """
        room = self._room(columns)
        column, row = self._edit.get_cursor_coords(room) or (0, 0)
        if not 0 <= row + rows < self._edit.rows(room):
            return False
        self._edit.move_cursor_to_coords(room, column, row + rows)
        self.editor.position = self._edit.edit_pos
        return True

    def has_room_for_prompt(self, columns: int) -> bool:
        """Whether the prompt stands there; one that would leave the text too few columns does
        not."""
        return self._prompt_width * 2 <= columns

    def _room(self, columns: int) -> tuple[int]:
        """Columns for the text."""
        self._edit.set_edit_text(self.editor.text)
        self._edit.set_edit_pos(self.editor.position)
        left = self._prompt_width if self.has_room_for_prompt(columns) else 0
        return (columns - left,)
