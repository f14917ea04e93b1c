"""Who is here, who is away, and when the others were here last, as far as they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatd.wire import messages

from .conversation import Conversation, Kind
from .entry import Entry, EntryKind

if TYPE_CHECKING:
    from .model import Model

AWAY, OFFLINE = "away", "offline"


@dataclass(frozen=True, slots=True)
class Presence:
    """
    :ivar away: the text of who is away, "" of who is not.
    :ivar seen: of who is not here: when they were, milliseconds since the epoch; 0 where they do
        not tell.
    """

    online: bool = True
    away: str = ""
    seen: int = 0


def presence_changed(model: Model, changed: messages.PresenceChanged, now: int) -> None:
    """Somebody came, went, is away or back; told where they are a member and where one talks with
    them, unless it is only the server that has learnt of it."""
    if model.is_me(changed.nick):
        if changed.presence != OFFLINE:
            model.set_away(changed.text)
        return
    before = model.presence(changed.nick)
    online = changed.presence != OFFLINE
    away = (changed.text or AWAY) if changed.presence == AWAY else ""
    after = Presence(online, away, 0 if online else changed.seen)
    model.set_presence(changed.nick, after)
    if changed.quiet or after == before or model.ignores(changed.nick):
        return
    came_or_went = before is None or before.online != online
    for place in _places(model, changed.nick, rooms=came_or_went):
        place.append(_told(changed.nick, before, after, now), seen=True)


def _places(model: Model, nick: str, *, rooms: bool) -> list[Conversation]:
    """Where it is told: who is away does not go out of a room."""
    person = model.roster.find(Kind.PERSON, nick)
    told = [person] if person is not None else []
    if rooms and model.settings.is_on("joins"):
        present = [one for one in model.roster if one.kind is Kind.ROOM and one.present]
        told += [one for one in present if nick in one.members]
        if not told and not all(len(one.members) for one in present):
            return [model.roster.current]  # in a room whose members are being asked for
    return told


def _told(nick: str, before: Presence | None, after: Presence, now: int) -> Entry:
    if not after.online:
        return Entry(EntryKind.LEFT, now, "went offline", nick)
    if before is None or not before.online:
        text = f"is here, away: {after.away}" if after.away else "is here"
        return Entry(EntryKind.ENTERED, now, text, nick)
    text = f"{nick} is away: {after.away}" if after.away else f"{nick} is back"
    return Entry(EntryKind.NOTICE, now, text)


def known_by(row: messages.UserRow) -> Presence:
    """What a list of people says of one."""
    return Presence(row.online, row.away if row.online else "", row.seen)


def of_person(person: messages.Person) -> Presence:
    """What an answer about somebody says."""
    return Presence(person.online, person.away if person.online else "", person.seen)
