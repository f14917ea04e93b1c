"""Getting into rooms: who may, by which password, and who makes one by it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.account import HIGHEST_LEVEL, ID_BYTES, LOWEST_LEVEL
from chatd.domain.commands import Join, Standing
from chatd.domain.names import clean_room, fold
from chatd.domain.room_record import NewRoom
from chatd.errors import Code, Refused
from chatd.hub.lasting import banned
from chatd.hub.leaving import depart
from chatd.hub.room import Room
from chatd.hub.rooms import changing, joined
from chatd.hub.standing import Rank, rank

if TYPE_CHECKING:
    from chatd.hub.session import Session
    from chatd.hub.state import State


def join(state: State, session: Session, command: Join) -> Deferred[results.Joined]:
    """Enter a room, or make it."""
    return Deferred.fromCoroutine(_join(state, session, command))


async def _join(state: State, session: Session, command: Join) -> results.Joined:
    """A password is hashed or checked off the reactor's thread, while others may change the room:
    then all is looked at again."""
    name = clean_room(command.room, state.limits.nick)
    if len(command.password.encode()) > state.limits.password:
        raise Refused(Code.PASSWORD_TOO_LONG)
    made = opened = ""
    while True:
        async with changing(state, session, name):
            room = _check_join(state, session, name, command)
            if room is None:
                if bool(made) is bool(command.password):
                    return await _make(state, session, name, command, made)
            elif room.password == opened and bool(opened) is bool(command.password):
                return await _come_in(state, session, room)
        if room is None:
            made = await state.passwords.hash(command.password)
        else:
            opened = await _open(state, session, room, command.password)


async def _open(state: State, session: Session, room: Room, password: str) -> str:
    """The PHC string that a password fits.

    :raises Refused: WRONG_PASSWORD.
    """
    phc = room.password
    if not phc:
        text = f"{room.name} has no password; join it without one"
        raise Refused(Code.WRONG_PASSWORD, text)
    if not password or not await state.passwords.verify(password, phc):
        state.audit.record(
            "room_password_wrong",
            room=room.name,
            nick=session.nick,
            session=session.id.hex(),
            address=session.peer.address,
        )
        text = "wrong room password" if password else "this room asks for a password"
        raise Refused(Code.WRONG_PASSWORD, text)
    return phc


def _check_join(state: State, session: Session, name: str, command: Join) -> Room | None:
    """Whether somebody may enter or make a room now, its password aside.

    :return: the room; None for one that is to be made.
    """
    if command.password and _is_lobby(state, name):
        raise Refused(
            Code.WRONG_PASSWORD, f"{name} is open to everyone; join it without a password"
        )
    room = state.rooms.get(name)
    if room is None:
        check_settings(state, session, name, command.level, command.private)
        _check_sealed(state, session, name, command.sealed)
    else:
        _check_entry(state, session, room, command)
    one_room = session.peer.door.capabilities.one_room
    if not one_room and len(session.person.rooms) >= state.limits.rooms:
        raise Refused(Code.TOO_MANY_ROOMS)
    return room


def check_settings(state: State, session: Session, name: str, level: int, private: bool) -> None:
    """Whether somebody may give a room this level and privacy.

    :raises Refused: SETTING_INVALID, LEVEL_TOO_LOW or ACCOUNT_NEEDED.
    """
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise Refused(Code.SETTING_INVALID, f"a level is {LOWEST_LEVEL} to {HIGHEST_LEVEL}")
    if (level or private) and _is_lobby(state, name):
        raise Refused(Code.SETTING_INVALID, f"{name} is open to everyone")
    if level > (own := session.person.level):
        text = f"a room's level cannot be above one's own, which is {own}"
        raise Refused(Code.LEVEL_TOO_LOW, text)
    if private and session.account is None:
        raise Refused(Code.ACCOUNT_NEEDED, "a private room needs an account to own it")


def _check_sealed(state: State, session: Session, name: str, sealed: bool) -> None:
    if sealed and _is_lobby(state, name):
        raise Refused(Code.SETTING_INVALID, f"{name} is open to everyone")
    if sealed and session.account is None:
        raise Refused(Code.ACCOUNT_NEEDED, "a sealed room is for accounts, whose devices have keys")


def _check_entry(state: State, session: Session, room: Room, command: Join) -> None:
    """Whether somebody may enter a room that there is, its password aside."""
    person = session.person
    if room in person.rooms:
        raise Refused(Code.ALREADY_IN_ROOM)
    _check_sealed(state, session, room.name, room.sealed)
    if rank(person, room) is not Rank.ADMIN:
        if (ban := room.bans.against(session, state.clock.seconds())) is not None:
            why = f": {ban.row.reason}" if ban.row.reason else ""
            raise Refused(Code.BANNED, f"you are banned from this room{why}")
        if person.level < room.level:
            text = f"this room asks for level {room.level}; yours is {person.level}"
            raise Refused(Code.LEVEL_TOO_LOW, text)
        if room.private and person.identity not in room.invited:
            raise Refused(Code.NOT_INVITED)
    differs = (command.private and not room.private) or (command.sealed and not room.sealed)
    if command.level not in (0, room.level) or differs:
        raise Refused(
            Code.SETTING_INVALID,
            f"{room.name} exists already; join it without settings, its owner can change them",
        )


async def _make(
    state: State, session: Session, name: str, command: Join, phc: str
) -> results.Joined:
    # The lobby is everybody's: who comes first must not be able to put the others out.
    standing = Standing.MEMBER if _is_lobby(state, name) else Standing.OWNER
    if session.account is None:
        room, created = _named(state, session, name, command, phc)
        return _enter(state, session, room, standing, 0, created)
    was = state.rooms.get(name)
    bans = list(was.bans) if was is not None else []
    new = NewRoom(
        secrets.token_bytes(ID_BYTES),
        name,
        phc,
        command.level,
        command.private,
        command.sealed,
        session.account.id,
        standing,
        was.topic if was is not None else "",
        was is not None and was.locked,
        tuple(map(banned, bans)),
    )
    last = await state.need_store().add_room(new, state.now())
    # Into a lobby guests may have come meanwhile, and they may have left it and come again.
    room, created = _named(state, session, name, command, phc)
    room.begin(new, last, bans)
    return _enter(state, session, room, standing, last, created)


async def _come_in(state: State, session: Session, room: Room) -> results.Joined:
    """Become a member of a room that there is."""
    account, after = session.account, 0
    if account is not None and room.conversation:
        standing = Standing.MEMBER
        after = await state.need_store().enter_room(room.conversation, account.id, standing)
    elif account is not None and _begins_to_last(state, room):
        return await _make(state, session, room.name, Join(room.name), "")
    return _enter(state, session, room, Standing.MEMBER, after, created=False)


def _named(state: State, session: Session, name: str, command: Join, phc: str) -> tuple[Room, bool]:
    """The room of this name, and whether it is a new one."""
    room = state.rooms.get(name)
    if room is not None:
        return room, False
    room = Room(name, phc, state.turn)
    room.level, room.private, room.sealed = command.level, command.private, command.sealed
    state.rooms.add(name, room)
    state.audit.record("room_made", room=name, nick=session.nick, session=session.id.hex())
    return room, True


def _enter(
    state: State, session: Session, room: Room, standing: Standing, after: int, created: bool
) -> results.Joined:
    if session.peer.door.capabilities.one_room:
        for old in list(session.person.rooms):
            depart(state, session.person, old, session)
    # Who left the server while the store wrote is a member all the same.
    person = session.person if session.account is None else state.member(session.account)
    room.enter(person, standing)
    room.invited.discard(person.identity)
    known = person.account is not None
    room.post(events.Entered(room.name, person.nick, known, person.display), session)
    return joined(person, room, after, created)


def remind(state: State, session: Session) -> None:
    """Tell somebody who comes in, once they know that they are, which rooms they were asked into
    and have not entered yet; by whom is not kept."""
    asked = [room for room in state.rooms if session.person.identity in room.invited]
    if asked:
        state.clock.callLater(0, _remind, state, session, asked)


def _remind(state: State, session: Session, asked: list[Room]) -> None:
    if session.id in state.sessions:
        for room in asked:
            state.tell([session], events.Invited(room.name, ""))


# ------------------------------------------------------------ the lobby


def _is_lobby(state: State, name: str) -> bool:
    return bool(state.lobby) and fold(name) == fold(state.lobby)


def _is_open(state: State) -> bool:
    """A room that was closed before it became the lobby stays so."""
    room = state.rooms.get(state.lobby)
    return room is None or not (room.password or room.private or room.level)


def _begins_to_last(state: State, room: Room) -> bool:
    """Whether it is the lobby, and only guests have come into it so far."""
    guests_alone = all(one.account is None for one in room.standings)
    return _is_lobby(state, room.name) and _is_open(state) and guests_alone and not room.owner


async def enter_lobby(state: State, session: Session) -> None:
    """An account joins the lobby at sign-in."""
    if state.lobby and _is_open(state):
        with suppress(Refused):  # banned there, say, or in it already
            await _join(state, session, Join(state.lobby))


def enter_lobby_now(state: State, session: Session) -> None:
    """A guest joins the lobby, at once: nothing is stored for that."""
    name = state.lobby
    if name and _is_open(state):
        command = Join(name)
        with suppress(Refused):
            _check_join(state, session, name, command)
            room, created = _named(state, session, name, command, "")
            _enter(state, session, room, Standing.MEMBER, 0, created)
