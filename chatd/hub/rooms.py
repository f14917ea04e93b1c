"""Rooms: made by their first join, gone with their last member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.commands import Join, Leave, ListMine, ListRooms, SetTopic
from chatd.domain.names import clean_room, fold
from chatd.errors import Code, Refused
from chatd.hub.room import Room

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
    if command.password and state.lobby and fold(name) == fold(state.lobby):
        raise Refused(
            Code.WRONG_PASSWORD, f"{name} is open to everyone; join it without a password"
        )
    room = state.rooms.get(name)
    if room is not None and room in session.person.rooms:
        raise Refused(Code.ALREADY_IN_ROOM)
    one_room = session.peer.door.capabilities.one_room
    if not one_room and len(session.person.rooms) >= state.limits.rooms:
        raise Refused(Code.TOO_MANY_ROOMS)
    if room is None and not command.password:
        return _enter(state, session, _make(state, session, name, ""), created=True)
    if room is not None and not room.password:
        if command.password:
            raise _not_locked(name)
        return _enter(state, session, room, created=False)
    return Deferred.fromCoroutine(_join_locked(state, session, name, command.password))


def enter_lobby(state: State, session: Session) -> None:
    """Join the lobby at sign-in. A room that was locked before it became the lobby stays so."""
    room = state.rooms.get(state.lobby)
    if room is None or not room.password:
        join(state, session, Join(state.lobby))


async def _join_locked(state: State, session: Session, name: str, password: str) -> results.Joined:
    """Both ways of a password take a hash, and the world may have changed when it is there."""
    room = state.rooms.get(name)
    if room is None:
        phc = await state.passwords.hash(password)
        if state.rooms.get(name) is None:
            _still_outside(state, session, name)
            return _enter(state, session, _make(state, session, name, phc), created=True)
        return await _join_locked(state, session, name, password)
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
    _still_outside(state, session, name)
    if state.rooms.get(name) is not room:
        return await _join_locked(state, session, name, password)
    return _enter(state, session, room, created=False)


def _not_locked(name: str) -> Refused:
    return Refused(Code.WRONG_PASSWORD, f"{name} has no password; join it without one")


def _still_outside(state: State, session: Session, name: str) -> None:
    """Meanwhile the session may be gone, or another one of the same person be faster."""
    if state.sessions.get(session.id) is not session:
        raise Refused(Code.LOGGED_OUT)
    room = state.rooms.get(name)
    if room is not None and room in session.person.rooms:
        raise Refused(Code.ALREADY_IN_ROOM)


def _make(state: State, session: Session, name: str, phc: str) -> Room:
    room = Room(name, phc, state.turn)
    state.rooms.add(name, room)
    state.audit.record("room_made", room=name, nick=session.nick, session=session.id.hex())
    return room


def _enter(state: State, session: Session, room: Room, created: bool) -> results.Joined:
    if session.peer.door.capabilities.one_room:
        for old in list(session.person.rooms):
            depart(state, session.person, old, session)
    room.enter(session.person)
    room.post(events.Entered(room.name, session.nick), session)
    return results.Joined(room.name, room.topic, len(room.members), created)


def depart(state: State, person: Person, room: Room, by: Session | None) -> None:
    """Take somebody out of a room and tell the others; a room without members vanishes.

    :param by: the session that wants it, which the person's others are told; None where the person
        leaves the server.
    """
    room.leave(person)
    left = events.Left(room.name, person.nick, by is None)
    if by is not None:
        state.tell((one for one in person.sessions if one is not by), left)
    if len(room.members):
        room.post(left)
    else:
        state.rooms.remove(room.name)


def leave(state: State, session: Session, command: Leave) -> results.Nothing:
    """Leave a room."""
    depart(state, session.person, room_of(state, session, command.room), session)
    return results.Nothing()


def set_topic(state: State, session: Session, command: SetTopic) -> results.Nothing:
    """Set or clear the topic of a room one is in."""
    room = room_of(state, session, command.room)
    if len(command.topic.encode()) > state.limits.topic:
        raise Refused(Code.TOPIC_TOO_LONG)
    room.topic = command.topic
    room.post(events.TopicChanged(room.name, session.nick, room.topic), session)
    return results.Nothing()


def list_rooms(state: State, session: Session, command: ListRooms) -> results.RoomPage:
    """A page of all rooms; the topic of a locked one is its members' affair."""
    page, more = state.rooms.page(command.after, _page(state))
    rows = tuple(
        results.RoomRow(
            room.name,
            len(room.members),
            bool(room.password),
            "" if room.password and room not in session.person.rooms else room.topic,
        )
        for room in page
    )
    return results.RoomPage(rows, len(state.rooms), more)


def list_mine(state: State, session: Session, command: ListMine) -> results.JoinedPage:
    """A page of the rooms one is in, in the order of joining."""
    names = session.room_names
    start = names.index(command.after) + 1 if command.after in names else 0
    rooms = session.person.rooms[start : start + _page(state)]
    rows = tuple(results.Joined(r.name, r.topic, len(r.members), False) for r in rooms)
    return results.JoinedPage(rows, start + len(rows) < len(names))


def _page(state: State) -> int:
    return state.page(lambda limits: limits.topic + 4 * limits.nick)
