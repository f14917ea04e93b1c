"""A terminal's screen as an SVG picture: text that can be selected, no fonts or scripts from
elsewhere.

Every run of text is stretched to its columns (``textLength``), so that columns stay aligned in
whatever monospaced font the reader has; lines and corners are drawn, for no font joins them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

import pyte
from pyte.screens import Char

#: Pixels of a column and of a row, of the letters, and of the frame around.
COLUMN, ROW, LETTERS, BASELINE = 8.4, 18, 14, 13
TITLE, MARGIN = 34, 12

FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"

#: From the middle of a cell to which of its sides: north, east, south, west.
_LINES = {
    "│": "ns",
    "─": "ew",
    "┌": "es",
    "┐": "ws",
    "└": "en",
    "┘": "wn",
    "├": "nes",
    "┤": "nws",
    "┃": "ns",
    "┄": "ew",
}
_SIDES = {"n": (0.5, 0.0), "e": (1.0, 0.5), "s": (0.5, 1.0), "w": (0.0, 0.5)}


@dataclass(frozen=True)
class Colours:
    """What the terminal calls its own: letters, background, the frame's title bar and title."""

    letters: str
    background: str
    bar: str
    title: str


DARK = Colours("#d4d8df", "#16191f", "#23272f", "#8b93a1")
LIGHT = Colours("#24292f", "#fbfbfa", "#e7e7e4", "#6a6f76")


def picture(screen: pyte.Screen, title: str, colours: Colours) -> str:
    """The whole picture.

    :param title: what the window is called.
    """
    width = screen.columns * COLUMN + 2 * MARGIN
    height = screen.lines * ROW + TITLE + MARGIN
    body = "\n".join(part for y in range(screen.lines) for part in _row(screen, y, colours))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" \
height="{height:g}" font-family="{FONTS}" font-size="{LETTERS}" xml:space="preserve">
<rect width="{width:g}" height="{height:g}" rx="9" fill="{colours.background}"/>
<path d="M0 {TITLE - 6}V9a9 9 0 0 1 9-9H{width - 9:g}a9 9 0 0 1 9 9V{TITLE - 6}z" \
fill="{colours.bar}"/>
<g fill="{colours.title}" opacity=".55"><circle cx="18" cy="14" r="5.5"/>\
<circle cx="37" cy="14" r="5.5"/><circle cx="56" cy="14" r="5.5"/></g>
<text x="{width / 2:g}" y="18.5" fill="{colours.title}" font-size="13" text-anchor="middle">\
{escape(title)}</text>
<g transform="translate({MARGIN} {TITLE})" fill="{colours.letters}">
{body}
</g>
</svg>
"""


def _row(screen: pyte.Screen, y: int, colours: Colours) -> Iterator[str]:
    """Backgrounds first, then what stands on them, then the cursor."""
    cells = [screen.buffer[y][x] for x in range(screen.columns)]
    start = 0
    for background, group in groupby(cells, key=lambda cell: _colour(cell, colours)[1]):
        length = len(list(group))
        if background:
            yield _box(start, y, length, background)
        start += length
    start = 0
    kinds = [_kind(cells, x, colours) for x in range(len(cells))]
    for _, places in groupby(range(len(cells)), key=lambda x: kinds[x]):
        run = [cells[x] for x in places]
        yield from _run(run, start, y, colours)
        start += len(run)
    if screen.cursor.y == y and not screen.cursor.hidden:
        yield _box(screen.cursor.x, y, 1, colours.letters, ' opacity=".6"')


def _kind(cells: list[Char], x: int, colours: Colours) -> object:
    """What may stand in one run: same looks; wide characters and lines alone."""
    cell = cells[x]
    after = cells[x + 1].data if x + 1 < len(cells) else " "
    wide = x if after == "" else x - 1 if cell.data == "" else None
    looks = (cell.bold, cell.italics, cell.underscore)
    return wide, cell.data if cell.data in _LINES else "", _colour(cell, colours)[0], looks


def _run(run: list[Char], x: int, y: int, colours: Colours) -> Iterator[str]:
    text = "".join(cell.data for cell in run)
    colour = _colour(run[0], colours)[0]
    if text[:1] in _LINES:
        yield _line(text[0], len(run), x, y, colour or colours.letters)
        return
    if not text.strip():
        return
    indent = len(text) - len(text.lstrip())
    columns = len(run) - indent - (len(text) - len(text.rstrip()))
    looks = f' fill="{colour}"' if colour else ""
    looks += ' font-weight="bold"' if run[0].bold else ""
    looks += ' font-style="italic"' if run[0].italics else ""
    looks += ' text-decoration="underline"' if run[0].underscore else ""
    place = f'x="{(x + indent) * COLUMN:g}" y="{y * ROW + BASELINE:g}"'
    fit = f'textLength="{columns * COLUMN:g}" lengthAdjust="spacingAndGlyphs"'
    yield f"<text {place} {fit}{looks}>{escape(text.strip())}</text>"


def _line(sign: str, count: int, x: int, y: int, colour: str) -> str:
    """Lines through the middle of cells, to the sides that a sign joins."""
    path = ""
    for column in range(x, x + count):
        for side in _LINES[sign]:
            right, down = _SIDES[side]
            path += f"M{(column + 0.5) * COLUMN:g} {(y + 0.5) * ROW:g}"
            path += f"L{(column + right) * COLUMN:g} {(y + down) * ROW:g}"
    width = 2 if sign == "┃" else 1
    dashes = ' stroke-dasharray="3 3"' if sign == "┄" else ""
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width}"{dashes}/>'


def _box(x: int, y: int, columns: int, colour: str, more: str = "") -> str:
    place = f'x="{x * COLUMN:g}" y="{y * ROW}" width="{columns * COLUMN:g}" height="{ROW}"'
    return f'<rect {place} fill="{colour}"{more}/>'


def _colour(cell: Char, colours: Colours) -> tuple[str, str]:
    """Letters and background; "" for the terminal's own."""
    letters, background = (_hex(one) for one in (cell.fg, cell.bg))
    if cell.reverse:
        return background or colours.background, letters or colours.letters
    return letters, background


def _hex(colour: str) -> str:
    return "" if colour == "default" else f"#{colour}"
