"""The screen without dialogs: topic above; conversations, timeline, members; status; input.

Side panes give way by themselves where the screen is narrow, and to their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import urwid

from ..model.conversation import Conversation
from ..model.model import Model
from ..model.visible import visible_line
from . import fit
from .box import Box
from .editing import PROMPT as EDITING
from .input_box import InputBox
from .members_pane import MembersPane
from .roster_pane import RosterPane
from .status_bar import Part, StatusBar
from .timeline_view import TimelineView
from .topic_bar import TopicBar

#: Screens narrower than this have no such pane unless asked for.
MEMBERS_FROM = 100
ROSTER_FROM = 60

_LONGEST_PROMPT = 20


class MainView(Box):
    """Lays the parts out anew for each size.

    :ivar roster_shown: what the user asked for; None leaves it to the width. Likewise
        ``members_shown``.
    :ivar copy: nothing but the timeline's text and the input.
    :ivar time: milliseconds since the epoch, for what depends on it.
    :ivar waited: seconds since the connection's state changed.
    :ivar hint: what the status line says about what is being typed.
    """

    def __init__(
        self,
        model: Model,
        on_conversation: Callable[[Conversation], None],
        on_member: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._model = model
        self.topic = TopicBar(model)
        self.roster = RosterPane(model, on_conversation)
        self.timeline = TimelineView(model)
        self.members = MembersPane(model, on_member)
        self.status = StatusBar(model)
        self.input = InputBox()
        self.roster_shown: bool | None = None
        self.members_shown: bool | None = None
        self.time = 0
        self.waited = 0.0
        self.hint: Sequence[Part] = ()
        self.columns = 80

    @property
    def copy(self) -> bool:
        """Whether everything but the text is out of the way."""
        return self.timeline.copy

    @copy.setter
    def copy(self, copy: bool) -> None:
        self.timeline.copy = copy

    def toggle_roster(self) -> None:
        """Show the conversations, or hide them."""
        self.roster_shown = not self._has_roster(self.columns)

    def toggle_members(self) -> None:
        """Show the members, or hide them."""
        self.members_shown = not self._wants_members(self.columns)

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """Everything, in exactly this size."""
        return self._layout(columns, rows).render((columns, rows), True)

    def mouse_event(  # type: ignore[override]  # urwid's widgets narrow the size too
        self, size: tuple[int, int], event: str, button: int, col: int, row: int, focus: bool
    ) -> bool:
        """Goes to the part under the mouse."""
        layout = self._layout(*size)
        return bool(layout.mouse_event(size, event, button, col, row, focus))

    def _layout(self, columns: int, rows: int) -> urwid.Widget:
        self.columns = columns
        self.timeline.show()
        self._set_prompt(columns)
        self.input.most_rows = max(min(rows // 3, 10), 1)
        self.topic.refresh(columns, self.time)
        below = self.timeline.entries_below
        self.status.refresh(columns, self.time, below, self.waited, self.hint)
        above = [self.topic] if rows >= 6 and not self.copy else []
        under = [self.status] if rows >= 4 else []
        ends = [self.input] if rows >= 2 else []
        parts = [(urwid.PACK, one) for one in above], [(urwid.PACK, one) for one in under + ends]
        layout = urwid.Pile([*parts[0], self._middle(columns), *parts[1]])
        layout.focus_position = len(layout.contents) - 1
        return layout

    def _middle(self, columns: int) -> urwid.Widget:
        parts: list[urwid.Widget | tuple[int, urwid.Widget]] = [self.timeline]
        if self._has_roster(columns):
            gap = urwid.SolidFill(" ")
            parts = [(self.roster.wanted_width(columns), self.roster), (1, _border()), (1, gap)]
            parts.append(self.timeline)
        if self._has_members(columns):
            gap = urwid.SolidFill(" ")
            parts += [(1, gap), (1, _border())]
            parts.append((self.members.wanted_width(columns), self.members))
        return urwid.Columns(parts) if len(parts) > 1 else self.timeline

    def _has_roster(self, columns: int) -> bool:
        if self.copy:
            return False
        return columns >= ROSTER_FROM if self.roster_shown is None else self.roster_shown

    def _wants_members(self, columns: int) -> bool:
        return columns >= MEMBERS_FROM if self.members_shown is None else self.members_shown

    def _has_members(self, columns: int) -> bool:
        return not self.copy and self.members.useful and self._wants_members(columns)

    def _set_prompt(self, columns: int) -> None:
        editing = self._model.roster.current.editing is not None
        name = EDITING if editing else visible_line(self._model.nick)
        name = fit.cut(name, min(_LONGEST_PROMPT, columns // 4))
        self.input.set_prompt([("failed" if editing else "prompt", name), ("line", "› ")])


def _border() -> urwid.Widget:
    return urwid.AttrMap(urwid.SolidFill("│"), "line")
