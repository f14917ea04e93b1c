"""Asks for a password: masked, kept nowhere, never in the input history."""

from __future__ import annotations

from collections.abc import Callable

import urwid

from ..model.visible import visible_line
from . import fit
from .dialog import Dialog
from .field import Field
from .keymap import KeyMap
from .markup import Markup


class PasswordDialog(Dialog):
    """One masked field."""

    def __init__(
        self, keymap: KeyMap, title: str, text: str, on_done: Callable[[str], None]
    ) -> None:
        self._text = visible_line(text)
        self._on_done = on_done
        self._field = Field(keymap, "password: ", mask="•")
        keys: Markup = [("dialog-key", "Enter"), ("dialog", " go on   ")]
        keys += [("dialog-key", "Esc"), ("dialog", " leave it")]
        rows = [urwid.Text(self._text), urwid.Divider(), self._field, urwid.Divider()]
        body = urwid.Pile([*rows, urwid.Text(list(keys))], focus_item=2)
        super().__init__(title, urwid.Filler(urwid.Padding(body, left=1, right=1), valign="top"))

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """As wide as the text, and room for the field."""
        wide = max(min(fit.width(self._text) + 4, columns - 4, 70), min(44, columns))
        lines = urwid.Text(self._text).pack((max(wide - 4, 1),))[1]
        return wide, lines + 6

    def press_key(self, key: str) -> None:
        """Edit, go on, or leave it."""
        if key == "enter":
            self.close()
            self._on_done(self._field.editor.text)
        elif key in ("esc", "ctrl c"):
            self.close()
        else:
            self._field.press_key(key)

    def paste(self, text: str) -> None:
        """A password manager's way."""
        self._field.paste(text)
