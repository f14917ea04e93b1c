"""Tables for people: aligned whatever script a name is written in, with nothing in them that a
terminal would take for a command."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns under their headers, as lines without an end."""
    cells = [[plain(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(map(_width, column)) for column in zip_longest(*cells, fillvalue="")]
    return "\n".join(_line(row, widths) for row in cells)


def pairs(rows: Iterable[tuple[str, object]]) -> str:
    """One line for each name and value."""
    (first, *rest) = rows
    return table([str(cell) for cell in first], rest)


def plain(text: str) -> str:
    """What shows only: anything else becomes a replacement character."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def moment(milliseconds: int) -> str:
    """A time since the epoch, in this machine's time zone; "never" for 0."""
    if not milliseconds:
        return "never"
    return datetime.fromtimestamp(milliseconds / 1000).strftime("%Y-%m-%d %H:%M")


def duration(seconds: int) -> str:
    """As it is typed (:func:`chatd.ctl.command.milliseconds`), in the largest unit that fits."""
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if not seconds % length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def size(count: int) -> str:
    """Bytes, in the largest unit of which there is one."""
    if count < 1024:
        return f"{count} B"
    power = min((count.bit_length() - 1) // 10, 4)
    return f"{count / 1024**power:.1f} {'KMGT'[power - 1]}iB"


def counted(number: int, one: str, many: str) -> str:
    """A number and the noun it goes with."""
    return f"{number} {one if number == 1 else many}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: ideographs take two, marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
