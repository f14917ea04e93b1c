"""Commands about how a room is: who may enter, who sets its topic, how long messages are kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from chatd.domain.commands import Standing
from chatd.wire import messages

from ...model.conversation import Conversation
from ...model.duration import read_duration
from ...model.room_events import kept
from .command import UsageError, closest
from .level import LEVEL, read_level
from .rooms import room_of

if TYPE_CHECKING:
    from ..face import Face

#: Words for a room's rules, and what each sets.
_RULES = {
    "private": ("private", True),
    "public": ("private", False),
    "locked": ("locked", True),
    "unlocked": ("locked", False),
}
RETENTION = "retention"
_KEPT = f"{RETENTION}="
_OFF = "off"
RULES = (LEVEL, *_RULES, _KEPT)
_TITLES = {
    Standing.OWNER: "you are its owner",
    Standing.MODERATOR: "you are a moderator",
    Standing.MEMBER: "you are a member",
}


async def show_or_set(screen: Face, words: str) -> None:
    """Show how a room is, or change it."""
    room = room_of(screen, "")
    changes = _changes(words)
    if changes:
        await _set(screen, room, **changes)
    else:
        _show(screen, room)


async def lock(screen: Face, words: str) -> None:
    """Leave the topic to the owner and moderators."""
    await _set(screen, room_of(screen, words), locked=True)


async def unlock(screen: Face, words: str) -> None:
    """Let everybody set the topic."""
    await _set(screen, room_of(screen, words), locked=False)


async def set_retention(screen: Face, words: str) -> None:
    """Have the server keep messages for later comers; without words, say whether it does."""
    room = room_of(screen, "")
    if words:
        await _set(screen, room, retention=_read_retention(words))
    else:
        screen.controller.note(f"{room.title}: {kept(room.retention)}", room)


def _read_retention(words: str) -> int:
    if words == _OFF:
        return 0
    try:
        return read_duration(words)
    except ValueError as error:
        raise UsageError(f"{error}, or {_OFF}") from None


def _changes(words: str) -> dict[str, Any]:
    """What the words set, as :class:`chatd.wire.messages.SetRoom` names it."""
    changes: dict[str, Any] = {}
    for word in words.split():
        if word.startswith(LEVEL):
            changes["level"] = read_level(word)
        elif word.startswith(_KEPT):
            changes[RETENTION] = _read_retention(word.removeprefix(_KEPT))
        elif word in _RULES:
            name, value = _RULES[word]
            changes[name] = value
        else:
            meant = closest(word, RULES)
            hint = f"; did you mean {meant}?" if meant else ""
            raise UsageError(f"a room cannot be {word}{hint}")
    return changes


async def _set(screen: Face, room: Conversation, **changes: Any) -> None:
    """Ask for it; the server tells everybody in the room what changed, oneself too."""
    already = all(getattr(room, name) == value for name, value in changes.items())
    await screen.controller.request(partial(messages.SetRoom, room=room.name, **changes))
    if already:
        _show(screen, room)


def _show(screen: Face, room: Conversation) -> None:
    how = ", ".join(room.rules) or "open to everyone"
    screen.controller.note(f"{room.title}: {how}; {_TITLES[room.standing]}", room)
