"""Keeping order in rooms: how a room is, who has a say in it, who may come, who must go.

Every act is audited, without the words of its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.account import Account
from chatd.domain.commands import (
    Ban,
    Invite,
    Kick,
    ListBans,
    SetRoom,
    SetStanding,
    Standing,
    Unban,
)
from chatd.errors import Code, Refused
from chatd.hub import bans
from chatd.hub.rooms import check_settings, put_out
from chatd.hub.standing import Rank, outranked, rank, room_as

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Bytes of UTF-8 in a reason.
LONGEST_REASON = 255

#: Invitations into one room that nobody has come by yet.
MAX_INVITED = 1000


def set_room(state: State, session: Session, command: SetRoom) -> results.Nothing:
    """Set its level, whether it is private (the owner's affair), whether the topic is locked."""
    owner = command.level is not None or command.private is not None
    room = room_as(state, session, command.room, Rank.OWNER if owner else Rank.MODERATOR)
    if owner:
        check_settings(state, session, room.name, command.level or 0, bool(command.private))
    if command.level is not None:
        room.level = command.level
    if command.private is not None:
        room.private = command.private
    if command.locked is not None:
        room.locked = command.locked
    room.post(events.RoomChanged(room.name, session.nick, room.level, room.private, room.locked))
    _audit(state, "room_set", session, room, level=room.level)
    return results.Nothing()


def set_standing(state: State, session: Session, command: SetStanding) -> results.Nothing:
    """Make somebody a moderator or a plain member, or hand the room over."""
    room = room_as(state, session, command.room, Rank.OWNER)
    target = _member(room, command.nick)
    if room.standings[target] is command.standing:
        return results.Nothing()
    if room.standings[target] is Standing.OWNER:
        raise Refused(Code.NOT_ALLOWED, "a room has an owner: make somebody else the owner")
    if command.standing is Standing.OWNER:
        if target.account is None and room.private:
            raise Refused(Code.ACCOUNT_NEEDED, "a private room needs an account to own it")
        if room.owner is not None:
            _stand(state, session, room, room.owner, Standing.MODERATOR)
    _stand(state, session, room, target, command.standing)
    return results.Nothing()


def _stand(state: State, session: Session, room: Room, target: Person, standing: Standing) -> None:
    room.standings[target] = standing
    room.post(events.StandingChanged(room.name, target.nick, standing, session.nick))
    _audit(state, "room_role", session, room, target.nick, role=standing.name.lower())


def invite(
    state: State, session: Session, command: Invite
) -> results.Nothing | Deferred[results.Nothing]:
    """Ask somebody into a room one is in; an account need not be here at the moment. Nobody is
    asked by one whom they have blocked."""
    room = room_as(state, session, command.room, Rank.MEMBER)
    if (target := state.people.get(command.nick)) is None:
        return Deferred.fromCoroutine(_invite_absent(state, session, command))
    return _invite_here(state, session, room, target)


def _invite_here(state: State, session: Session, room: Room, target: Person) -> results.Nothing:
    if target in room.standings:
        raise Refused(Code.ALREADY_IN_ROOM, f"{target.nick} is in this room already")
    now = state.clock.seconds()
    if any(room.bans.against(one, now) for one in target.sessions):
        raise Refused(Code.BANNED, f"{target.nick} is banned from this room; lift the ban first")
    _invite(state, session, room, target.identity, target.nick, target.level)
    state.tell(target.sessions, events.Invited(room.name, session.nick))
    return results.Nothing()


async def _invite_absent(state: State, session: Session, command: Invite) -> results.Nothing:
    account = await _account(state, command.nick)
    state.check_here(session)
    room = room_as(state, session, command.room, Rank.MEMBER)
    if (target := state.people.get(account.handle)) is not None:  # they came meanwhile
        return _invite_here(state, session, room, target)
    _invite(state, session, room, account.id, account.handle, account.level)
    return results.Nothing()


def _invite(
    state: State, session: Session, room: Room, identity: bytes, nick: str, level: int
) -> None:
    if state.blocks.has(identity, session.person.identity):
        raise Refused(Code.BLOCKED, f"{nick} was not asked: they have blocked you")
    if level < room.level:
        text = f"this room asks for level {room.level}, and {nick} has {level}"
        raise Refused(Code.LEVEL_TOO_LOW, text)
    if identity not in room.invited and len(room.invited) >= MAX_INVITED:
        raise Refused(Code.TOO_MANY_INVITED)
    room.invited.add(identity)
    _audit(state, "invited", session, room, nick)


async def _account(state: State, nick: str) -> Account:
    """:raises Refused: NO_SUCH_NICK, no account has this handle."""
    account = await state.store.account(nick) if state.store is not None else None
    if account is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    return account


def kick(state: State, session: Session, command: Kick) -> results.Nothing:
    """Put somebody out; they may come back."""
    room = room_as(state, session, command.room, Rank.MODERATOR)
    _check_reason(command.reason)
    target = _member(room, command.nick)
    outranked(session, target, room)
    _put_out(state, session, room, target, command.reason, banned=False)
    _audit(state, "kicked", session, room, target.nick)
    return results.Nothing()


def ban(
    state: State, session: Session, command: Ban
) -> results.Nothing | Deferred[results.Nothing]:
    """Keep somebody out, who need not be in the room; an account need not even be here."""
    room = room_as(state, session, command.room, Rank.MODERATOR)
    _check_reason(command.reason)
    target = state.people.get(command.nick)
    if target is None:
        return Deferred.fromCoroutine(_ban_absent(state, session, command))
    return _ban_here(state, session, room, command, target)


def _ban_here(
    state: State, session: Session, room: Room, command: Ban, target: Person
) -> results.Nothing:
    outranked(session, target, room)
    if target.account is None:
        where = bans.networks(target.sessions)
        made = _ban(state, session, room, command, bans.GUEST + target.nick, networks=where)
    else:
        made = _ban(state, session, room, command, target.nick, target.account)
    for one in list(room.standings):
        # A guest's address may be a whole classroom's, with the room's owner in it.
        if any(map(made.meets, one.sessions)) and rank(one, room) < rank(session.person, room):
            _put_out(state, session, room, one, command.reason, banned=True)
    return results.Nothing()


async def _ban_absent(state: State, session: Session, command: Ban) -> results.Nothing:
    account = await _account(state, command.nick)
    state.check_here(session)
    room = room_as(state, session, command.room, Rank.MODERATOR)
    if (target := state.people.get(account.handle)) is not None:  # they came meanwhile
        return _ban_here(state, session, room, command, target)
    _ban(state, session, room, command, account.handle, account)
    return results.Nothing()


def _ban(
    state: State,
    session: Session,
    room: Room,
    command: Ban,
    target: str,
    account: Account | None = None,
    networks: frozenset[str] = frozenset(),
) -> bans.Ban:
    now, clock = state.now(), state.clock.seconds()
    until = now + command.seconds * 1000 if command.seconds else 0
    ends = clock + command.seconds if command.seconds else 0.0
    row = results.BanRow(target, session.nick, command.reason, now, until)
    made = bans.Ban(row, account.id if account is not None else b"", networks, ends)
    room.bans.add(made, clock)
    if account is not None:
        room.invited.discard(account.id)
    _audit(state, "banned", session, room, target, seconds=command.seconds)
    return made


def unban(state: State, session: Session, command: Unban) -> results.Nothing:
    """End a ban before its time."""
    room = room_as(state, session, command.room, Rank.MODERATOR)
    if not room.bans.remove(command.target):
        raise Refused(Code.NOT_BANNED, f"{command.target} is not banned; /bans lists who is")
    _audit(state, "unbanned", session, room, command.target)
    return results.Nothing()


def list_bans(state: State, session: Session, command: ListBans) -> results.BanPage:
    """A page of a room's bans, for those who can lift them."""
    room = room_as(state, session, command.room, Rank.MODERATOR)
    count = state.page(lambda limits: LONGEST_REASON + 8 * limits.nick)
    return room.bans.page(command.after, count, state.clock.seconds())


def _member(room: Room, nick: str) -> Person:
    """:raises Refused: NO_SUCH_NICK, nobody of this nick is in the room."""
    found = room.members.get(nick)
    if found is None:
        raise Refused(Code.NO_SUCH_NICK, f"{nick} is not in this room")
    return found


def _put_out(
    state: State, session: Session, room: Room, target: Person, reason: str, banned: bool
) -> None:
    room.invited.discard(target.identity)
    room.post(events.Kicked(room.name, target.nick, session.nick, reason, banned))
    put_out(state, target, room)


def _check_reason(reason: str) -> None:
    if len(reason.encode()) > LONGEST_REASON:
        raise Refused(Code.REASON_TOO_LONG, f"a reason has at most {LONGEST_REASON} bytes")


def _audit(
    state: State, event: str, session: Session, room: Room, nick: str = "", **fields: Any
) -> None:
    about = {"nick": nick} if nick else {}
    state.audit.record(event, room=room.name, by=session.nick, **about, **fields)
