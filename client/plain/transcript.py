"""What is said, as lines of text: ``[14:02] #tea <bob> hello``.

Each entry of every conversation is printed once, when it comes; what becomes of it later is a line
of its own. What one says here is on a terminal already, as it was typed: there it is told how far
the last word in each conversation came. Where nobody types, it is printed once the server has taken
it.
"""

from __future__ import annotations

from collections.abc import Callable

from chatd.domain.commands import Relation

from ..model.conversation import Conversation, Kind
from ..model.entry import SPOKEN, Delivery, Entry, EntryKind
from ..model.model import Model
from ..model.progress import Progress, progress
from ..model.relations import Change
from ..model.timeline import Mark, Timeline
from ..model.visible import visible_line
from ..ui import fit
from ..ui.local_time import clock
from ..ui.quote import quote, said, short

_QUOTED = 40
_HAVE = {Progress.DELIVERED: "got", Progress.READ: "read"}


class Transcript:
    """
    :param line: prints a line.
    :param now: milliseconds since the epoch.
    :param echo: print what one says oneself, and not how far it came.
    """

    def __init__(
        self, model: Model, line: Callable[[str], None], now: Callable[[], int], *, echo: bool
    ) -> None:
        self._model = model
        self._line = line
        self._now = now
        self._echo = echo
        #: One's own messages on their way, and how each was when that was last told.
        self._own: dict[tuple[Conversation, Mark], Entry] = {}
        #: The last one that was taken in each conversation, and how far it had come.
        self._last: dict[Conversation, tuple[Mark, Progress]] = {}
        self._changes: list[str] = []
        model.on_changed = self._changed

    def print_new(self) -> None:
        """Print what has come since the last time."""
        # What concerns several conversations stands in each of them.
        told: set[Entry] = set()
        for conversation in self._model.roster:
            timeline = conversation.timeline
            for mark in _arrived(timeline):
                entry = timeline[mark.serial]
                if entry.own and entry.delivery is Delivery.WAITING:
                    self._own[conversation, mark] = entry
                elif entry not in told and not self._is_muted(conversation, entry):
                    told.add(entry)
                    self._line(as_line(conversation, entry))
        self._print_deliveries()
        self._print_progress()
        changes, self._changes = self._changes, []
        for line in changes:
            self._line(line)

    def _is_muted(self, conversation: Conversation, entry: Entry) -> bool:
        if entry.mention or conversation is self._model.roster.current:
            return False
        return conversation.muted and entry.kind in SPOKEN

    def _print_deliveries(self) -> None:
        lines: dict[str, None] = {}
        for (conversation, mark), before in list(self._own.items()):
            if mark.serial not in conversation.timeline:
                del self._own[conversation, mark]
                continue
            entry = conversation.timeline[mark.serial]
            if entry.deleted:
                del self._own[conversation, mark]
            elif (entry.delivery, entry.failure) != (before.delivery, before.failure):
                self._own[conversation, mark] = entry
                lines[self._delivery(conversation, mark, entry)] = None
        for line in filter(None, lines):
            self._line(line)

    def _delivery(self, conversation: Conversation, mark: Mark, entry: Entry) -> str:
        match entry.delivery:
            case Delivery.FAILED:
                words = f"{entry.failure}: {entry.text} (/retry sends it again, /drop gives it up)"
                return as_line(conversation, Entry(EntryKind.ERROR, entry.time, words))
            case Delivery.WAITING if entry.failure:
                words = f"on its way: {short(entry)}: {entry.failure}"
                return as_line(conversation, Entry(EntryKind.NOTICE, self._now(), words))
            case Delivery.ACCEPTED:
                del self._own[conversation, mark]
                self._last[conversation] = mark, Progress.ACCEPTED
                return as_line(conversation, entry) if self._echo else ""
            case _:
                return ""

    def _print_progress(self) -> None:
        """How far the last word in each conversation came, and so all before it."""
        for conversation, (mark, before) in list(self._last.items()):
            if mark.serial not in conversation.timeline:
                del self._last[conversation]
                continue
            entry = conversation.timeline[mark.serial]
            now = progress(conversation, entry) or Progress.ACCEPTED
            if now <= before:
                continue
            self._last[conversation] = mark, now
            if self._model.settings.is_on("progress") and not self._echo:
                person = conversation.kind is Kind.PERSON
                who = f"{conversation.name} has" if person else "everybody has"
                words = f"{who} {_HAVE[now]} {short(entry)}"
                self._line(as_line(conversation, Entry(EntryKind.NOTICE, self._now(), words)))

    def _changed(self, conversation: Conversation, change: Change, before: Entry) -> None:
        """Somebody has done something to an earlier message."""
        who = self._model.called(change.sender)
        match change.relation:
            case Relation.EDIT:
                words = f"{who} changed {short(before)}: {change.text}"
            case Relation.DELETION:
                words = f"{who} deleted {short(before)}"
            case _ if change.text:
                words = f"{who} put {change.text} to {short(before)}"
            case _:
                words = f"{who} took a reaction back from {short(before)}"
        seen = conversation is self._model.roster.current or before.own
        if conversation in list(self._model.roster) and (seen or not conversation.muted):
            entry = Entry(EntryKind.NOTICE, change.time, words)
            self._changes.append(as_line(conversation, entry))


def _arrived(timeline: Timeline) -> list[Mark]:
    """What has come since the last time, and what is there of this run at the first."""
    arrived = timeline.arrivals
    timeline.arrivals = []
    if arrived is None:
        first = max(timeline.begins, timeline.first)
        return [timeline.mark(one) for one in range(first, timeline.end)]
    return [mark for mark in arrived if mark.serial in timeline]


def as_line(conversation: Conversation, entry: Entry) -> str:
    """An entry on one line, where it was said first; nothing in it steers a terminal."""
    words = [f"[{clock(entry.time)}]", _place(conversation, entry), _body(conversation, entry)]
    return " ".join(word for word in words if word)


def _place(conversation: Conversation, entry: Entry) -> str:
    if entry.kind is EntryKind.BROADCAST:
        return "everyone"
    if conversation.kind is Kind.ROOM:
        return visible_line(conversation.title)
    if conversation.kind is Kind.PERSON and entry.kind in SPOKEN:
        return f"to {visible_line(conversation.name)}" if entry.own else "private"
    return ""


def _body(conversation: Conversation, entry: Entry) -> str:
    text, sender = said(entry), visible_line(entry.sender)
    if entry.ref is not None:
        text = f"(to {fit.cut(quote(conversation, entry.ref), _QUOTED)}) {text}"
    text += " (edited)" if entry.edited else ""
    match entry.kind:
        case EntryKind.SAID | EntryKind.BROADCAST:
            return f"<{sender}> {text}"
        case EntryKind.ACTION:
            return f"* {sender} {text}"
        case EntryKind.ERROR:
            return f"!! {text}"
        case EntryKind.ENTERED | EntryKind.LEFT:
            return f"-- {sender} {text}"
        case _:
            return f"-- {text}"
