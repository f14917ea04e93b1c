"""One entry of a timeline as a widget: time, name, a line, and text that wraps under itself; above
the text what it answers, below it the reactions."""

from __future__ import annotations

from dataclasses import dataclass

import urwid

from ..model import losses
from ..model.entry import Delivery, Entry, EntryKind
from ..model.mentions import Mentions
from ..model.progress import Progress
from ..model.visible import visible, visible_line
from . import fit
from .local_time import clock
from .markup import Markup, spoken
from .quote import gone, said
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
_PROGRESS = {
    None: ("accepted", ""),
    Progress.ACCEPTED: ("accepted", " ✓"),
    Progress.DELIVERED: ("accepted", " ✓✓"),
    Progress.READ: ("read", " ✓✓"),
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


@dataclass(frozen=True, slots=True)
class Around:
    """What the conversation knows of an entry.

    :ivar marked: it was searched for, or chosen.
    :ivar quote: what it answers; "" for nothing.
    :ivar progress: how far a message of one's own came; None for what the entry says itself.
    :ivar last_read: all before it has been read, too.
    :ivar reactions: each with whether one's own is among them.
    """

    marked: bool = False
    quote: str = ""
    progress: Progress | None = None
    last_read: bool = False
    reactions: tuple[tuple[str, bool], ...] = ()


def line(entry: Entry, style: LineStyle, mentions: Mentions, around: Around) -> urwid.Widget:
    """A flow widget for an entry."""
    if entry.kind is EntryKind.GAP:
        return Rule(visible_line(entry.text), "unread", "┄")
    body = _body(entry, mentions, around, links=style.links)
    if style.copy:
        who = [] if entry.kind in _SIGNS else [("text", f"{visible_line(entry.sender)}: ")]
        return urwid.Text([*who, *body])
    bar, tone = ("┃", "found") if around.marked else ("│", "line")
    name, name_tone = _name(entry)
    columns: list[tuple[int, urwid.Widget] | urwid.Widget] = []
    if style.show_time:
        columns.append((TIME_WIDTH, urwid.Text(("time", clock(entry.time)))))
    columns.append((style.name_width, urwid.Text((name_tone, fit.right(name, style.name_width)))))
    columns.append((1, urwid.AttrMap(urwid.SolidFill(bar), tone)))
    columns.append(_with_rows(urwid.Text(body), around))
    return urwid.Columns(columns, dividechars=1, box_columns=[len(columns) - 2])


def name_width(entry: Entry) -> int:
    """Columns that the name of an entry would like."""
    return 1 if entry.kind in _SIGNS else fit.width(entry.sender)


def plain(entry: Entry) -> str:
    """An entry on one line without colours, for lists of what was found."""
    if entry.kind is EntryKind.ACTION:
        return f"* {visible_line(entry.sender)} {said(entry)}"
    return f"{visible_line(entry.sender)}: {said(entry)}" if entry.sender else said(entry)


def _with_rows(text: urwid.Text, around: Around) -> urwid.Widget:
    rows: list[urwid.Widget] = [text]
    if around.quote:
        rows.insert(0, urwid.Text(("notice", f"↪ {around.quote}"), wrap="ellipsis"))
    if around.reactions:
        markup: Markup = []
        for shown, own in around.reactions:
            markup.append(("own" if own else "notice", f"{'  ' if markup else ''}{shown}"))
        rows.append(urwid.Text(list(markup)))
    return urwid.Pile(rows) if len(rows) > 1 else text


def _name(entry: Entry) -> tuple[str, str]:
    if entry.kind in _SIGNS:
        return _SIGNS[entry.kind]
    name = visible_line(entry.sender)
    if entry.own:
        return name, "own"
    return name, "mention-name" if entry.mention else nick_tone(entry.sender)


def _body(entry: Entry, mentions: Mentions, around: Around, *, links: bool) -> Markup:
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
    return body + _delivery(entry, around)


def _actor_tone(entry: Entry) -> str:
    return "own" if entry.own else nick_tone(entry.sender)


def _said(text: str, tone: str, entry: Entry, mentions: Mentions, *, links: bool) -> Markup:
    if entry.deleted:
        return [("notice", gone(entry))]
    # One's own words never name oneself, even where the nick stands in them.
    words = spoken(text, tone, Mentions() if entry.own else mentions, links=links)
    return [*words, ("notice", " (edited)")] if entry.edited else words


def _delivery(entry: Entry, around: Around) -> Markup:
    """How far it came: each state has a sign, or a word, of its own, so that it takes no colour."""
    reason = visible_line(entry.failure)
    match entry.delivery:
        case Delivery.WAITING:
            return [("waiting", f" … {reason}".rstrip())]
        case Delivery.FAILED:
            return [("failed", f" ✗ {reason} (/retry or /drop)")]
        case Delivery.EXPIRED:
            return [("failed", f" ✗ {visible_line(losses.shown(entry.failure))}")]
        case _:
            tone, signs = _PROGRESS[around.progress]
            return [(tone, f"{signs} read" if around.last_read else signs)] if signs else []
