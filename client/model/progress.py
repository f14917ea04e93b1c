"""How far a message of one's own came, once the server has it."""

from __future__ import annotations

from enum import IntEnum

from .conversation import Conversation
from .entry import Delivery, Entry, EntryKind


class Progress(IntEnum):
    """Of the others in a conversation, each counts."""

    ACCEPTED = 1
    DELIVERED = 2
    READ = 3


def progress(conversation: Conversation, entry: Entry) -> Progress | None:
    """None for what is not one's own, not accepted (yet), or deleted."""
    if entry.delivery is not Delivery.ACCEPTED or entry.deleted:
        return None
    told = entry.kind is not EntryKind.BROADCAST and not entry.alone
    if entry.id is None or not told or not conversation.stream:
        return Progress.ACCEPTED
    if entry.id > conversation.delivered:
        return Progress.ACCEPTED  # who has left need not read it, but is still to get it
    return Progress.READ if entry.id <= conversation.seen else Progress.DELIVERED


def last_read(conversation: Conversation, most: int) -> int | None:
    """The serial of the last message of one's own that everybody has read.

    :param most: entries looked at, from the last one backwards.
    """
    if not conversation.seen:
        return None
    for count, (serial, entry) in enumerate(conversation.timeline.backwards()):
        if count == most:
            break
        if progress(conversation, entry) is Progress.READ:
            return serial
    return None
