"""What is said, as lines of text: ``[14:02] #tea <bob> hello``.

Each entry of every conversation is printed once, when it comes. What one says here is on a terminal
already, as it was typed; where nobody types it is printed once the server has taken it.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model.conversation import Conversation, Kind
from ..model.entry import SPOKEN, Delivery, Entry, EntryKind
from ..model.model import Model
from ..model.visible import visible_line
from ..ui.local_time import clock


class Transcript:
    """
    :param line: prints a line.
    :param echo: print what one says oneself.
    """

    def __init__(self, model: Model, line: Callable[[str], None], *, echo: bool) -> None:
        self._model = model
        self._line = line
        self._echo = echo
        self._next: dict[Conversation, int] = {}
        #: One's own messages on their way, and how far each was when that was last told.
        self._own: dict[tuple[Conversation, int], Delivery | None] = {}

    def print_new(self) -> None:
        """Print what has come since the last time."""
        # What concerns several conversations stands in each of them.
        told: set[Entry] = set()
        known, self._next = self._next, {}
        for conversation in self._model.roster:
            timeline = conversation.timeline
            start = max(known.get(conversation, 0), timeline.first)
            self._next[conversation] = timeline.end
            for serial in range(start, timeline.end):
                entry = timeline[serial]
                if entry.own and entry.delivery is Delivery.WAITING:
                    self._own[conversation, serial] = Delivery.WAITING
                elif entry not in told and not self._is_muted(conversation, entry):
                    told.add(entry)
                    self._line(as_line(conversation, entry))
        self._print_deliveries()

    def _is_muted(self, conversation: Conversation, entry: Entry) -> bool:
        if entry.mention or conversation is self._model.roster.current:
            return False
        return conversation.muted and entry.kind in SPOKEN

    def _print_deliveries(self) -> None:
        lines: dict[str, None] = {}
        for (conversation, serial), before in list(self._own.items()):
            timeline = conversation.timeline
            if serial not in timeline:
                del self._own[conversation, serial]
                continue
            entry = timeline[serial]
            if entry.delivery is before:
                continue
            self._own[conversation, serial] = entry.delivery
            if entry.delivery is Delivery.FAILED:
                words = f"{entry.failure}: {entry.text} (/retry sends it again)"
                lines[as_line(conversation, Entry(EntryKind.ERROR, entry.time, words))] = None
            elif entry.delivery is Delivery.ACCEPTED:
                del self._own[conversation, serial]
                if self._echo:
                    lines[as_line(conversation, entry)] = None
        for line in lines:
            self._line(line)


def as_line(conversation: Conversation, entry: Entry) -> str:
    """An entry on one line, where it was said first; nothing in it steers a terminal."""
    words = [f"[{clock(entry.time)}]", _place(conversation, entry), _body(entry)]
    return " ".join(word for word in words if word)


def _place(conversation: Conversation, entry: Entry) -> str:
    if entry.kind is EntryKind.BROADCAST:
        return "everyone"
    if conversation.kind is Kind.ROOM:
        return visible_line(conversation.title)
    if conversation.kind is Kind.PERSON and entry.kind in SPOKEN:
        return f"to {visible_line(conversation.name)}" if entry.own else "private"
    return ""


def _body(entry: Entry) -> str:
    text, sender = visible_line(entry.text), visible_line(entry.sender)
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
