"""Asks for a few lines: masked where they are secrets, kept nowhere, never in the input history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import urwid

from ..model.visible import visible_line
from . import fit
from .dialog import Dialog
from .field import Field
from .keymap import KeyMap
from .markup import Markup


class Form(Dialog):
    """A field for each prompt, one above the other. Enter goes to the next, and at the last one
    hands all answers over."""

    def __init__(
        self,
        keymap: KeyMap,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None:
        self._text = visible_line(text)
        self._on_done = on_done
        wide = max(map(fit.width, prompts))
        self._fields = [
            Field(keymap, f"{fit.right(prompt, wide)}: ", mask="•" if hidden else None)
            for prompt in prompts
        ]
        self._at = 0
        keys: Markup = [("dialog-key", "Enter"), ("dialog", " go on   ")]
        keys += [("dialog-key", "Esc"), ("dialog", " leave it")]
        above = [urwid.Text(self._text), urwid.Divider()]
        below = [urwid.Divider(), urwid.Text(list(keys))]
        self._first = len(above)
        self._rows = urwid.Pile([*above, *self._fields, *below], focus_item=self._first)
        padded = urwid.Padding(self._rows, left=1, right=1)
        super().__init__(title, urwid.Filler(padded, valign="top"))

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """As wide as the text, and room for the fields."""
        wide = max(min(fit.width(self._text) + 4, columns - 4, 70), min(44, columns))
        lines = urwid.Text(self._text).pack((max(wide - 4, 1),))[1]
        return wide, lines + len(self._fields) + 5

    def press_key(self, key: str) -> None:
        """Edit, go on, or leave it."""
        last = len(self._fields) - 1
        if key == "enter" and self._at == last:
            self.close()
            self._on_done([field.editor.text for field in self._fields])
        elif key in ("enter", "tab", "down"):
            self._go_to(min(self._at + 1, last))
        elif key in ("shift tab", "up"):
            self._go_to(max(self._at - 1, 0))
        elif key in ("esc", "ctrl c"):
            self.close()
        else:
            self._fields[self._at].press_key(key)

    def paste(self, text: str) -> None:
        """A password manager's way."""
        self._fields[self._at].paste(text)

    def _go_to(self, index: int) -> None:
        self._at = index
        self._rows.focus_position = self._first + index
