"""Rooms: which there are, what one does in them, and how they change. How one gets into them is in
``joining.py``.

A room made by an account lasts: it is in the store, its members stay in it while they are not here,
and it is gone when the last account has left it. One made by a guest is gone with the last who is
in it. Guests leave all rooms with the server. The lobby lasts from the first account on that comes
into it.

What changes a room that lasts is written first, then known here, then told, one change of a room
after the other. What the store answers is taken up in the order of its commits, before anything
else is awaited: so memory is never ahead of the store, and a write that fails has changed nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.commands import Leave, ListMine, ListRooms, SetTopic
from chatd.domain.names import fold
from chatd.domain.room_record import RoomChanges
from chatd.errors import Code, Refused
from chatd.hub.leaving import depart
from chatd.hub.standing import Rank, rank

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.room import Room
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


@asynccontextmanager
async def changing(state: State, session: Session, name: str) -> AsyncIterator[None]:
    """Change a room of this name, or make it, while nobody else does.

    :raises Refused: LOGGED_OUT, the session has ended while others did.
    """
    async with state.changing.hold(fold(name)):
        state.check_here(session)
        yield


def joined(person: Person, room: Room, last: int, created: bool = False) -> results.Joined:
    """What one is told of a room that one is in.

    :param last: the number after which one gets what is said.
    """
    return results.Joined(
        room.name,
        room.topic,
        len(room.members),
        created,
        room.level,
        room.private,
        room.locked,
        room.standings[person],
        room.conversation,
        last,
        room.retention,
        room.sealed,
    )


def leave(state: State, session: Session, command: Leave) -> Deferred[results.Nothing]:
    """Leave a room."""
    return Deferred.fromCoroutine(_leave(state, session, command.room))


async def _leave(state: State, session: Session, name: str) -> results.Nothing:
    async with changing(state, session, name):
        room, person = room_of(state, session, name), session.person
        if room.conversation and person.account is not None:
            await state.need_store().leave_room(room.conversation, person.account.id)
        if person in room.standings:
            depart(state, person, room, session)
    return results.Nothing()


def set_topic(state: State, session: Session, command: SetTopic) -> Deferred[results.Nothing]:
    """Set or clear the topic of a room one is in."""
    return Deferred.fromCoroutine(_set_topic(state, session, command.room, command.topic))


async def _set_topic(state: State, session: Session, name: str, topic: str) -> results.Nothing:
    async with changing(state, session, name):
        room = room_of(state, session, name)
        if room.locked and rank(session.person, room) < Rank.MODERATOR:
            raise Refused(Code.TOPIC_LOCKED)
        if len(topic.encode()) > state.limits.topic:
            raise Refused(Code.TOPIC_TOO_LONG)
        if room.conversation:
            await state.need_store().set_room(room.conversation, RoomChanges(topic=topic))
        room.topic = topic
        room.post(events.TopicChanged(room.name, session.nick, topic), session)
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
    rows = tuple(joined(session.person, room, room.last) for room in rooms)
    return results.JoinedPage(rows, start + len(rows) < len(names))


def _page(state: State) -> int:
    return state.page(lambda limits: limits.topic + 4 * limits.nick)
