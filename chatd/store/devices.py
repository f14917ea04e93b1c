"""Devices: whose key is whose, and what state they are in.

Each function is one operation or a part of one: see ``accounts.py``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from chatd.domain.account import ID_BYTES, Account, Device, DeviceState, NewDevice
from chatd.domain.device_record import DeviceRecord
from chatd.errors import Code, Refused
from chatd.store import accounts, cursors, disposal, enrolments, generation, tokens
from chatd.store.schema import accounts as account_table
from chatd.store.schema import devices

#: An account's devices, those that were revoked aside.
MAX_DEVICES = 64

#: The fields of a device, in their order.
COLUMNS = tuple(devices.c[field.name] for field in fields(Device))

_OF_ACCOUNT = (
    select(*COLUMNS)
    .where(devices.c.account == bindparam("account"))
    .order_by(devices.c.created, devices.c.id)
)
_KNOWN = select(*accounts.COLUMNS, *COLUMNS).join_from(account_table, devices)
_BY_KEY = _KNOWN.where(devices.c.key == bindparam("key"))
_BY_ID = _KNOWN.where(devices.c.id == bindparam("id"))
_BETWEEN = (
    _KNOWN.where(devices.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(devices.c.id)
    .limit(bindparam("count"))
)
_COUNT = select(func.count()).where(
    devices.c.account == bindparam("account"), devices.c.state != DeviceState.REVOKED.value
)
_ADD = insert(devices).values(generation=generation.CURRENT).returning(*COLUMNS)
_CHANGE = update(devices).where(devices.c.id == bindparam("which")).returning(*COLUMNS)
_ENTER = _CHANGE.values(generation=generation.CURRENT)


def device_of(row: Sequence[Any]) -> Device:
    """The device of a row that has :data:`COLUMNS`."""
    id, account, key, name, state, *rest = row
    return Device(id, account, key, name, DeviceState(state), *rest)


def of_account(connection: Connection, account: bytes) -> list[Device]:
    """The oldest first, revoked ones too."""
    return [device_of(row) for row in connection.execute(_OF_ACCOUNT, {"account": account})]


def of_key(connection: Connection, key: bytes) -> tuple[Account, Device] | None:
    """Whose static key this is."""
    return _known(connection.execute(_BY_KEY, {"key": key}).first())


def of_id(connection: Connection, device: bytes) -> tuple[Account, Device] | None:
    """The same, by the device's id."""
    return _known(connection.execute(_BY_ID, {"id": device}).first())


def of_prefix(connection: Connection, prefix: str, count: int) -> list[tuple[Account, Device]]:
    """By how their ids begin, in hex: those ids are one range."""
    first, last = (bytes.fromhex(prefix.ljust(2 * ID_BYTES, digit)) for digit in "0f")
    given = {"first": first, "last": last, "count": count}
    return [_pair(row) for row in connection.execute(_BETWEEN, given)]


def _known(row: Sequence[Any] | None) -> tuple[Account, Device] | None:
    return None if row is None else _pair(row)


def _pair(row: Sequence[Any]) -> tuple[Account, Device]:
    split = len(accounts.COLUMNS)
    return accounts.account_of(row[:split]), device_of(row[split:])


def full(connection: Connection, account: bytes) -> bool:
    """Whether the account has as many devices as it may have."""
    count: int = connection.execute(_COUNT, {"account": account}).scalar_one()
    return count >= MAX_DEVICES


def add(
    connection: Connection, account: bytes, new: NewDevice, enrolment: bytes, now: int
) -> Device:
    """A device that is here for the first time."""
    device = Device(
        secrets.token_bytes(ID_BYTES),
        account,
        new.key,
        new.name,
        DeviceState.ACTIVE,
        created=now,
        seen=now,
        proof=new.proof,
        enrolment=enrolment,
    )
    row = {column.name: getattr(device, column.name) for column in COLUMNS}
    added = device_of(connection.execute(_ADD, row).one())
    accounts.seen(connection, account, now)
    cursors.begin_device(connection, account, device.id, now)
    return added


def enter(connection: Connection, device: bytes, now: int, **columns: Any) -> Device:
    """A device that is there has signed in; ``columns`` change with it."""
    cursors.wake(connection, device)
    entered = device_of(connection.execute(_ENTER, {"which": device, "seen": now, **columns}).one())
    accounts.seen(connection, entered.account, now)
    return entered


def suspend(connection: Connection, device: bytes) -> Device:
    """A revoked one stays so.

    :raises Refused: NO_SUCH_DEVICE.
    """
    known = _get(connection, device)
    if known.state is DeviceState.REVOKED:
        return known
    return _bar(connection, known, DeviceState.SUSPENDED)


def revoke(connection: Connection, device: bytes) -> Device:
    """:raises Refused: NO_SUCH_DEVICE."""
    return _bar(connection, _get(connection, device), DeviceState.REVOKED)


def sign(connection: Connection, device: bytes, record: bytes, signature: bytes) -> Device:
    """:raises Refused: NO_SUCH_DEVICE, RECORD_OLD."""
    kept = _get(connection, device).record
    if kept and DeviceRecord.decode(record).version < DeviceRecord.decode(kept).version:
        raise Refused(Code.RECORD_OLD)
    return _change(connection, device, record=record, signature=signature)


def set_password(connection: Connection, account: bytes, phc: str, by: bytes) -> Account:
    """Whoever has a device that was put out sets no password to come back with.

    :raises Refused: NO_SUCH_ACCOUNT, NO_SUCH_DEVICE.
    """
    if by and _get(connection, by).state is not DeviceState.ACTIVE:
        raise Refused(Code.NO_SUCH_DEVICE, "this device was taken off the account")
    return accounts.change(connection, account, password=phc)


def _get(connection: Connection, device: bytes) -> Device:
    known = of_id(connection, device)
    if known is None:
        raise Refused(Code.NO_SUCH_DEVICE)
    return known[1]


def _bar(connection: Connection, device: Device, state: DeviceState) -> Device:
    """It is let in no more, neither by a token nor by the ID that it came by, nor by a link that
    whoever has it may have made. Nothing waits for it any more, but for its account's next one
    where it was the last."""
    tokens.drop(connection, device.id)
    enrolments.settle(connection, device.key)
    enrolments.void(connection, device.account)
    disposal.dispose(connection, cursors.end_device(connection, device.account, device.id))
    return _change(connection, device.id, state=state)


def _change(connection: Connection, device: bytes, **columns: Any) -> Device:
    return device_of(connection.execute(_CHANGE, {"which": device, **columns}).one())
