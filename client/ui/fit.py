"""Texts cut or filled to a width in columns: wide characters and combining marks count right."""

from __future__ import annotations

from urwid import str_util

ELLIPSIS = "…"


def width(text: str) -> int:
    """Columns that ``text`` takes."""
    return str_util.calc_width(text, 0, len(text))


def cut(text: str, columns: int) -> str:
    """``text`` in at most ``columns``, its end replaced by an ellipsis where it is too long."""
    if width(text) <= columns:
        return text
    if columns <= 0:
        return ""
    position, _ = str_util.calc_text_pos(text, 0, len(text), columns - 1)
    return text[:position] + ELLIPSIS


def left(text: str, columns: int) -> str:
    """``text`` cut or filled with spaces on its right."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """``text`` cut or filled with spaces on its left."""
    text = cut(text, columns)
    return " " * (columns - width(text)) + text
