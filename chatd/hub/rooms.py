"""Rooms: made by their first join, gone with their last member."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.account import HIGHEST_LEVEL, LOWEST_LEVEL
from chatd.domain.commands import Join, Leave, ListMine, ListRooms, SetTopic, Standing
from chatd.domain.names import clean_room, fold
from chatd.errors import Code, Refused
from chatd.hub.room import Room
from chatd.hub.standing import Rank, rank, successor

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State


def room_of(state: State, session: Session, name: str) -> Room:
    """The room of this name that the session is in.

    :raises Refused: NOT_IN_ROOM, whether or not there is such a room.
    """
    room = state.rooms.get(name)
    if room is None or room not in session.person.rooms:
        raise Refused(Code.NOT_IN_ROOM)
    return room


def join(
    state: State, session: Session, command: Join
) -> results.Joined | Deferred[results.Joined]:
    """Enter a room, or make it. A password is hashed or checked off the reactor's thread."""
    name = clean_room(command.room, state.limits.nick)
    if len(command.password.encode()) > state.limits.password:
        raise Refused(Code.PASSWORD_TOO_LONG)
    room = _check_join(state, session, name, command)
    if room is None and not command.password:
        return _enter(state, session, _make(state, session, name, command, ""), created=True)
    if room is not None and not room.password:
        if command.password:
            raise _not_locked(name)
        return _enter(state, session, room, created=False)
    return Deferred.fromCoroutine(_join_locked(state, session, name, command))


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


def _check_entry(state: State, session: Session, room: Room, command: Join) -> None:
    """Whether somebody may enter a room that there is, its password aside."""
    person = session.person
    if room in person.rooms:
        raise Refused(Code.ALREADY_IN_ROOM)
    if rank(person, room) is not Rank.ADMIN:
        if (ban := room.bans.against(session, state.clock.seconds())) is not None:
            why = f": {ban.row.reason}" if ban.row.reason else ""
            raise Refused(Code.BANNED, f"you are banned from this room{why}")
        if person.level < room.level:
            text = f"this room asks for level {room.level}; yours is {person.level}"
            raise Refused(Code.LEVEL_TOO_LOW, text)
        if room.private and person.identity not in room.invited:
            raise Refused(Code.NOT_INVITED)
    if command.level not in (0, room.level) or (command.private and not room.private):
        raise Refused(
            Code.SETTING_INVALID,
            f"{room.name} exists already; join it without settings, its owner can change them",
        )


def _is_lobby(state: State, name: str) -> bool:
    return bool(state.lobby) and fold(name) == fold(state.lobby)


def enter_lobby(state: State, session: Session) -> None:
    """Join the lobby at sign-in. A room that was closed before it became the lobby stays so."""
    room = state.rooms.get(state.lobby)
    if room is None or not (room.password or room.private or room.level):
        with suppress(Refused):  # banned there, say
            join(state, session, Join(state.lobby))


async def _join_locked(state: State, session: Session, name: str, command: Join) -> results.Joined:
    """Both ways of a password take a hash, and the world may have changed when it is there."""
    room, password = state.rooms.get(name), command.password
    if room is None:
        phc = await state.passwords.hash(password)
        state.check_here(session)
        if _check_join(state, session, name, command) is None:
            room = _make(state, session, name, command, phc)
            return _enter(state, session, room, created=True)
        return await _join_locked(state, session, name, command)
    if not room.password:  # somebody else was faster to make it
        raise _not_locked(name)
    if not password or not await state.passwords.verify(password, room.password):
        state.audit.record(
            "room_password_wrong",
            room=name,
            nick=session.nick,
            session=session.id.hex(),
            address=session.peer.address,
        )
        text = "wrong room password" if password else "this room asks for a password"
        raise Refused(Code.WRONG_PASSWORD, text)
    state.check_here(session)
    if _check_join(state, session, name, command) is not room:
        return await _join_locked(state, session, name, command)
    return _enter(state, session, room, created=False)


def _not_locked(name: str) -> Refused:
    return Refused(Code.WRONG_PASSWORD, f"{name} has no password; join it without one")


def _make(state: State, session: Session, name: str, command: Join, phc: str) -> Room:
    room = Room(name, phc, state.turn)
    room.level, room.private = command.level, command.private
    state.rooms.add(name, room)
    state.audit.record("room_made", room=name, nick=session.nick, session=session.id.hex())
    return room


