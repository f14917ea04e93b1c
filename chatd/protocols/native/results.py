"""Results of the hub as the wire has them, one row each. ``Nothing`` needs none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Raw, Struct

from chatd.domain import results
from chatd.protocols.native.door import EVENTS
from chatd.wire import messages
from chatd.wire.codec import encode_struct


def _joined(result: results.Joined) -> messages.Joined:
    return messages.Joined(
        result.room,
        result.topic,
        result.members,
        result.created,
        result.level,
        result.private,
        result.locked,
        result.standing,
        result.conversation,
        result.last,
        result.retention,
        result.sealed,
    )


def _follow_page(result: results.FollowPage) -> messages.FollowPage:
    rows = [
        messages.FollowRow(
            r.conversation,
            r.kind,
            r.name,
            r.sealed,
            r.acked,
            r.last,
            r.read,
            r.left,
            list(r.leaps),
        )
        for r in result.rows
    ]
    return messages.FollowPage(rows, result.more, result.epoch)


def _fetch_page(result: results.FetchPage) -> messages.FetchPage:
    items = [Raw(encode_struct(_item(item))) for item in result.items]
    return messages.FetchPage(items, result.upto, result.more)


def _item(item: Any) -> messages.Message:
    """What was said goes into a page as the event that it is."""
    if isinstance(item, results.Missing):
        return messages.Missing(item.first, item.last, item.reason)
    return EVENTS[type(item)](item)


def _receipt_page(result: results.ReceiptPage) -> messages.ReceiptPage:
    rows = [messages.ReceiptRow(r.nick, r.delivered, r.read, r.after) for r in result.people]
    return messages.ReceiptPage(rows, result.more)


def _room_page(result: results.RoomPage) -> messages.RoomPage:
    rows = [
        messages.RoomRow(r.name, r.members, r.locked, r.topic, r.level, r.private)
        for r in result.rooms
    ]
    return messages.RoomPage(rows, result.total, result.more)


def _joined_page(result: results.JoinedPage) -> messages.JoinedPage:
    return messages.JoinedPage([_joined(room) for room in result.rooms], result.more)


def _user_page(result: results.UserPage) -> messages.UserPage:
    rows = [
        messages.UserRow(r.nick, r.away, r.account, r.display, r.standing, r.online, r.seen)
        for r in result.users
    ]
    return messages.UserPage(rows, result.total, result.more)


def _person(result: results.Person) -> messages.Person:
    return messages.Person(
        result.nick,
        result.kind,
        result.door,
        result.away,
        result.since,
        result.idle,
        list(result.rooms),
        result.display,
        result.level,
        result.role,
        result.root,
        result.online,
        result.seen,
    )


def _ban_page(result: results.BanPage) -> messages.BanPage:
    rows = [messages.BanRow(r.target, r.by, r.reason, r.since, r.until) for r in result.bans]
    return messages.BanPage(rows, result.more)


def _block_page(result: results.BlockPage) -> messages.BlockPage:
    rows = [messages.BlockRow(r.nick, r.account) for r in result.blocks]
    return messages.BlockPage(rows, result.more)


def _device_list(result: results.DeviceList) -> messages.DeviceList:
    rows = [_device(row) for row in result.devices]
    return messages.DeviceList(result.nick, result.account, result.root, rows)


def _device(row: results.DeviceRow) -> messages.DeviceRow:
    return messages.DeviceRow(
        row.id,
        row.key,
        row.state,
        row.record,
        row.signature,
        row.created,
        row.name,
        row.seen,
        row.proof,
        row.enrolment,
        row.current,
    )


def _directory_page(result: results.DirectoryPage) -> messages.DirectoryPage:
    rows = [
        messages.DirectoryRow(r.nick, r.display, r.level, r.role, r.presence, r.root)
        for r in result.people
    ]
    return messages.DirectoryPage(rows, result.more)


def _service_list(result: results.ServiceList) -> messages.ServiceList:
    return messages.ServiceList([_service(row) for row in result.services])


def _service(row: results.ServiceRow) -> messages.ServiceRow:
    fields = [messages.FieldRow(f.name, f.kind, f.required, f.meaning) for f in row.fields]
    return messages.ServiceRow(row.name, row.description, row.level, fields)


class Done(messages.Message, frozen=True, tag=0x9A):
    """A :class:`~chatd.wire.messages.Status` as it is written: its result is encoded along."""

    id: int
    code: int
    text: str
    wait: float
    result: Struct


#: How each result goes into a status.
RESULTS: dict[type[Any], Callable[[Any], Struct]] = {
    results.Accepted: lambda r: messages.Accepted(
        r.id, r.time, r.withheld, r.conversation, r.alone
    ),
    results.Joined: _joined,
    results.PairOpened: lambda r: messages.PairOpened(r.nick, r.conversation),
    results.FollowPage: _follow_page,
    results.FetchPage: _fetch_page,
    results.Progress: lambda r: messages.Progress(r.delivered, r.read),
    results.ReceiptPage: _receipt_page,
    results.Renamed: lambda r: messages.Renamed(r.nick, r.display),
    results.RoomPage: _room_page,
    results.JoinedPage: _joined_page,
    results.UserPage: _user_page,
    results.Person: _person,
    results.BanPage: _ban_page,
    results.BlockPage: _block_page,
    results.DeviceList: _device_list,
    results.OneTimeId: lambda r: messages.OneTimeId(r.one_time_id, r.expires),
    results.DirectoryPage: _directory_page,
    results.ServiceList: _service_list,
    results.ServiceReply: lambda r: messages.ServiceReply([dict(row) for row in r.rows]),
}
