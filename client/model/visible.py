"""Makes what others wrote safe to draw: nothing in it can steer the terminal or the eye.

Promises: what comes out has no control characters but line feeds, none that turn the writing
direction (Unicode annex 9), none that are invisible; those are shown as symbols instead. Joiners
stay where they join (emoji, Persian), and no letter carries more marks than the names rule allows.
"""

from __future__ import annotations

import re
import unicodedata

from chatd.domain.names import MAX_MARKS

_TAB = "    "
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{{MAX_MARKS}}}){_MARK}+")
_JOINERS = frozenset("\u200c\u200d")
#: Letters by their category that draw nothing: Hangul fillers.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_BLACK_FLAG = "\U0001f3f4"
#: Emoji younger than this Python's character table.
_YOUNG_EMOJI = range(0x1F000, 0x1FB00)


def visible(text: str) -> str:
    """``text`` with tabs widened, line ends as "\\n", and symbols for what must not be drawn."""
    if text.isascii() and text.isprintable():
        return text
    text = _MARKS.sub(r"\1", text.replace("\r\n", "\n").replace("\t", _TAB))
    if text.isprintable() and _FILLERS.isdisjoint(text):
        return text
    shown: list[str] = []
    previous = ""
    for character in text:
        shown.append(_show(character, previous))
        previous = character
    return "".join(shown)


def visible_line(text: str) -> str:
    """The same on one line: a line feed is shown as a symbol too."""
    return visible(text).replace("\n", "␊")


def _show(character: str, previous: str) -> str:
    number = ord(character)
    if character in _FILLERS:
        return f"‹{number:02X}›"
    if character.isprintable() or character == "\n":
        return character
    if number < 0x20:
        return chr(0x2400 + number)
    if number == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    if category == "Zs":
        return character if character == "\u3000" else " "
    if category == "Co" or (category == "Cn" and number in _YOUNG_EMOJI):
        return character
    if character in _JOINERS and previous and not previous.isascii():
        return character
    if _is_tag(character) and (previous == _BLACK_FLAG or _is_tag(previous)):
        return character
    return f"‹{number:02X}›"


def _is_tag(character: str) -> bool:
    """The letters of regional flags, such as Scotland's."""
    return "\U000e0020" <= character <= "\U000e007f"
