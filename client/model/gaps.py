"""What one does not get of a conversation, told where it is missing."""

from __future__ import annotations

from chatd.domain.conversation import GapReason
from chatd.wire import messages

from .conversation import Conversation
from .entry import Entry, EntryKind

#: Whatever the reason is, where a server gives one that is not known here.
_OTHERWISE = "missing here"
_REASONS = {
    GapReason.NOT_MEMBER: "from while you were not a member",
    GapReason.EXPIRED: "waited for this device too long and are gone",
    GapReason.LIMIT: "gone: more waited for this device than the server keeps",
    GapReason.NO_PART: "not made for this device: it came later",
}


def missing(conversation: Conversation, told: messages.Missing, now: int) -> None:
    """Some numbers never come; ``now``: milliseconds since the epoch."""
    # Under its last number: told again, it is not shown again.
    entry = Entry(EntryKind.GAP, now, _words(told), id=told.last, kept=True)
    conversation.append(entry, seen=True)


def _words(told: messages.Missing) -> str:
    count = max(told.last - told.first + 1, 1)
    what = "1 message" if count == 1 else f"{count} messages"
    known = [reason for reason in _REASONS if reason == told.reason]
    return f"{what} {_REASONS[known[0]] if known else _OTHERWISE}"
