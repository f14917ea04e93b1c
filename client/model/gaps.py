"""What one does not get of a conversation, told where it is missing."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from chatd.domain.conversation import GapReason
from chatd.wire import messages

from .conversation import Conversation
from .entry import Entry, EntryKind

_REASONS = {
    GapReason.NOT_MEMBER: "you were not a member",
    GapReason.EXPIRED: "waited too long",
    GapReason.LIMIT: "too many waited",
    GapReason.NO_PART: "not made for this device",
}


def missing(
    conversation: Conversation,
    told: messages.Missing,
    now: int,
    own: AbstractSet[int] = frozenset(),
) -> None:
    """Some numbers never come.

    :param now: milliseconds since the epoch.
    :param own: those of them that are here, for one has said them oneself.
    """
    last = told.last
    while last in own:
        last -= 1
    if last < told.first <= told.last:
        return
    # Under its last number: told again, it is not shown again.
    entry = Entry(EntryKind.GAP, now, _words(told, len(own)), id=last, kept=True, in_order=True)
    conversation.append(entry, seen=True)


def _words(told: messages.Missing, own: int) -> str:
    count = max(told.last - told.first + 1 - own, 1)
    what = "1 message missing" if count == 1 else f"{count} messages missing"
    reason = next((words for reason, words in _REASONS.items() if reason == told.reason), "")
    return f"{what}: {reason}" if reason else what
