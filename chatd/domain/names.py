"""Names of people and rooms: which are usable, and which are too much alike to stand side by side.

Promises: what is shown is NFKC (Unicode standard annex 15); a usable name has letters of one
script, nothing invisible and nothing that turns the writing direction; two names with the same
:func:`fold` never belong to two people or two rooms. Scripts are the recommended ones of Unicode
standard annex 31 (table 5), so that the look-alikes of scripts hardly anybody writes stay out.

A look-alike is judged by the shape that Latin shares exactly, the capital one where the two forms
differ (Greek capital eta is an H, its small form is only nearly an n). ASCII names are never
alike beyond case: ``rand1`` and ``randl`` are two names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

from chatd.errors import Code, Refused

NICK_PUNCTUATION = frozenset("-_.[]{}|^`")
ROOM_PUNCTUATION = frozenset("-_.")

#: Characters in a display name.
LONGEST_DISPLAY = 64

#: More marks than this on one letter reach into the lines above and below.
MAX_MARKS = 4

_TOO_MANY_MARKS = f"there are more than {MAX_MARKS} marks on one letter"

_CACHED_NAMES = 4096
_CACHED_LENGTH = 255

_SCRIPTS = frozenset(
    "ARABIC ARMENIAN BENGALI CJK CYRILLIC DEVANAGARI ETHIOPIC GEORGIAN GREEK GUJARATI "  # noqa: SIM905
    "GURMUKHI HEBREW KANNADA KHMER LAO LATIN MALAYALAM MYANMAR ORIYA SINHALA TAMIL "
    "TELUGU THAANA THAI TIBETAN".split()
)

# Categories of letters, marks and digits.
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo", "Lm", "Mn", "Mc", "Nd"})

# Scripts that are written together, and first words of character names that are not the script's.
_SCRIPT_OF_WORD = {
    "BOPOMOFO": "CJK",
    "EXTENDED": "ARABIC",
    "HANGUL": "CJK",
    "HIRAGANA": "CJK",
    "IDEOGRAPHIC": "CJK",
    "KATAKANA": "CJK",
}

# What shows as nothing, though it is a letter, mark or symbol (Unicode's
# Default_Ignorable_Code_Point among them).
_INVISIBLE = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0))
) | frozenset(map(chr, (0x2800, 0x1D159, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

# Where emoji are (Unicode technical standard 51), digits and the tags of regional flags aside.
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)

# What shows as nothing and has its place inside an emoji: its style, keycaps, one out of several.
_INSIDE_EMOJI = re.compile(
    rf"(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
)

# Letters after case folding, and the Latin ones they look like.
_LOOK_ALIKE_ROWS = (
    ("αβεζηικμνορτυχϳ", "abezhikmnoptyxj"),
    ("авекмнорстухіјѕԁһӏԛԝү", "abekmhopctyxijsdhlqwy"),
    ("օսհցոյ", "ouhgnj"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),
    ("ıɑɡɩȷǀ", "iagijl"),
)
_LOOK_ALIKES = {
    ord(letter): latin
    for letters, latins in _LOOK_ALIKE_ROWS
    for letter, latin in zip(letters, latins, strict=True)
}


def clean_nick(text: str, limit: int) -> str:
    """Check a nick.

    :param limit: how many characters it may have.
    :return: the nick as it is shown, in NFKC.
    :raises Refused: NICK_TOO_LONG, or NICK_INVALID with what is wrong with which character.
    """
    nick = _normalize(text, limit)
    if len(nick) > limit:
        raise Refused(Code.NICK_TOO_LONG, f"a nick has at most {limit} characters")
    if fault := _find_fault(nick, NICK_PUNCTUATION):
        raise Refused(Code.NICK_INVALID, f"this is not a usable nick: {fault}")
    return nick


def clean_room(text: str, limit: int) -> str:
    """Check a room's name, without the ``#`` that interfaces put before it.

    :param limit: how many characters it may have.
    :return: the name as it is shown, in NFKC.
    :raises Refused: ROOM_INVALID with what is wrong with which character.
    """
    room = _normalize(text, limit)
    if len(room) > limit:
        raise Refused(Code.ROOM_INVALID, f"a room name has at most {limit} characters")
    if fault := _find_fault(room, ROOM_PUNCTUATION):
        raise Refused(Code.ROOM_INVALID, f"this is not a usable room name: {fault}")
    return room


def clean_display(text: str) -> str:
    """Check a display name, which need not be unique.

    :return: the name as it is shown, in NFC; "" for none.
    :raises Refused: DISPLAY_INVALID, with what is wrong with which character.
    """
    if len(text) > LONGEST_DISPLAY * (MAX_MARKS + 1):
        raise Refused(Code.DISPLAY_INVALID)
    display = unicodedata.normalize("NFC", text).strip()
    if len(display) > LONGEST_DISPLAY:
        raise Refused(Code.DISPLAY_INVALID)
    if fault := _find_display_fault(display):
        raise Refused(Code.DISPLAY_INVALID, f"this is not a usable display name: {fault}")
    return display


def fold(name: str) -> str:
    """The key under which a name is unique: without case, width, look-alikes.

    Any text has one, usable or not; the fold of a fold is itself.
    """
    if name.isascii():
        return name.lower()
    if len(name) <= _CACHED_LENGTH:
        return _fold_cached(name)
    return _fold(name)


def _fold(name: str) -> str:
    # Folding case can bring forth what decomposes again, and the other way round: until it rests.
    while (folded := _fold_once(name)) != name:
        name = folded
    return name


_fold_cached = lru_cache(_CACHED_NAMES)(_fold)


def _fold_once(name: str) -> str:
    # Taken apart, so that an accent does not hide the letter under it.
    bare = unicodedata.normalize("NFKD", name).casefold().translate(_LOOK_ALIKES)
    digits = "".join(str(unicodedata.decimal(c, c)) for c in bare)
    return unicodedata.normalize("NFKC", digits)


def _normalize(text: str, limit: int) -> str:
    # Composing joins a letter with its few marks: what is this long cannot become short enough,
    # and is not worth the work.
    if len(text) > limit * (MAX_MARKS + 1):
        return text
    return unicodedata.normalize("NFKC", text)


def _find_fault(name: str, punctuation: frozenset[str]) -> str:
    """What makes a name unusable, for people; "" when nothing does."""
    if not name:
        return "it is empty"
    scripts: dict[str, str] = {}
    for character in name:
        if character in punctuation or (character.isascii() and character.isdigit()):
            continue
        if unicodedata.category(character) not in _LETTERS or character in _INVISIBLE:
            return f"it cannot contain {_describe(character)}"
        script = _script(character)
        if script == "COMBINING":
            continue
        if script not in _SCRIPTS:
            return f"it cannot contain {_describe(character)}"
        scripts.setdefault(script, character)
    if len(scripts) > 1:
        first, second = list(scripts.values())[:2]
        return f"it mixes scripts: {_describe(first)} and {_describe(second)}"
    return _find_misplaced_mark(name, punctuation)


def _find_misplaced_mark(name: str, punctuation: frozenset[str]) -> str:
    """A name of punctuation only, or marks with no letter to sit on or too many for one."""
    if all(character in punctuation for character in name):
        return "it needs a letter or a digit"
    base = ""
    for is_mark, run in groupby(name, key=_is_mark):
        characters = list(run)
        if is_mark and (not base or base in punctuation):
            return f"there is no letter under {_describe(characters[0])}"
        if is_mark and len(characters) > MAX_MARKS:
            return _TOO_MANY_MARKS
        base = characters[-1]
    return ""


def _find_display_fault(display: str) -> str:
    """What makes a display name unusable, for people; "" when nothing does."""
    for character in _INSIDE_EMOJI.sub("", display):
        if character in _INVISIBLE or not character.isprintable():
            return f"it cannot contain {_describe(character)}"
    for is_mark, run in groupby(display, key=_is_mark):
        if is_mark and len(list(run)) > MAX_MARKS:
            return _TOO_MANY_MARKS
    return ""


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


@lru_cache(_CACHED_NAMES)
def _script(character: str) -> str:
    """The script of a letter, mark or digit; "COMBINING" for the marks that all scripts share."""
    word = unicodedata.name(character, "").replace("-", " ").partition(" ")[0]
    return _SCRIPT_OF_WORD.get(word, word)


def _describe(character: str) -> str:
    """A character by number and name: showing it as it is might be what it was sent for."""
    if character == " ":
        return "a space"
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
