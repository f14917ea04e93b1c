"""What a text finds: entries in the history, or in timelines where there is none; conversations by
name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from heapq import nlargest

from ..model.conversation import Conversation, Kind
from ..model.entry import SPOKEN, Entry
from ..model.keeper import Found
from ..model.model import Model
from ..model.timeline import Mark
from ..model.visible import visible_line
from .line import plain
from .local_time import recent
from .picker import Choice

_MOST_FOUND = 200

#: Where something stands: a conversation and a serial in it.
Place = tuple[Conversation, int]


def choices(
    model: Model,
    text: str,
    here: Conversation | None,
    now: int,
    pick: Callable[[Place], None],
) -> list[Choice]:
    """The newest entries that a text finds, the newest first.

    :param here: the conversation to look in; None for all.
    :param pick: told where a chosen one stands.
    """
    keeper = model.roster.keeper
    if keeper is None:
        return entries(text, [here] if here else list(model.roster), now, pick)

    def go(found: Found) -> None:
        place = _stands(model, found)
        if place is not None:
            pick(place)

    return [
        Choice(
            f"{recent(found.entry.time, now)}  {plain(found.entry)}",
            "" if here else _title(model, found),
            partial(go, found),
        )
        for found in keeper.search(text, here)
    ]


def _stands(model: Model, found: Found) -> Place | None:
    """Where an entry of the history stands, once it is taken out of it."""
    place = model.roster.find(found.kind, found.name)
    if found.kind is Kind.SERVER:
        place = model.roster.server
    elif place is None:
        place = model.open(found.kind, found.name)
        place.present = found.kind is not Kind.ROOM  # a room that was closed, so one is not in it
    serial = place.find_row(found.entry.row)
    if serial is None and place.load_older(found.entry.row):
        serial = place.find_row(found.entry.row)
    return None if serial is None else (place, serial)


def _title(model: Model, found: Found) -> str:
    if found.kind is Kind.SERVER:
        return visible_line(model.roster.server.title)
    return visible_line(f"#{found.name}" if found.kind is Kind.ROOM else found.name)


def entries(
    text: str, conversations: Sequence[Conversation], now: int, pick: Callable[[Place], None]
) -> list[Choice]:
    """The newest entries that contain ``text``, whatever its case, or that a person of this nick
    said. Where there are several conversations, each says where it stands.

    :param pick: told where a chosen one stands.
    """
    wanted = text.casefold().strip()
    if not wanted:
        return []

    def go(conversation: Conversation, mark: Mark) -> None:
        pick((conversation, mark.serial))

    found = [
        (entry.time, number, serial, conversation, entry)
        for number, conversation in enumerate(conversations)
        for serial, entry in _newest(conversation, wanted)
    ]
    newest = nlargest(_MOST_FOUND, found, key=lambda one: one[:3])
    return [
        Choice(
            f"{recent(entry.time, now)}  {plain(entry)}",
            visible_line(conversation.title) if len(conversations) > 1 else "",
            partial(go, conversation, conversation.timeline.mark(serial)),
        )
        for _, _, serial, conversation, entry in newest
    ]


def conversations(model: Model, text: str, pick: Callable[[Conversation], None]) -> list[Choice]:
    """Conversations whose names contain ``text``: first those with something unread."""
    wanted = text.casefold().strip().removeprefix("#")
    others = [one for one in model.roster if one is not model.roster.current]
    active = model.roster.active()
    ordered = list(dict.fromkeys([*active, *others, model.roster.current]))
    return [
        Choice(
            visible_line(one.title),
            _unread(one),
            lambda one=one: pick(one),  # type: ignore[misc]
        )
        for one in ordered
        if wanted in one.name.casefold()
    ]


def _newest(conversation: Conversation, wanted: str) -> list[tuple[int, Entry]]:
    found: list[tuple[int, Entry]] = []
    for serial, entry in conversation.timeline.backwards():
        if entry.kind not in SPOKEN:
            continue
        if wanted in entry.text.casefold() or wanted == entry.sender.casefold():
            found.append((serial, entry))
            if len(found) == _MOST_FOUND:
                break
    return found


def _unread(conversation: Conversation) -> str:
    if conversation.mentions:
        return f"@{conversation.mentions}"
    return f"{conversation.unread} unread" if conversation.unread else ""
