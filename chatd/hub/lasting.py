"""Rooms that last, as they come out of the store at a start and as their bans go into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chatd.domain.results import BanRow
from chatd.domain.room_record import BanRecord
from chatd.hub.bans import Ban
from chatd.hub.room import Room

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatd.domain.room_record import RoomRecord
    from chatd.hub.state import State


def restore(state: State, records: Iterable[RoomRecord]) -> None:
    """Take in the rooms of the store, with members who are not here yet."""
    name, topic = state.limits.nick, state.limits.topic
    for record in records:
        state.rooms.add(record.name, _room(state, record))
        name, topic = max(name, len(record.name)), max(topic, len(record.topic.encode()))
    # Some may be from a time of other limits, and lists have to have room for them.
    state.former.add(replace(state.limits, nick=name, topic=topic))


def _room(state: State, record: RoomRecord) -> Room:
    room = Room(record.name, record.password, state.turn, record.id)
    room.topic, room.level = record.topic, record.level
    room.private, room.locked, room.sealed = record.private, record.locked, record.sealed
    room.retention, room.last = record.retention, record.last
    room.invited.update(record.invited)
    for member in record.members:
        room.enter(state.member(member.account), member.standing)
    now, clock = state.now(), state.clock.seconds()
    for ban in record.bans:
        if not ban.until or ban.until > now:
            row = BanRow(ban.target, ban.by, ban.reason, ban.since, ban.until)
            ends = clock + (ban.until - now) / 1000 if ban.until else 0.0
            room.bans.add(Ban(row, ban.account, ban.networks, ends))
    return room


def banned(ban: Ban) -> BanRecord:
    """A ban as the store keeps it."""
    row = ban.row
    return BanRecord(
        row.target, ban.account, ban.networks, row.by, row.reason, row.since, row.until
    )
