"""How people get out of rooms: by themselves, put out, or with the account they had.

What is said here about rooms that last is said after the store has done it (see ``rooms.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain import events
from chatd.domain.commands import Standing
from chatd.hub.delivery import tell_letters
from chatd.hub.standing import Rank, rank, successor

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.person import Person
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State


def depart(state: State, person: Person, room: Room, by: Session | None) -> None:
    """Take somebody out of a room and tell the others.

    :param by: the session that wants it, which the person's others are told; None where the person
        leaves the server.
    """
    left = events.Left(room.name, person.nick, by is None)
    room.post(left, *([by] if by is not None else person.sessions))
    put_out(state, person, room)


def withdraw(state: State, person: Person) -> None:
    """Take somebody whose level was lowered out of the rooms that ask for more."""
    above = [room for room in person.rooms if person.level < room.level]
    for room in above:
        if rank(person, room) is not Rank.ADMIN:
            room.post(events.Left(room.name, person.nick, False))
            put_out(state, person, room)


async def remove(state: State, account: bytes) -> Account:
    """An account is gone for good, and so it is from its rooms. Those who said something that it
    never got are told.

    :return: as it was.
    """
    state.acknowledgements.hand_over()  # nobody is told of a loss where there is none
    removed, letters = await state.need_store().remove(account, state.now())
    state.blocks.forget(account)
    tell_letters(state, letters)
    person = state.known(account)
    if person is not None:
        for room in list(person.rooms):
            depart(state, person, room, by=None)
    return removed


def put_out(state: State, person: Person, room: Room) -> None:
    """Take somebody out of a room who was told. A room without members vanishes; one that only
    guests are left in goes on as if they had made it."""
    owner = room.standings[person] is Standing.OWNER
    room.leave(person)
    state.receipts.moved([room.conversation])  # what they have not read holds nobody up
    state.forget_absent(person)
    if room.conversation and all(one.account is None for one in room.standings):
        room.end()
    if not room.standings:
        state.rooms.remove(room.name)
    elif owner and (heir := successor(room)) is not None:
        room.standings[heir] = Standing.OWNER
        room.post(events.StandingChanged(room.name, heir.nick, Standing.OWNER, ""))
