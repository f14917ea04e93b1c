"""What the admin is told, as JSON: one function for each kind of result. Never a password's hash, a
token or a key; a one-time ID only by the answer to the order that made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatd.domain.account import Account, Device
from chatd.domain.administration import AccountDetails, AccountRow, Enrolled, RoomDetails, Status

Json = Mapping[str, Any]


def account(found: Account) -> Json:
    """One account. ``enrolled``: it has a root, so a device of its own was here once."""
    return {"account": _account(found)}


def enrolled(done: Enrolled) -> Json:
    """An account and the way in: to be told to one person, and never again."""
    return {
        "account": _account(done.account),
        "one_time_id": done.one_time_id,
        "expires": done.expires,
    }


def accounts(page: tuple[AccountRow, ...]) -> Json:
    """A page of accounts; ``online``: how many sessions each has."""
    return {"accounts": [{**_account(row.account), "online": row.online} for row in page]}


def details(found: AccountDetails) -> Json:
    """An account with its devices."""
    devices = [{**_device(one), "online": one.id in found.present} for one in found.devices]
    return {"account": _account(found.account), "devices": devices, "locked": found.locked}


def device(found: Device) -> Json:
    """One device."""
    return {"device": _device(found)}


def unlocked(count: int) -> Json:
    """How many addresses were locked."""
    return {"addresses": count}


def rooms(page: tuple[RoomDetails, ...]) -> Json:
    """A page of rooms."""
    return {
        "rooms": [
            {
                "name": room.name,
                "members": room.members,
                "owner": room.owner,
                "level": room.level,
                "private": room.private,
                "password": room.password,
                "topic": room.topic,
                "bans": room.bans,
                "here": room.here,
                "lasting": room.lasting,
                "sealed": room.sealed,
                "retention": room.retention,
            }
            for room in page
        ]
    }


def status(found: Status) -> Json:
    """How much there is; ``bytes`` are those of the bodies that are stored."""
    return {
        "sessions": found.sessions,
        "accounts": found.accounts,
        "online": found.online,
        "rooms": found.rooms,
        "lasting": found.lasting,
        "messages": found.stored.messages,
        "letters": found.stored.letters,
        "bytes": found.stored.size,
    }


def _account(found: Account) -> Json:
    return {
        "id": found.id.hex(),
        "handle": found.handle,
        "display": found.display,
        "level": found.level,
        "role": found.role,
        "disabled": found.disabled,
        "created": found.created,
        "password": bool(found.password),
        "enrolled": bool(found.root),
    }


def _device(found: Device) -> Json:
    return {
        "id": found.id.hex(),
        "name": found.name,
        "state": found.state,
        "signed": found.signed,
        "created": found.created,
        "seen": found.seen,
    }
