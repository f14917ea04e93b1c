"""Commands about how a room is: who may enter, and who sets its topic."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from chatd.domain.commands import Standing
from chatd.wire import messages

from ...model.conversation import Conversation
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
RULES = (LEVEL, *_RULES)
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


def _changes(words: str) -> dict[str, Any]:
    """What the words set, as :class:`chatd.wire.messages.SetRoom` names it."""
    changes: dict[str, Any] = {}
    for word in words.split():
        if word.startswith(LEVEL):
            changes["level"] = read_level(word)
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
