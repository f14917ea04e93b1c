"""Which message a command means: the one that ``^N`` counts back to, the one that is marked, or the
last one that fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.conversation import Conversation
from ...model.entry import SPOKEN, Delivery, Entry, EntryKind
from .command import UsageError, first_word

if TYPE_CHECKING:
    from ..face import Face

_BACK = re.compile(r"\^([0-9]{1,9})?", re.ASCII)


def own_message(screen: Face, words: str, verb: str) -> tuple[Entry, str]:
    """A message of one's own, and the words after what names it.

    :param verb: what is to become of it, in a word: ``edited``.
    :raises UsageError: there is none, or it is somebody else's.
    """
    number, rest = _number(words)
    found = _marked(screen) if number is None else None
    if found is None:
        current = screen.model.roster.current
        found = _nth((one for one in _messages(current) if one.own), number or 1)
        if found is None:
            far = " that far back" if number else ""
            raise UsageError(f"there is no message of yours here{far}")
    if not found.own:
        raise UsageError(f"only your own messages can be {verb}")
    return _checked(found, verb), rest


def any_message(screen: Face, words: str, verb: str) -> tuple[Entry, str]:
    """A message, the last one of somebody else's unless it is named; the rest as above."""
    number, rest = _number(words)
    found = _marked(screen) if number is None else None
    if found is None:
        messages = _messages(screen.model.roster.current)
        if number is None:
            messages = (one for one in messages if not one.own)
        found = _nth(messages, number or 1)
        if found is None:
            raise UsageError("there is no such message here")
    return _checked(found, verb), rest


def is_message(entry: Entry) -> bool:
    """Whether an entry is a message to this conversation, and still there."""
    return entry.kind in SPOKEN and entry.kind is not EntryKind.BROADCAST and not entry.deleted


def _number(words: str) -> tuple[int | None, str]:
    """:raises UsageError: it counts no message."""
    word, rest = first_word(words)
    found = _BACK.fullmatch(word)
    if found is None:
        return None, words
    number = int(found[1] or 1)
    if not number:
        raise UsageError("^1 is the last message, ^2 the one before it")
    return number, rest


def _marked(screen: Face) -> Entry | None:
    serial, timeline = screen.marked, screen.model.roster.current.timeline
    return timeline[serial] if serial is not None and serial in timeline else None


def _messages(conversation: Conversation) -> Iterator[Entry]:
    """The newest first, those of earlier runs too."""
    timeline = conversation.timeline
    serial = timeline.end - 1
    while serial >= timeline.first or conversation.load_older():
        if is_message(timeline[serial]):
            yield timeline[serial]
        serial -= 1


def _nth(messages: Iterator[Entry], number: int) -> Entry | None:
    return next((one for count, one in enumerate(messages, 1) if count == number), None)


def _checked(entry: Entry, verb: str) -> Entry:
    if entry.deleted:
        raise UsageError("that message was deleted")
    if not is_message(entry):
        raise UsageError(f"this line cannot be {verb}: nobody said it here")
    if entry.delivery is Delivery.WAITING:
        raise UsageError(
            f"that message is still on its way; it can be {verb} once it is accepted, and given up "
            "until then: mark it (Alt+Up), then /drop"
        )
    if entry.id is None:
        raise UsageError("that message was not sent; /retry sends it again, /drop gives it up")
    return entry
