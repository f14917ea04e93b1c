"""Choose one of many by typing part of it: conversations, rooms, what was found, the help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import urwid

from . import fit
from .dialog import Dialog
from .field import Field
from .keymap import KeyMap
from .markup import Markup
from .row_list import Row, RowList


@dataclass(frozen=True, slots=True)
class Choice:
    """A row: what it shows on the left and on the right.

    :ivar pick: what choosing it does; None for a heading.
    """

    left: str
    right: str = ""
    pick: Callable[[], None] | None = None


def nothing() -> None:
    """What choosing a row does that is only there to be read."""


class Picker(Dialog):
    """A field above, the choices that fit below.

    :param choices: asked anew for each change of the field.
    :param hint: what Enter does.
    """

    def __init__(
        self,
        keymap: KeyMap,
        title: str,
        choices: Callable[[str], Sequence[Choice]],
        hint: str,
        text: str = "",
    ) -> None:
        self._source = choices
        self._field = Field(keymap, "› ")
        self._field.editor.set(text)
        self._list = RowList(lambda: len(self._choices), self._row, self._clicked, "dialog")
        self._footer = urwid.Text("", wrap="clip")
        self._hint = hint
        self._choices: Sequence[Choice] = ()
        self._chosen = 0
        self._refresh()
        self._most = len(self._choices)
        body = urwid.Pile(
            [
                (urwid.PACK, urwid.Padding(self._field, left=1, right=1)),
                (urwid.PACK, urwid.AttrMap(urwid.Divider("─"), "dialog-dim")),
                self._list,
                (urwid.PACK, urwid.Padding(self._footer, left=1, right=1)),
            ],
            focus_item=0,
        )
        super().__init__(title, body)

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """Most of the screen, whose edges stay in sight where there is room."""
        # As tall as all there is to choose from, and still so when typing leaves less of it.
        wide, high = min(max(columns - 6, 60), 100), max(rows - 4, 16)
        return wide, min(self._most + 5, high) if self._most else high

    def press_key(self, key: str) -> None:
        """Choose, move, or change what is looked for."""
        if key == "enter":
            self._pick(self._chosen)
        elif key in ("esc", "ctrl c"):
            self.close()
        elif key in ("up", "ctrl p", "shift tab"):
            self._move(-1)
        elif key in ("down", "ctrl n", "tab"):
            self._move(1)
        elif key in ("page up", "page down"):
            self._move(self._list.page * (1 if key == "page down" else -1))
        elif self._field.press_key(key):
            self._refresh()

    def paste(self, text: str) -> None:
        """Look for what was pasted."""
        self._field.paste(text)
        self._refresh()

    def _refresh(self) -> None:
        self._choices = self._source(self._field.editor.text)
        self._chosen = -1
        self._move(1)
        found = sum(choice.pick is not None for choice in self._choices)
        keys: Markup = [("dialog-key", "Enter"), ("dialog", f" {self._hint}   ")]
        keys += [("dialog-key", "Esc"), ("dialog", " close   ")]
        asked = bool(self._field.editor.text)
        nothing = "nothing found" if asked else "type what to look for"
        keys.append(("dialog-dim", f"{found} found" if found else nothing))
        self._footer.set_text(list(keys))

    def _move(self, count: int) -> None:
        """To another choice, over headings, and no further than the ends."""
        step = 1 if count > 0 else -1
        wanted = [i for i, choice in enumerate(self._choices) if choice.pick]
        if not wanted:
            return
        target = self._chosen + count
        ahead = [i for i in wanted if (i - target) * step >= 0]
        ends = wanted[-1] if step > 0 else wanted[0]
        self._chosen = min(ahead, key=lambda i: abs(i - target)) if ahead else ends
        first = self._chosen == wanted[0]
        self._list.keep_visible(0 if first else self._chosen, self._chosen)  # with its heading

    def _clicked(self, index: int) -> None:
        if self._choices[index].pick:
            self._pick(index)

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self._choices):
            pick = self._choices[index].pick
            if pick is not None:
                self.close()
                pick()

    def _row(self, index: int, columns: int) -> Row:
        choice = self._choices[index]
        if choice.pick is None:
            return Row([("dialog-key", fit.left(f" {choice.left}", columns))], "dialog")
        chosen = index == self._chosen
        right = choice.right and fit.cut(
            choice.right, max(columns // 2, columns - fit.width(choice.left) - 4)
        )
        left = fit.left(f" {choice.left}", columns - fit.width(right) - 2)
        tone = "dialog-chosen" if chosen else "dialog"
        dim = "dialog-chosen" if chosen else "dialog-dim"
        return Row([(tone, left), (dim, f" {right} ")], tone)
