"""Who is in which room that lasts, and whose the room is then.

Each function is a part of an operation: see ``accounts.py``. A room's owner is followed by the
longest-standing moderator, else member, who can sign in; with its last member a room ends, and its
name is free. The hub knows the same rule (:func:`chatd.hub.standing.successor`).
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from chatd.domain.account import Account, Role
from chatd.domain.commands import Standing
from chatd.domain.message import Delivered
from chatd.store import cursors, mail, reads
from chatd.store.schema import accounts, conversations, invitations, members, rooms

_HERE = members.c.room == bindparam("where")
_ONE = (_HERE, members.c.account == bindparam("who"))
_FIND = select(members.c.standing).where(*_ONE)
_LATEST = select(func.coalesce(func.max(members.c.place), 0)).where(_HERE)
_LEAVE = delete(members).where(*_ONE)
_STAND = update(members).where(*_ONE).values(standing=bindparam("as_what"))
_LAST = select(conversations.c.last).where(conversations.c.id == bindparam("where"))
_ANYBODY = select(members.c.account).where(_HERE).limit(1)
_HEIR = (
    select(members.c.account)
    .join(accounts, members.c.account == accounts.c.id)
    .where(_HERE, accounts.c.disabled.is_(False))
    .order_by(members.c.standing.desc(), members.c.place)
    .limit(1)
)
_END = delete(rooms).where(rooms.c.conversation == bindparam("which"))
_UNINVITE = delete(invitations).where(
    invitations.c.room == bindparam("where"), invitations.c.account == bindparam("who")
)
_ROOMS = select(members.c.room).where(members.c.account == bindparam("who"))
_ABOVE = (
    select(members.c.room)
    .join(rooms, members.c.room == rooms.c.conversation)
    .where(members.c.account == bindparam("who"), rooms.c.level > bindparam("most"))
)


def standing(connection: Connection, room: bytes, account: bytes) -> Standing | None:
    """What somebody is in a room; None for nothing."""
    found = connection.execute(_FIND, {"where": room, "who": account}).scalar()
    return None if found is None else Standing(found)


def enter(connection: Connection, room: bytes, account: bytes, standing: Standing) -> int:
    """One more, by an invitation or without.

    :return: the number after which they get its messages.
    """
    place = connection.execute(_LATEST, {"where": room}).scalar_one() + 1
    row = {"room": room, "account": account, "standing": standing.value, "place": place}
    connection.execute(insert(members), row)
    uninvite(connection, room, account)
    after = cursors.start(connection, room)
    cursors.begin(connection, room, account, after)
    reads.begin(connection, account, room, after)
    return after


def uninvite(connection: Connection, room: bytes, account: bytes) -> None:
    """An invitation is used up, or void; harmless when there is none."""
    connection.execute(_UNINVITE, {"where": room, "who": account})


def stand(connection: Connection, room: bytes, account: bytes, standing: Standing) -> None:
    """A member is something else now; nothing happens where they are none."""
    given = {"where": room, "who": account, "as_what": standing.value}
    connection.execute(_STAND, given)


def leave(connection: Connection, room: bytes, account: bytes) -> None:
    """One less, who still gets what was said up to now. Harmless when repeated."""
    was = standing(connection, room, account)
    if was is None:
        return
    connection.execute(_LEAVE, {"where": room, "who": account})
    last = connection.execute(_LAST, {"where": room}).scalar_one()
    cursors.end(connection, room, account, last)
    if connection.execute(_ANYBODY, {"where": room}).first() is None:
        connection.execute(_END, {"which": room})
    elif was is Standing.OWNER:
        heir = connection.execute(_HEIR, {"where": room}).scalar()
        if heir is not None:
            stand(connection, room, heir, Standing.OWNER)


def put_out(
    connection: Connection, room: bytes, account: bytes, letter: bytes, now: int
) -> list[Delivered]:
    """The same against a member's will: their devices are told by letter.

    :return: the letters; none where they were no member.
    """
    if standing(connection, room, account) is None:
        return []
    leave(connection, room, account)
    return mail.put(connection, {account: [letter]}, now)


def leave_all(connection: Connection, account: bytes) -> None:
    """An account leaves all its rooms."""
    for room in connection.execute(_ROOMS, {"who": account}).scalars().all():
        leave(connection, room, account)


def withdraw(connection: Connection, account: Account) -> None:
    """An account whose level was lowered leaves the rooms that ask for more."""
    if account.role is Role.ADMIN:
        return
    given = {"who": account.id, "most": account.level}
    for room in connection.execute(_ABOVE, given).scalars().all():
        leave(connection, room, account.id)
