"""One entry of a timeline as a widget: time, name, a line, and text that wraps under itself."""

from __future__ import annotations

from dataclasses import dataclass

import urwid

from ..model.entry import Delivery, Entry, EntryKind
from ..model.mentions import Mentions
from ..model.visible import visible, visible_line
from . import fit
from .local_time import clock
from .markup import Markup, spoken
from .rule import Rule
from .themes import nick_tone

TIME_WIDTH = 5

#: What stands in the name's place, and its colour.
_SIGNS = {
    EntryKind.ACTION: ("*", "action"),
    EntryKind.ENTERED: ("→", "entered"),
    EntryKind.LEFT: ("←", "left"),
    EntryKind.NOTICE: ("•", "notice"),
    EntryKind.ERROR: ("!", "error"),
}


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How lines are drawn now.

    :ivar name_width: columns for names.
    :ivar show_time: whether there is room for the time.
    :ivar copy: bare lines, for selecting with the mouse of the terminal.
    :ivar links: whether addresses can be clicked.
    """

    name_width: int
    show_time: bool
    copy: bool
    links: bool


def line(entry: Entry, style: LineStyle, mentions: Mentions, *, marked: bool) -> urwid.Widget:
    """A flow widget for an entry; ``marked``: the one that was searched for."""
    if entry.kind is EntryKind.GAP:
        return Rule(visible_line(entry.text), "unread", "┄")
    body = _body(entry, mentions, links=style.links)
    if style.copy:
        who = [] if entry.kind in _SIGNS else [("text", f"{visible_line(entry.sender)}: ")]
        return urwid.Text([*who, *body])
    bar, tone = ("┃", "found") if marked else ("│", "line")
    name, name_tone = _name(entry)
    columns: list[tuple[int, urwid.Widget] | urwid.Widget] = []
    if style.show_time:
        columns.append((TIME_WIDTH, urwid.Text(("time", clock(entry.time)))))
    columns.append((style.name_width, urwid.Text((name_tone, fit.right(name, style.name_width)))))
    columns.append((1, urwid.AttrMap(urwid.SolidFill(bar), tone)))
    columns.append(urwid.Text(body))
    return urwid.Columns(columns, dividechars=1, box_columns=[len(columns) - 2])


def name_width(entry: Entry) -> int:
    """Columns that the name of an entry would like."""
    return 1 if entry.kind in _SIGNS else fit.width(entry.sender)


def plain(entry: Entry) -> str:
    """An entry on one line without colours, for lists of what was found."""
    text = visible_line(entry.text)
    if entry.kind is EntryKind.ACTION:
        return f"* {visible_line(entry.sender)} {text}"
    return f"{visible_line(entry.sender)}: {text}" if entry.sender else text


def _name(entry: Entry) -> tuple[str, str]:
    if entry.kind in _SIGNS:
        return _SIGNS[entry.kind]
    name = visible_line(entry.sender)
    if entry.own:
        return name, "own"
    return name, "mention-name" if entry.mention else nick_tone(entry.sender)


def _body(entry: Entry, mentions: Mentions, *, links: bool) -> Markup:
    text = visible(entry.text)
    match entry.kind:
        case EntryKind.SAID:
            body = _said(text, "text", entry, mentions, links=links)
        case EntryKind.BROADCAST:
            body = [("broadcast", "to everyone: ")]
            body += _said(text, "text", entry, mentions, links=links)
        case EntryKind.ACTION:
            body = [(_actor_tone(entry), f"{visible_line(entry.sender)} ")]
            body += _said(text, "action", entry, mentions, links=links)
        case EntryKind.ENTERED | EntryKind.LEFT:
            body = [(nick_tone(entry.sender), visible_line(entry.sender))]
            body.append((_SIGNS[entry.kind][1], f" {text}"))
        case _:
            body = spoken(text, _SIGNS[entry.kind][1], Mentions(), links=links)
    return body + _delivery(entry)


def _actor_tone(entry: Entry) -> str:
    return "own" if entry.own else nick_tone(entry.sender)


def _said(text: str, tone: str, entry: Entry, mentions: Mentions, *, links: bool) -> Markup:
    # One's own words never name oneself, even where the nick stands in them.
    return spoken(text, tone, Mentions() if entry.own else mentions, links=links)


def _delivery(entry: Entry) -> Markup:
    match entry.delivery:
        case Delivery.WAITING:
            return [("waiting", " …")]
        case Delivery.ACCEPTED:
            return [("accepted", " ✓")]
        case Delivery.FAILED | Delivery.EXPIRED:
            return [("failed", f" ✗ {visible_line(entry.failure)} (/retry)")]
        case None:
            return []
