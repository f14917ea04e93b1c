"""Editing text the readline way, without a screen: a text, a position, and what was cut last.

Positions never fall inside a grapheme: an emoji of several code points is one step.
"""

from __future__ import annotations

import re

from urwid import str_util

_WORD = re.compile(r"\w+")


class Editor:
    """A text in the making. Each method is one key's worth of change.

    :ivar text: may have several lines.
    :ivar position: where the next character goes, as an index into ``text``.
    """

    def __init__(self) -> None:
        self.text = ""
        self.position = 0
        self._cut = ""

    def set(self, text: str, position: int | None = None) -> None:
        """Replace everything; the cursor goes to the end unless told otherwise."""
        self.text = text
        self.position = len(text) if position is None else min(position, len(text))

    def insert(self, text: str) -> None:
        """Put text in at the cursor."""
        self._replace(self.position, self.position, text)

    # ---------------------------------------------------------------- moving

    def back(self) -> None:
        """One character back."""
        self.position = self._before()

    def forward(self) -> None:
        """One character on."""
        self.position = self._after()

    def back_word(self) -> None:
        """To the start of this word or the one before."""
        self.position = self._word_start()

    def forward_word(self) -> None:
        """To the end of this word or the next."""
        self.position = self._word_end()

    def line_start(self) -> None:
        """To the start of the line."""
        self.position = self._line_start()

    def line_end(self) -> None:
        """To the end of the line."""
        self.position = self._line_end()

    # ---------------------------------------------------------------- deleting

    def delete_back(self) -> None:
        """Delete the character before the cursor."""
        self._replace(self._before(), self.position, "")

    def delete(self) -> None:
        """Delete the character under the cursor."""
        self._replace(self.position, self._after(), "")

    def cut_to_end(self) -> None:
        """Cut to the end of the line; at it, join with the next one."""
        end = self._line_end()
        self._cut_out(self.position, end if end > self.position else min(end + 1, len(self.text)))

    def cut_to_start(self) -> None:
        """Cut back to the start of the line."""
        self._cut_out(self._line_start(), self.position)

    def cut_word_back(self) -> None:
        """Cut back to the last space (readline's unix-word-rubout)."""
        before = self.text[: self.position].rstrip()
        start = max(before.rfind(" "), before.rfind("\n")) + 1
        self._cut_out(start, self.position)

    def cut_part_back(self) -> None:
        """Cut back to the start of the word (readline's backward-kill-word)."""
        self._cut_out(self._word_start(), self.position)

    def cut_word(self) -> None:
        """Cut to the end of the word."""
        self._cut_out(self.position, self._word_end())

    def cut_all(self) -> None:
        """Cut everything."""
        self._cut_out(0, len(self.text))

    def paste_cut(self) -> None:
        """Put in what was cut last."""
        self.insert(self._cut)

    def swap(self) -> None:
        """Swap the characters around the cursor; at the end of a line, the two before it."""
        if self.position == self._line_end():
            self.back()
        here = self.position
        if here == self._line_start() or here == len(self.text):
            self.position = self._after()
            return
        before, after = self._before(), self._after()
        self._replace(before, after, self.text[here:after] + self.text[before:here])

    # ---------------------------------------------------------------- places

    def _replace(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]
        self.position = start + len(text)

    def _cut_out(self, start: int, end: int) -> None:
        if start < end:
            self._cut = self.text[start:end]
            self._replace(start, end, "")

    def _before(self) -> int:
        if self.position == 0:
            return 0
        return str_util.move_prev_char(self.text, 0, self.position)

    def _after(self) -> int:
        if self.position == len(self.text):
            return self.position
        return str_util.move_next_char(self.text, self.position, len(self.text))

    def _line_start(self) -> int:
        return self.text.rfind("\n", 0, self.position) + 1

    def _line_end(self) -> int:
        end = self.text.find("\n", self.position)
        return len(self.text) if end < 0 else end

    def _word_start(self) -> int:
        starts = [m.start() for m in _WORD.finditer(self.text, 0, self.position)]
        return starts[-1] if starts else 0

    def _word_end(self) -> int:
        match = _WORD.search(self.text, self.position)
        return match.end() if match else len(self.text)