def _enter(state: State, session: Session, room: Room, created: bool) -> results.Joined:
    if session.peer.door.capabilities.one_room:
        for old in list(session.person.rooms):
            depart(state, session.person, old, session)
    # The lobby is everybody's: who comes first must not be able to put the others out.
    owner = created and not _is_lobby(state, room.name)
    room.enter(session.person, Standing.OWNER if owner else Standing.MEMBER)
    room.invited.discard(session.person.identity)
    person = session.person
    known = person.account is not None
    room.post(events.Entered(room.name, person.nick, known, person.display), session)
    return _joined(session, room, created)


def _joined(session: Session, room: Room, created: bool) -> results.Joined:
    return results.Joined(
        room.name,
        room.topic,
        len(room.members),
        created,
        room.level,
        room.private,
        room.locked,
        room.standings[session.person],
    )


def depart(state: State, person: Person, room: Room, by: Session | None) -> None:
    """Take somebody out of a room and tell the others; a room without members vanishes.

    :param by: the session that wants it, which the person's others are told; None where the person
        leaves the server.
    """
    left = events.Left(room.name, person.nick, by is None)
    room.post(left, by or person.sessions[0])
    put_out(state, person, room)


def withdraw(state: State, person: Person) -> None:
    """Take somebody whose level was lowered out of the rooms that ask for more."""
    above = [room for room in person.rooms if person.level < room.level]
    for room in above:
        if rank(person, room) is not Rank.ADMIN:
            room.post(events.Left(room.name, person.nick, False))
            put_out(state, person, room)


def put_out(state: State, person: Person, room: Room) -> None:
    """Take somebody out of a room who was told; a room without members vanishes."""
    owner = room.standings[person] is Standing.OWNER
    room.leave(person)
    if not len(room.members):
        state.rooms.remove(room.name)
    elif owner and (heir := successor(room)) is not None:
        room.standings[heir] = Standing.OWNER
        room.post(events.StandingChanged(room.name, heir.nick, Standing.OWNER, ""))


def leave(state: State, session: Session, command: Leave) -> results.Nothing:
    """Leave a room."""
    depart(state, session.person, room_of(state, session, command.room), session)
    return results.Nothing()


def set_topic(state: State, session: Session, command: SetTopic) -> results.Nothing:
    """Set or clear the topic of a room one is in."""
    room = room_of(state, session, command.room)
    if room.locked and rank(session.person, room) < Rank.MODERATOR:
        raise Refused(Code.TOPIC_LOCKED)
    if len(command.topic.encode()) > state.limits.topic:
        raise Refused(Code.TOPIC_TOO_LONG)
    room.topic = command.topic
    room.post(events.TopicChanged(room.name, session.nick, room.topic), session)
    return results.Nothing()


def list_rooms(state: State, session: Session, command: ListRooms) -> results.RoomPage:
    """A page of the rooms one may know of; the topic of one with a password is for members."""
    person = session.person
    shown, more = state.rooms.page(
        command.after, _page(state), lambda room: is_visible(person, room)
    )
    rows = tuple(
        results.RoomRow(
            room.name,
            len(room.members),
            bool(room.password),
            "" if room.password and room not in person.rooms else room.topic,
            room.level,
            room.private,
        )
        for room in shown
    )
    total = sum(is_visible(person, room) for room in state.rooms)
    return results.RoomPage(rows, total, more)


def is_visible(person: Person, room: Room) -> bool:
    """Whether somebody may know that there is this room."""
    found = rank(person, room)
    if found is not Rank.OUTSIDER:
        return True
    return person.level >= room.level and (not room.private or person.identity in room.invited)


def list_mine(state: State, session: Session, command: ListMine) -> results.JoinedPage:
    """A page of the rooms one is in, in the order of joining."""
    names = session.room_names
    start = names.index(command.after) + 1 if command.after in names else 0
    rooms = session.person.rooms[start : start + _page(state)]
    rows = tuple(_joined(session, room, created=False) for room in rooms)
    return results.JoinedPage(rows, start + len(rows) < len(names))


def _page(state: State) -> int:
    return state.page(lambda limits: limits.topic + 4 * limits.nick)
