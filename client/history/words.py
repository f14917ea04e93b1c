"""What a text is found by: its words, as the index holds them.

A word is a run of letters and digits, without regard to case, width or accents. Scripts that put no
spaces between words (Han, Kana, Thai and their like) and symbols (emoji) are cut into characters,
which a phrase puts together again: so any part of such a text is found, however short. FTS5's
trigrams would find parts of every word, but none of less than three characters, which is most of
what is looked for in Chinese; they take half as much room again and twice the time to write. Its
unicode61 takes emoji for spaces and a Chinese sentence for one word.

Here the words are made, and the index has only to split them at spaces: its ``ascii`` tokenizer.
"""

from __future__ import annotations

import re
import unicodedata

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
#: Variation selectors: how an emoji is drawn, not which it is.
_SELECTORS = re.compile(r"[\ufe00-\ufe0f]")
#: Scripts without spaces: Thai, Lao, Tibetan, Burmese, Khmer, Kana, Han.
_UNSPACED = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def words_of(text: str) -> list[str]:
    """The words of a text, in order; none of them holds a space or a sign that FTS5 knows."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    # Taken apart before, too: some signs stand for capitals (U+33C6, "C/kg").
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = unicodedata.normalize("NFC", _SELECTORS.sub("", _ACCENTS.sub("", text)))
    return "".join(map(_spaced, text)).split()


def is_whole(word: str) -> bool:
    """Whether a word is a single character: those are not looked for as the start of another."""
    return len(word) == 1


def _spaced(character: str) -> str:
    """A character of a word as it is, one that is a word with spaces around it, others as one."""
    if character.isascii():
        return character if character.isalnum() else " "
    if _UNSPACED.match(character):
        return f" {character} "
    kind = unicodedata.category(character)
    if kind[0] in "LMN":
        return character
    # Unassigned: emoji younger than this Python.
    return f" {character} " if kind[0] == "S" or kind == "Cn" else " "
