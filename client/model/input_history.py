"""What was typed before: Up and Down through it, with the line in the making kept."""

from __future__ import annotations

CAPACITY = 500


class InputHistory:
    """Lines sent, the newest last. Browsing begins and ends at the line in the making."""

    __slots__ = ("_draft", "_lines", "_place")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._draft = ""
        self._place: int | None = None

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: str) -> None:
        """Remember a line that was sent, once when repeated at once; browsing ends."""
        self._place = None
        if line and self._lines[-1:] != [line]:
            self._lines.append(line)
            del self._lines[:-CAPACITY]

    def older(self, current: str) -> str | None:
        """The line before the one shown.

        :param current: what stands in the input: kept when browsing begins.
        :return: None when there is none.
        """
        if not self._lines or self._place == 0:
            return None
        if self._place is None:
            self._draft = current
            self._place = len(self._lines)
        self._place -= 1
        return self._lines[self._place]

    def newer(self) -> str | None:
        """The line after the one shown, at last the one in the making; None when not browsing."""
        if self._place is None:
            return None
        self._place += 1
        if self._place < len(self._lines):
            return self._lines[self._place]
        self._place = None
        return self._draft

    def leave(self) -> None:
        """The shown line is being changed: it is the line in the making now."""
        self._place = None
