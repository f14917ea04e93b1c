"""Commands about rooms."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.names import fold
from chatd.wire import messages

from ...model.conversation import Conversation, Kind, standing_of
from ...model.entry import Entry, EntryKind
from ...model.uplink import Online
from ...model.visible import visible_line
from ..local_time import recent
from ..picker import Choice
from ..signs import sign
from .command import UsageError, first_word
from .level import LEVEL, read_level

if TYPE_CHECKING:
    from ..face import Face

_CLEAR = "-clear"
_WITH_PASSWORD = "-p"
_PRIVATE = "private"
JOIN_OPTIONS = (LEVEL, _PRIVATE, _WITH_PASSWORD)
_LEVEL = re.compile(rf"{LEVEL}\S*")
_MOST_LISTED = 100
_NEW_PASSWORD = "If there is no such room yet, it is made with this password."


async def join(screen: Face, words: str) -> None:
    """Enter a room, or make it with the rules that follow its name."""
    name, rest = first_word(words)
    name = name.removeprefix("#")
    if not name:
        raise UsageError
    rooms = screen.controller.rooms
    if has_secret(words):
        rooms.ask_password(name, "Type the password here, never after the name.")
        return
    options = rest.split()
    levels = [read_level(one) for one in options if one.startswith(LEVEL)]
    level, private = max(levels, default=0), _PRIVATE in options
    if _WITH_PASSWORD in options:
        rooms.ask_password(name, _NEW_PASSWORD, level=level, private=private)
    else:
        await rooms.enter(name, level=level, private=private)


def has_secret(words: str) -> bool:
    """Whether a password was typed after the room's name."""
    options = first_word(words)[1].split()
    return any(one not in JOIN_OPTIONS and not _LEVEL.fullmatch(one) for one in options)


async def leave(screen: Face, words: str) -> None:
    """Leave a room, and keep what was said."""
    room = room_of(screen, words)
    await screen.controller.rooms.leave(room)
    screen.controller.note("you left", room)


async def close(screen: Face, words: str) -> None:
    """Leave and forget."""
    conversation = screen.model.roster.current
    if conversation.kind is Kind.SERVER:
        raise UsageError("this one stays open; /quit ends the program")
    inside = conversation.kind is Kind.ROOM and conversation.present and conversation.stream
    if inside and not isinstance(screen.model.state, Online):
        raise UsageError("closing a room is leaving it, which takes a connection; try again then")
    screen.close(conversation)
    if conversation.kind is Kind.ROOM:
        await screen.controller.rooms.leave(conversation)


async def topic(screen: Face, words: str) -> None:
    """Show, set or clear the topic."""
    room = room_of(screen, "")
    if not words:
        screen.note(f"the topic: {room.topic}" if room.topic else "there is no topic yet")
        return
    text = "" if words == _CLEAR else words
    await screen.controller.request(partial(messages.Topic, room=room.name, topic=text))
    room.topic = text
    told = f"you set the topic: {text}" if text else "you cleared the topic"
    room.append(Entry(EntryKind.NOTICE, screen.controller.now(), told, kept=True), seen=True)


async def names(screen: Face, words: str) -> None:
    """Print who is in a room."""
    name = words.removeprefix("#") or room_of(screen, "").name
    rows = await screen.controller.users(name)
    room = screen.model.roster.find(Kind.ROOM, name)
    if room is not None and room.present:
        screen.model.set_members(room, rows)
    here, gone = [row for row in rows if row.online], [row for row in rows if not row.online]
    screen.note(f"in #{name}: {listed(here)}")
    if gone:
        screen.note(f"not here now: {listed(gone, screen.controller.now())}")


async def list_rooms(screen: Face, words: str) -> None:
    """Choose from all rooms."""
    rows = await screen.controller.all_rooms()
    screen.model.rooms_seen.update(row.name for row in rows)

    def enter(name: str) -> None:
        screen.controller.run(screen.controller.rooms.enter(name))

    def choices(text: str) -> list[Choice]:
        wanted = fold(text.strip().removeprefix("#"))
        return [
            Choice(_described(row), _size(row), partial(enter, row.name))
            for row in rows
            if wanted in fold(row.name) or wanted in row.topic.casefold()
        ]

    screen.pick("Rooms", choices, "enter", words)


def listed(rows: list[messages.UserRow], now: int = 0) -> str:
    """People in one line, those away marked; those who are not here with when they were."""
    shown = [_person(row, now) for row in rows]
    if len(shown) > _MOST_LISTED:
        shown[_MOST_LISTED:] = [f"and {len(rows) - _MOST_LISTED} more"]
    return f"{len(rows)}: " + ", ".join(map(visible_line, shown)) if rows else "nobody"


def _person(row: messages.UserRow, now: int) -> str:
    state = f" (away: {row.away})" if row.away and row.online else ""
    if row.seen and not row.online:
        state = f" (last seen {recent(row.seen, now)})"
    return f"{sign(standing_of(row.standing))}{row.nick}{state}"


def _described(row: messages.RoomRow) -> str:
    topic = f"  {visible_line(row.topic)}" if row.topic else ""
    return f"#{visible_line(row.name)}{topic}"


def _size(row: messages.RoomRow) -> str:
    level = [f"level {row.level}"] if row.level else []
    private = ["private"] if row.private else []
    password = ["password"] if row.locked else []
    return "  ".join([*level, *private, *password, str(row.members)])


def room_of(screen: Face, words: str) -> Conversation:
    """The room of this name, or the one looked at.

    :raises UsageError: there is none.
    """
    room = screen.model.roster.current
    if words:
        found = screen.model.roster.find(Kind.ROOM, words.removeprefix("#"))
        if found is None:
            raise UsageError(f"you are not in {words}")
        room = found
    if room.kind is not Kind.ROOM:
        raise UsageError("this works in rooms; go to one first")
    return room
