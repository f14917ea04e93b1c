"""The conversations on the left: number, name, and what is unread in each."""

from __future__ import annotations

from collections.abc import Callable

import urwid

from ..model.conversation import Conversation, Kind
from ..model.model import Model
from ..model.visible import visible_line
from . import fit
from .row_list import Row, RowList

_NUMBERED = 10
_NARROWEST = 12


class RosterPane(RowList):
    """Mentions are counted with an ``@`` before them, so that colour is not needed to see them."""

    def __init__(self, model: Model, on_pick: Callable[[Conversation], None]) -> None:
        super().__init__(
            lambda: len(model.roster),
            self._conversation_row,
            lambda index: on_pick(model.roster[index]),
            "pane",
        )
        self._model = model
        self._shown = model.roster.current

    def wanted_width(self, columns: int) -> int:
        """Columns for the pane on a screen of so many."""
        longest = max(fit.width(_title(one)) for one in self._model.roster)
        return min(max(longest + 8, _NARROWEST), max(columns // 5, _NARROWEST))

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """The rows in sight; another current conversation is brought into sight."""
        if self._shown is not self._model.roster.current:
            self._shown = self._model.roster.current
            self.keep_visible(self._model.roster.index(self._shown))
        return super().draw(columns, rows)

    def _conversation_row(self, index: int, columns: int) -> Row:
        conversation = self._model.roster[index]
        current = conversation is self._model.roster.current
        number = str((index + 1) % 10) if index < _NUMBERED else ""
        count = _count(conversation)
        room = columns - 3 - fit.width(count) - 1
        title = fit.left(_title(conversation), max(room, 0))
        dim = "pane-current-dim" if current else "pane-dim"
        tone = "pane-current" if current else _tone(conversation)
        markup = [(dim, f"{number:>2} "), (tone, title), (tone, f"{count} ")]
        return Row(list(markup), "pane-current" if current else "pane")


def _title(conversation: Conversation) -> str:
    """In brackets where nobody is there: a room one is not in, a person who is not here."""
    title = visible_line(conversation.title)
    return title if conversation.present else f"({title})"


def _count(conversation: Conversation) -> str:
    if conversation.mentions:
        return f" @{_number(conversation.mentions)}"
    return f" {_number(conversation.unread)}" if conversation.unread else ""


def _number(count: int) -> str:
    return str(count) if count < 1000 else "999+"


def _tone(conversation: Conversation) -> str:
    if conversation.mentions:
        return "pane-mention"
    if conversation.muted or not conversation.present:
        return "pane-dim"
    if conversation.unread:
        return "pane-unread"
    return "pane-dim" if conversation.kind is Kind.SERVER else "pane"
