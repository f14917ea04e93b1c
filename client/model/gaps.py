"""What never comes: to oneself, told where it is missing; or to somebody else, told with what one
said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chatd.domain.conversation import GapReason
from chatd.domain.message import Lost
from chatd.wire import messages

from .conversation import Conversation
from .entry import Delivery, Entry, EntryKind
from .model import Attention, Model

_REASONS = {
    GapReason.NOT_MEMBER: "you were not a member",
    GapReason.EXPIRED: "waited too long",
    GapReason.LIMIT: "too many waited",
    GapReason.NO_PART: "not made for this device",
}


def missing(conversation: Conversation, told: messages.Missing, now: int) -> None:
    """Some numbers never come; ``now``: milliseconds since the epoch."""
    # Under its last number: told again, it is not shown again.
    entry = Entry(EntryKind.GAP, now, _words(told), id=told.last, kept=True)
    conversation.append(entry, seen=True)


def lost(
    model: Model, conversation: Conversation, told: Lost, own: Iterable[Entry], now: int
) -> Attention | None:
    """Somebody never gets some of what one said.

    :param own: one's own messages among those numbers.
    :return: what the user should be told at once.
    """
    reason = _REASONS.get(told.reason, "")
    entries = [entry for entry in own if not entry.deleted]
    for entry in entries:
        before = f"{entry.failure}; " if entry.delivery is Delivery.EXPIRED else ""
        failure = f"{before}{told.handle} never got this: {reason}"
        conversation.change(replace(entry, delivery=Delivery.EXPIRED, failure=failure))
    if not entries:
        return None
    what = "a message of yours" if len(entries) == 1 else f"{len(entries)} messages of yours"
    text = f"{told.handle} never got {what}: {reason}"
    return model.add(conversation, Entry(EntryKind.ERROR, now, text, mention=True, kept=True))


def _words(told: messages.Missing) -> str:
    count = max(told.last - told.first + 1, 1)
    what = "1 message missing" if count == 1 else f"{count} messages missing"
    reason = next((words for reason, words in _REASONS.items() if reason == told.reason), "")
    return f"{what}: {reason}" if reason else what
