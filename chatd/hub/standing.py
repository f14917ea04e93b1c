"""Who may do what in a room: its owner, its moderators, and the server's own.

A server's admin outranks everybody in any room; a server's moderator is a moderator wherever they
are a member. Whoever acts against somebody must outrank them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from chatd.domain.account import Role
from chatd.errors import Code, Refused

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State


class Rank(IntEnum):
    """What somebody may do in a room."""

    OUTSIDER = -1
    MEMBER = 0
    MODERATOR = 1
    OWNER = 2
    ADMIN = 3


def rank(person: Person, room: Room) -> Rank:
    """Somebody's rank in a room."""
    role = person.account.role if person.account is not None else Role.MEMBER
    standing = room.standings.get(person)
    if role is Role.ADMIN:
        return Rank.ADMIN
    if standing is None:
        return Rank.OUTSIDER
    least = Rank.MODERATOR if role is Role.MODERATOR else Rank.MEMBER
    return max(Rank(standing), least)


def room_as(state: State, session: Session, name: str, needed: Rank) -> Room:
    """The room of this name, for one who needs a rank there; an admin need not be in it.

    :raises Refused: NOT_IN_ROOM, whether or not there is such a room, or NOT_ALLOWED.
    """
    room = state.rooms.get(name)
    if room is None or (found := rank(session.person, room)) is Rank.OUTSIDER:
        raise Refused(Code.NOT_IN_ROOM)
    if found < needed:
        text = "only the room's owner and admins may do this" if needed >= Rank.OWNER else ""
        raise Refused(Code.NOT_ALLOWED, text)
    return room


def outranked(session: Session, target: Person, room: Room) -> None:
    """:raises Refused: NOT_ALLOWED, the target's rank is as high as that of who acts."""
    if rank(target, room) >= rank(session.person, room):
        raise Refused(Code.NOT_ALLOWED, f"{target.nick} has as much of a say here as you")


def successor(room: Room) -> Person | None:
    """Who owns a room after its owner: the longest-standing moderator, else member; of each,
    accounts before guests. Nobody where there are guests alone who cannot own it: those own no
    private room, and none that lasts, in which who owns it need not be here. The store knows the
    same rule for those (``store/members.py``)."""
    heirs = (one for one in room.standings if _can_own(one, room))
    return min(heirs, key=lambda one: (-room.standings[one], one.account is None), default=None)


def _can_own(person: Person, room: Room) -> bool:
    if person.account is None:
        return not (room.private or room.conversation)
    return not person.account.disabled
