"""Keeping order in rooms: how a room is, who has a say in it, who may come, who must go.

Members of a room that lasts need not be here. What is done there is in the store first (see
``rooms.py``). Every act is audited, without the words of its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from chatd.domain import events, results
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
from chatd.domain.put_out import PutOut
from chatd.domain.room_record import RoomChanges
from chatd.errors import Code, Refused
from chatd.hub import bans
from chatd.hub.delivery import tell_letters
from chatd.hub.joining import check_settings
from chatd.hub.lasting import banned
from chatd.hub.leaving import put_out
from chatd.hub.person import Person
from chatd.hub.rooms import changing
from chatd.hub.standing import Rank, outranked, rank, room_as

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.domain.message import Delivered
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Bytes of UTF-8 in a reason.
LONGEST_REASON = 255

#: Invitations into one room that nobody has come by yet.
MAX_INVITED = 1000

#: Seconds for which a room may keep messages that everybody has: ten years.
LONGEST_RETENTION = 3653 * 86_400


def set_room(state: State, session: Session, command: SetRoom) -> Deferred[results.Nothing]:
    """Set its level, whether it is private, how long it keeps messages (the owner's affair), and
    whether the topic is locked."""
    return Deferred.fromCoroutine(_set_room(state, session, command))


async def _set_room(state: State, session: Session, command: SetRoom) -> results.Nothing:
    async with changing(state, session, command.room):
        room = _check_room(state, session, command)
        changes = RoomChanges(
            level=command.level,
            private=command.private,
            locked=command.locked,
            retention=command.retention,
        )
        if room.conversation:
            await state.need_store().set_room(room.conversation, changes)
        room.change(changes)
        told = events.RoomChanged(
            room.name, session.nick, room.level, room.private, room.locked, room.retention
        )
        room.post(told)
        _audit(state, "room_set", session, room, level=room.level)
    return results.Nothing()


def _check_room(state: State, session: Session, command: SetRoom) -> Room:
    settings = (command.level, command.private, command.retention)
    owner = any(setting is not None for setting in settings)
    room = room_as(state, session, command.room, Rank.OWNER if owner else Rank.MODERATOR)
    if owner:
        check_settings(state, session, room.name, command.level or 0, bool(command.private))
    if not 0 <= (command.retention or 0) <= LONGEST_RETENTION:
        raise Refused(Code.SETTING_INVALID, "messages are kept for ten years at most")
    if command.retention and not room.conversation:
        raise Refused(Code.SETTING_INVALID, "only a room that an account made keeps messages")
    return room


def set_standing(state: State, session: Session, command: SetStanding) -> Deferred[results.Nothing]:
    """Make somebody a moderator or a plain member, or hand the room over."""
    return Deferred.fromCoroutine(_set_standing(state, session, command))


async def _set_standing(state: State, session: Session, command: SetStanding) -> results.Nothing:
    async with changing(state, session, command.room):
        room = room_as(state, session, command.room, Rank.OWNER)
        target = _member(room, command.nick)
        if room.standings[target] is command.standing:
            return results.Nothing()
        if room.standings[target] is Standing.OWNER:
            raise Refused(Code.NOT_ALLOWED, "a room has an owner: make somebody else the owner")
        standings = {target: command.standing}
        if command.standing is Standing.OWNER:
            _check_owner(room, target)
            if room.owner is not None:
                standings = {room.owner: Standing.MODERATOR, **standings}
        kept = {one.account.id: what for one, what in standings.items() if one.account is not None}
        if room.conversation and kept:
            await state.need_store().set_standings(room.conversation, kept)
        for one, standing in standings.items():
            if one in room.standings:
                _stand(state, session, room, one, standing)
    return results.Nothing()


def _check_owner(room: Room, target: Person) -> None:
    """:raises Refused: ACCOUNT_NEEDED, a guest cannot own this room."""
    if target.account is None and (room.private or room.conversation):
        kind = "private room" if room.private else "room that an account made"
        raise Refused(Code.ACCOUNT_NEEDED, f"a {kind} needs an account to own it")


def _stand(state: State, session: Session, room: Room, target: Person, standing: Standing) -> None:
    room.standings[target] = standing
    room.post(events.StandingChanged(room.name, target.nick, standing, session.nick))
    _audit(state, "room_role", session, room, target.nick, role=standing.name.lower())


# ------------------------------------------------------------ asking in


def invite(state: State, session: Session, command: Invite) -> Deferred[results.Nothing]:
    """Ask somebody into a room one is in; an account need not be here at the moment. Nobody is
    asked by one whom they have blocked."""
    return Deferred.fromCoroutine(_invite(state, session, command))


async def _invite(state: State, session: Session, command: Invite) -> results.Nothing:
    room_as(state, session, command.room, Rank.MEMBER)
    absent = await _absent(state, command.nick)
    async with changing(state, session, command.room):
        room = room_as(state, session, command.room, Rank.MEMBER)
        target = _target(state, command.nick, absent)
        _check_invited(state, session, room, target)
        if room.conversation and target.account is not None:
            await state.need_store().invite_to_room(room.conversation, target.account.id)
        room.invited.add(target.identity)
        _audit(state, "invited", session, room, target.nick)
        state.tell(target.sessions, events.Invited(room.name, session.nick))
    return results.Nothing()


def _check_invited(state: State, session: Session, room: Room, target: Person) -> None:
    nick, identity, now = target.nick, target.identity, state.clock.seconds()
    if target in room.standings:
        raise Refused(Code.ALREADY_IN_ROOM, f"{nick} is in this room already")
    if room.bans.bars(identity, now) or any(room.bans.against(one, now) for one in target.sessions):
        raise Refused(Code.BANNED, f"{nick} is banned from this room; lift the ban first")
    if state.blocks.has(identity, session.person.identity):
        raise Refused(Code.BLOCKED, f"{nick} was not asked: they have blocked you")
    if target.level < room.level:
        text = f"this room asks for level {room.level}, and {nick} has {target.level}"
        raise Refused(Code.LEVEL_TOO_LOW, text)
    if identity not in room.invited and len(room.invited) >= MAX_INVITED:
        raise Refused(Code.TOO_MANY_INVITED)


# ------------------------------------------------------------ putting out


def kick(state: State, session: Session, command: Kick) -> Deferred[results.Nothing]:
    """Put somebody out; they may come back."""
    return Deferred.fromCoroutine(_kick(state, session, command))


async def _kick(state: State, session: Session, command: Kick) -> results.Nothing:
    async with changing(state, session, command.room):
        room = room_as(state, session, command.room, Rank.MODERATOR)
        _check_reason(command.reason)
        target = _member(room, command.nick)
        outranked(session, target, room)
        letters: list[Delivered] = []
        if room.conversation and target.account is not None:
            letter = _letter(session, room, command.reason, banned=False)
            letters = await state.need_store().put_out(
                room.conversation, target.account.id, letter, state.now()
            )
        _put_out(state, session, room, target, command.reason, banned=False)
        tell_letters(state, letters)
        _audit(state, "kicked", session, room, target.nick)
    return results.Nothing()


def ban(state: State, session: Session, command: Ban) -> Deferred[results.Nothing]:
    """Keep somebody out, who need not be in the room; an account need not even be here."""
    return Deferred.fromCoroutine(_ban(state, session, command))


async def _ban(state: State, session: Session, command: Ban) -> results.Nothing:
    room_as(state, session, command.room, Rank.MODERATOR)
    _check_reason(command.reason)
    absent = await _absent(state, command.nick)
    async with changing(state, session, command.room):
        room = room_as(state, session, command.room, Rank.MODERATOR)
        target = _target(state, command.nick, absent)
        outranked(session, target, room)
        made = _new_ban(state, session, command, target)
        room.bans.check(made.row.target, state.clock.seconds())
        meant = [one for one in _meant(room, target, made) if _below(session, one, room)]
        letters: list[Delivered] = []
        if room.conversation:
            letter = _letter(session, room, command.reason, banned=True)
            letters = await state.need_store().ban(room.conversation, banned(made), letter)
        room.bans.add(made)
        room.invited.discard(made.account)
        _audit(state, "banned", session, room, made.row.target, seconds=command.seconds)
        for one in meant:
            _put_out(state, session, room, one, command.reason, banned=True)
        tell_letters(state, letters)
    return results.Nothing()


def _new_ban(state: State, session: Session, command: Ban, target: Person) -> bans.Ban:
    now, clock = state.now(), state.clock.seconds()
    until = now + command.seconds * 1000 if command.seconds else 0
    ends = clock + command.seconds if command.seconds else 0.0
    account = target.account
    name = target.nick if account is not None else bans.GUEST + target.nick
    row = results.BanRow(name, session.nick, command.reason, now, until)
    if account is not None:
        return bans.Ban(row, account.id, frozenset(), ends)
    return bans.Ban(row, b"", bans.networks(target.sessions), ends)


def _meant(room: Room, target: Person, made: bans.Ban) -> list[Person]:
    """Who is in the room and banned from it."""
    if made.account:
        return [target] if target in room.standings else []
    return [one for one in room.standings if any(map(made.meets, one.sessions))]


def _below(session: Session, one: Person, room: Room) -> bool:
    """A guest's address may be a whole classroom's, with the room's owner in it."""
    return rank(one, room) < rank(session.person, room)


def unban(state: State, session: Session, command: Unban) -> Deferred[results.Nothing]:
    """End a ban before its time."""
    return Deferred.fromCoroutine(_unban(state, session, command))


async def _unban(state: State, session: Session, command: Unban) -> results.Nothing:
    async with changing(state, session, command.room):
        room = room_as(state, session, command.room, Rank.MODERATOR)
        if command.target not in room.bans:
            raise Refused(Code.NOT_BANNED, f"{command.target} is not banned; /bans lists who is")
        if room.conversation:
            await state.need_store().unban(room.conversation, command.target)
        room.bans.remove(command.target)
        _audit(state, "unbanned", session, room, command.target)
    return results.Nothing()


def list_bans(state: State, session: Session, command: ListBans) -> results.BanPage:
    """A page of a room's bans, for those who can lift them."""
    room = room_as(state, session, command.room, Rank.MODERATOR)
    count = state.page(lambda limits: LONGEST_REASON + 8 * limits.nick)
    return room.bans.page(command.after, count, state.clock.seconds())


# ------------------------------------------------------------ who it is about


async def _absent(state: State, nick: str) -> Account | None:
    """The account of somebody who is not here; None where somebody of this nick is.

    :raises Refused: NO_SUCH_NICK.
    """
    if nick in state.people:
        return None
    account = await state.store.account(nick) if state.store is not None else None
    if account is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    return account


def _target(state: State, nick: str, absent: Account | None) -> Person:
    """Whoever that is by now: they may have come, or gone.

    :raises Refused: NO_SUCH_NICK.
    """
    if absent is not None:
        return state.known(absent.id) or Person(absent.handle, state.limits, False, absent)
    found = state.people.get(nick)
    if found is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    return found


def _member(room: Room, nick: str) -> Person:
    """:raises Refused: NO_SUCH_NICK, nobody of this nick is in the room."""
    found = room.members.get(nick)
    if found is None:
        raise Refused(Code.NO_SUCH_NICK, f"{nick} is not in this room")
    return found


def _put_out(
    state: State, session: Session, room: Room, target: Person, reason: str, banned: bool
) -> None:
    if target in room.standings:  # a guest may have gone while the store wrote
        room.invited.discard(target.identity)
        room.post(events.Kicked(room.name, target.nick, session.nick, reason, banned))
        put_out(state, target, room)


def _letter(session: Session, room: Room, reason: str, banned: bool) -> bytes:
    """What the devices of somebody who is put out are told, those that are not here too."""
    return PutOut(room.conversation, room.name, session.nick, reason, banned).pack()


def _check_reason(reason: str) -> None:
    if len(reason.encode()) > LONGEST_REASON:
        raise Refused(Code.REASON_TOO_LONG, f"a reason has at most {LONGEST_REASON} bytes")


def _audit(
    state: State, event: str, session: Session, room: Room, nick: str = "", **fields: Any
) -> None:
    about = {"nick": nick} if nick else {}
    state.audit.record(event, room=room.name, by=session.nick, **about, **fields)
