"""What the server tells of a room's rules, and of who may do what in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chatd.domain.commands import Standing
from chatd.domain.names import fold
from chatd.domain.put_out import PutOut
from chatd.wire import messages

from .conversation import Conversation, Kind, standing_of
from .duration import show_duration
from .entry import Entry, EntryKind
from .model import Attention, Model

_OUT = "you are not in this room any more: you were put out, or left on another device"


def invited(model: Model, invited: messages.Invited, now: int) -> Attention | None:
    """Somebody asks one into a room; after a welcome the server says so again: told once."""
    again = not invited.by and invited.room in model.invitations
    if again or model.ignores(invited.by):
        return None
    model.invitations.add(invited.room)
    model.rooms_seen.add(invited.room)
    room = f"#{invited.room}"
    told = f"{invited.by} invites you" if invited.by else "you are invited"
    return model.alert(EntryKind.NOTICE, f"{told} to {room}; /join {room} enters it", now)


def kicked(model: Model, kicked: messages.Kicked, now: int) -> Attention | None:
    """Somebody was put out of a room; where it is oneself, what was said stays to be read."""
    room = model.open(Kind.ROOM, kicked.room)
    text = _put_out(model, kicked.by, kicked.nick, kicked.reason, kicked.banned)
    room.remove_member(kicked.nick)
    if not model.is_me(kicked.nick):
        room.append(Entry(EntryKind.NOTICE, now, text, kept=True), seen=True)
        return None
    model.left(room)
    return _told_out(model, room, text, now)


def put_out(model: Model, room: Conversation | None, letter: PutOut, now: int) -> Attention | None:
    """A letter says that one was put out of a room, maybe while one was away.

    :param room: where that is shown; None for nowhere.
    """
    text = _put_out(model, letter.by, model.nick, letter.reason, letter.banned)
    if room is None:
        return model.alert(EntryKind.NOTICE, f"#{letter.room}: {text}", now)
    return _told_out(model, room, text, now)


def _put_out(model: Model, by: str, nick: str, reason: str, banned: bool) -> str:
    who, whom = model.called(by), model.called(nick)
    text = f"{who} banned {whom} from this room" if banned else f"{who} put {whom} out"
    return text + (f": {reason}" if reason else "")


def _told_out(model: Model, room: Conversation, text: str, now: int) -> Attention | None:
    """Once, though both the event and the letter say it."""
    if room.put_out == text:
        return None
    room.put_out = text
    return model.add(room, Entry(EntryKind.ERROR, now, text, mention=True, kept=True))


def room_changed(model: Model, changed: messages.RoomChanged, now: int) -> None:
    """A room's rules are others now; told is what differs."""
    room = model.open(Kind.ROOM, changed.room)
    words = _differences(room, changed)
    room.level, room.private, room.locked = changed.level, changed.private, changed.locked
    room.retention = changed.retention
    if words:
        text = f"{model.called(changed.nick)} changed the room: {', '.join(words)}"
        room.append(Entry(EntryKind.NOTICE, now, text, kept=True), seen=True)


def _differences(room: Conversation, changed: messages.RoomChanged) -> list[str]:
    words = []
    if changed.level != room.level:
        words.append(f"entering takes level {changed.level}" if changed.level else "any level")
    if changed.private != room.private:
        words.append("private, by invitation only" if changed.private else "no longer private")
    if changed.locked != room.locked:
        who = "only the owner and moderators set" if changed.locked else "everybody may set"
        words.append(f"{who} the topic")
    if changed.retention != room.retention:
        words.append(kept(changed.retention))
    return words


def kept(retention: int) -> str:
    """How long the server keeps what is said in a room, in words."""
    if not retention:
        return "the server keeps nothing longer than it takes to deliver it"
    return f"the server keeps what is said for {show_duration(retention)}"


def only_in(model: Model, rooms: Iterable[str], now: int) -> None:
    """These are all the rooms that one is in. Out of one that lasts one was put while one was away,
    or it is gone. A guest is out of every room with the connection, and enters them again."""
    if model.account is None:
        return
    inside = {fold(name) for name in rooms}
    for room in model.roster:
        if room.kind is Kind.ROOM and room.present and room.stream and room.key[1] not in inside:
            model.left(room)
            room.append(Entry(EntryKind.NOTICE, now, _OUT, kept=True), seen=True)


def standing_changed(model: Model, changed: messages.StandingChanged, now: int) -> None:
    """Somebody is something else in a room."""
    room = model.open(Kind.ROOM, changed.room)
    standing = standing_of(changed.standing)
    member = room.members.get(changed.nick)
    if member is not None:
        room.set_member(replace(member, standing=standing))
    if model.is_me(changed.nick):
        room.standing = standing
    whom, is_me = model.called(changed.nick), model.is_me(changed.nick)
    if changed.by and not (is_me and model.is_me(changed.by)):
        what = "a plain member again" if standing is Standing.MEMBER else _TITLES[standing]
        text = f"{model.called(changed.by)} made {whom} {what}"
    else:
        text = f"{whom} {'are' if is_me else 'is'} {_TITLES[standing]} now"
    room.append(Entry(EntryKind.NOTICE, now, text, mention=is_me, kept=True), seen=True)


#: What people call it.
_TITLES = {
    Standing.OWNER: "the owner of this room",
    Standing.MODERATOR: "a moderator of this room",
    Standing.MEMBER: "a member of this room",
}
