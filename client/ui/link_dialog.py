"""Shows a link that lets a device in: a secret, so it stands here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import urwid

from . import fit
from .dialog import Dialog
from .markup import Markup
from .qr import qr_rows

_WHAT = (
    "Whoever has this link first gets in as you, once. Type chatc enrol on the other device and "
    "paste it there. It is not shown again."
)


class LinkDialog(Dialog):
    """The link from edge to edge, so that nothing is selected with it, and as a QR code where
    there is room.

    :param on_copy: puts the link on the clipboard.
    """

    def __init__(self, title: str, link: str, on_copy: Callable[[], None]) -> None:
        self._on_copy = on_copy
        self._link = urwid.Text(("dialog-strong", link), wrap="any")
        self._code = qr_rows(link)
        self._keys = urwid.Text("")
        self._show_keys("copy")
        self._rows = urwid.Pile([])
        super().__init__(title, urwid.Filler(self._rows, valign="top"), sides=False)

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """All columns, and the rows for what fits."""
        code = urwid.Text(("qr", "\n".join(self._code)), align="center")
        lines: list[urwid.Text | urwid.Divider] = [urwid.Text(_WHAT), urwid.Divider()]
        lines += [self._link, urwid.Divider()]
        high = sum(line.rows((columns,)) for line in lines) + 3
        if fit.width(self._code[0]) <= columns and high + len(self._code) + 1 <= rows:
            lines += [code, urwid.Divider()]
            high += len(self._code) + 1
        self._rows.contents = [(line, self._rows.options("pack")) for line in [*lines, self._keys]]
        return columns, high

    def press_key(self, key: str) -> None:
        """Copy, or close."""
        if key == "c":
            self._on_copy()
            self._show_keys("copied, where this terminal allows it")
        elif key in ("esc", "enter", "ctrl c"):
            self.close()

    def _show_keys(self, copy: str) -> None:
        keys: Markup = [("dialog-key", "Esc"), ("dialog", " close   ")]
        keys += [("dialog-key", "c"), ("dialog", f" {copy}")]
        self._keys.set_text(list(keys))
