"""Who is in the room, on the right: names in their colours, those away dimmed, those who are not
here in brackets; a sign before the owner and moderators; display names where there is room."""

from __future__ import annotations

from collections.abc import Callable

from ..model.conversation import Kind, Member
from ..model.model import Model
from ..model.visible import visible_line
from . import fit
from .row_list import Row, RowList
from .signs import sign
from .themes import nick_tone

_NARROW, _WIDE = 16, 20
_WIDE_FROM = 120
_WITH_DISPLAY = 28
_SHORTEST_DISPLAY = 4
_AWAY = " away"


class MembersPane(RowList):
    """A click on a name opens a conversation with that person."""

    def __init__(self, model: Model, on_pick: Callable[[str], None]) -> None:
        super().__init__(
            lambda: len(self._members()) + 1,
            self._member_row,
            lambda index: on_pick(self._members()[index - 1].nick) if index else None,
            "pane",
        )
        self._model = model
        self._kept: tuple[object, list[Member]] = (None, [])

    def wanted_width(self, columns: int) -> int:
        """Columns for the pane on a screen of so many."""
        if columns < _WIDE_FROM:
            return _NARROW
        return _WITH_DISPLAY if self._model.displays else _WIDE

    @property
    def useful(self) -> bool:
        """Whether there is anybody to show: rooms only."""
        return self._model.roster.current.kind is Kind.ROOM

    def _members(self) -> list[Member]:
        room = self._model.roster.current
        key = (room, room.members_changes)
        if self._kept[0] != key:
            self._kept = (key, room.sorted_members())
        return self._kept[1]

    def _member_row(self, index: int, columns: int) -> Row:
        members = self._members()
        if index == 0:
            return Row([("pane-dim", fit.cut(_count(members), columns))], "pane")
        member = members[index - 1]
        nick = f"{sign(member.standing) or ' '}{visible_line(member.nick)}"
        if not member.online:
            nick = f"{sign(member.standing) or ' '}({visible_line(member.nick)})"
            return Row([("pane-dim", fit.cut(nick, columns))], "pane")
        if member.away:
            room = columns - len(_AWAY)
            return Row([("pane-dim", f"{fit.left(nick, room)}{_AWAY}")], "pane")
        tone = "own" if self._model.is_me(member.nick) else nick_tone(member.nick)
        name = fit.cut(nick, columns)
        display = visible_line(self._model.display(member.nick))
        room = columns - fit.width(name) - 1
        if not display or room < _SHORTEST_DISPLAY:
            return Row([(tone, name)], "pane")
        return Row([(tone, name), ("pane-dim", f" {fit.cut(display, room)}")], "pane")


def _count(members: list[Member]) -> str:
    here = sum(member.online for member in members)
    if here < len(members):
        return f" {here} of {len(members)} here"
    return f" {len(members)} member{'s' * (len(members) != 1)}" if members else ""
