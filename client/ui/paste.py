"""Bracketed paste: what comes between the terminal's two marks is text, whatever keys it looks
like."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.visible import visible

#: What urwid names the keys of characters that are neither printable nor an escape sequence.
_CHARACTERS = {"enter": "\n", "meta enter": "\n", "tab": "\t"}

#: Beyond this the rest of a paste is left out: no message is as long.
_LONGEST = 1_000_000

Key = str | tuple[str, int, int, int]


class PasteFilter:
    """Takes pastes out of the stream of keys, also where they come in pieces."""

    def __init__(self) -> None:
        self._parts: list[str] | None = None
        self._length = 0

    def feed(self, keys: Sequence[Key]) -> list[tuple[Key | None, str]]:
        """Keys as they came.

        :return: in order, keys each with "", and for each complete paste None with its text.
        """
        found: list[tuple[Key | None, str]] = []
        for key in keys:
            if key == "begin paste":
                self._parts, self._length = [], 0
            elif self._parts is None:
                if key != "end paste":
                    found.append((key, ""))
            elif key == "end paste":
                found.append((None, visible("".join(self._parts))))
                self._parts = None
            elif isinstance(key, str):
                self._add(_CHARACTERS.get(key, key))
        return found

    def _add(self, text: str) -> None:
        # Longer names are keys such as "ctrl a": no text. A grapheme may be several characters.
        is_text = len(text) == 1 or not text.isascii()
        if is_text and self._length < _LONGEST and self._parts is not None:
            self._parts.append(text)
            self._length += len(text)
