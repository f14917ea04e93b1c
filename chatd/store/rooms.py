"""Rooms that last: settings, members, bans, invitations. Each function is one operation: see
``accounts.py``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from chatd.domain.account import Account
from chatd.domain.commands import Standing
from chatd.domain.conversation import ConversationKind, number_before
from chatd.domain.message import Delivered
from chatd.domain.names import fold
from chatd.domain.room_record import BanRecord, MemberRecord, NewRoom, RoomChanges, RoomRecord
from chatd.errors import Code, Refused
from chatd.store import accounts, members
from chatd.store.schema import accounts as account_table
from chatd.store.schema import bans, conversations, invitations, rooms
from chatd.store.schema import members as member_table

_ALL = (
    select(
        rooms.c.conversation,
        conversations.c.name,
        rooms.c.topic,
        rooms.c.password,
        rooms.c.level,
        rooms.c.private,
        rooms.c.locked,
        conversations.c.sealed,
        rooms.c.retention,
        conversations.c.last,
    )
    .join_from(rooms, conversations)
    .order_by(rooms.c.folded)
)
_MEMBERS = select(member_table.c.room, member_table.c.account, member_table.c.standing).order_by(
    member_table.c.room, member_table.c.place
)
_PEOPLE = select(*accounts.COLUMNS).where(account_table.c.id.in_(select(member_table.c.account)))
_BANS = select(bans).order_by(bans.c.room, bans.c.since, bans.c.folded)
_INVITED = select(invitations).order_by(invitations.c.room, invitations.c.account)

_OF_ID = select(rooms.c.folded).where(rooms.c.conversation == bindparam("which"))
_OF_NAME = select(rooms.c.folded).where(rooms.c.folded == bindparam("name"))
_SET = update(rooms).where(rooms.c.conversation == bindparam("which"))
_IN_ROOM = bans.c.room == bindparam("where")
_UNBAN = delete(bans).where(_IN_ROOM, bans.c.folded == bindparam("whom"))
_OVER = delete(bans).where(_IN_ROOM, bans.c.until.between(1, bindparam("now")))
_FIND_INVITED = select(invitations).where(
    invitations.c.room == bindparam("where"), invitations.c.account == bindparam("who")
)


# ------------------------------------------------------------ all of them


def everything(connection: Connection) -> list[RoomRecord]:
    """Every room, by name."""
    everybody: list[Mapping[bytes, list[Any]]]
    everybody = [_members(connection), _bans(connection), _invited(connection)]
    return [
        RoomRecord(*row, *(tuple(of.get(row.conversation, ())) for of in everybody))
        for row in connection.execute(_ALL)
    ]


def _members(connection: Connection) -> Mapping[bytes, list[MemberRecord]]:
    people = _people(connection)
    inside: dict[bytes, list[MemberRecord]] = defaultdict(list)
    for room, account, standing in connection.execute(_MEMBERS):
        inside[room].append(MemberRecord(people[account], Standing(standing)))
    return inside


def _people(connection: Connection) -> dict[bytes, Account]:
    """Everybody who is in some room."""
    return {one.id: one for one in map(accounts.account_of, connection.execute(_PEOPLE))}


def _bans(connection: Connection) -> Mapping[bytes, list[BanRecord]]:
    kept_out: dict[bytes, list[BanRecord]] = defaultdict(list)
    for room, _, target, account, networks, *rest in connection.execute(_BANS):
        record = BanRecord(target, account, frozenset(networks.split()), *rest)
        kept_out[room].append(record)
    return kept_out


def _invited(connection: Connection) -> Mapping[bytes, list[bytes]]:
    asked: dict[bytes, list[bytes]] = defaultdict(list)
    for room, account in connection.execute(_INVITED):
        asked[room].append(account)
    return asked


# ------------------------------------------------------------ coming and going


def add(connection: Connection, room: NewRoom, now: int) -> int:
    """:raises Refused: NO_SUCH_ACCOUNT, ALREADY_IN_ROOM."""
    accounts.get(connection, room.account)
    folded = fold(room.name)
    if connection.execute(_OF_NAME, {"name": folded}).first() is not None:
        raise Refused(Code.ALREADY_IN_ROOM, "there is a room of this name already")
    conversation = {
        "id": room.id,
        "kind": ConversationKind.ROOM.value,
        "sealed": room.sealed,
        "name": room.name,
        "one": b"",
        "one_handle": "",
        "other": b"",
        "other_handle": "",
        "last": number_before(now),
    }
    connection.execute(insert(conversations), conversation)
    settings = {
        "conversation": room.id,
        "folded": folded,
        "topic": room.topic,
        "password": room.password,
        "level": room.level,
        "private": room.private,
        "locked": room.locked,
        "retention": 0,
        "created": now,
    }
    connection.execute(insert(rooms), settings)
    for record in room.bans:
        _keep_out(connection, room.id, record)
    return members.enter(connection, room.id, room.account, room.standing)


def enter(connection: Connection, room: bytes, account: bytes, standing: Standing) -> int:
    """:raises Refused: NO_SUCH_ROOM, NO_SUCH_ACCOUNT, ALREADY_IN_ROOM."""
    _check(connection, room)
    accounts.get(connection, account)
    if members.standing(connection, room, account) is not None:
        raise Refused(Code.ALREADY_IN_ROOM)
    return members.enter(connection, room, account, standing)


def set_standings(connection: Connection, room: bytes, standings: Mapping[bytes, Standing]) -> None:
    """Of those who are members."""
    for account, standing in standings.items():
        members.stand(connection, room, account, standing)


# ------------------------------------------------------------ settings


def change(connection: Connection, room: bytes, changes: RoomChanges) -> None:
    """:raises Refused: NO_SUCH_ROOM."""
    _check(connection, room)
    wanted: dict[str, Any] = {
        "topic": changes.topic,
        "level": changes.level,
        "private": changes.private,
        "locked": changes.locked,
        "retention": changes.retention,
    }
    columns = {name: content for name, content in wanted.items() if content is not None}
    if columns:
        connection.execute(_SET, {"which": room, **columns})


def ban(connection: Connection, room: bytes, record: BanRecord, letter: bytes) -> list[Delivered]:
    """Also out of the room, and no longer asked in. Bans that are over go on the way.

    :param letter: tells somebody's devices that they were put out.
    :return: the letters.
    :raises Refused: NO_SUCH_ROOM.
    """
    _check(connection, room)
    unban(connection, room, record.target)
    connection.execute(_OVER, {"where": room, "now": record.since})
    _keep_out(connection, room, record)
    if not record.account:
        return []
    members.uninvite(connection, room, record.account)
    return members.put_out(connection, room, record.account, letter, record.since)


def _keep_out(connection: Connection, room: bytes, record: BanRecord) -> None:
    row = {
        "room": room,
        "folded": fold(record.target),
        "target": record.target,
        "account": record.account,
        "networks": "\n".join(sorted(record.networks)),
        "by": record.by,
        "reason": record.reason,
        "since": record.since,
        "until": record.until,
    }
    connection.execute(insert(bans), row)


def unban(connection: Connection, room: bytes, target: str) -> None:
    """Whether or not there is one."""
    connection.execute(_UNBAN, {"where": room, "whom": fold(target)})


def invite(connection: Connection, room: bytes, account: bytes) -> None:
    """:raises Refused: NO_SUCH_ROOM, NO_SUCH_ACCOUNT."""
    _check(connection, room)
    accounts.get(connection, account)
    given = {"where": room, "who": account}
    if connection.execute(_FIND_INVITED, given).first() is None:
        connection.execute(insert(invitations), {"room": room, "account": account})


def _check(connection: Connection, room: bytes) -> None:
    if connection.execute(_OF_ID, {"which": room}).first() is None:
        raise Refused(Code.NO_SUCH_ROOM)
