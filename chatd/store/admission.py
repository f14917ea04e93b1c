"""How a device comes in for the first time, or anew: by a one-time ID, or after a password.

Each function is one operation: see ``accounts.py``.
"""

from __future__ import annotations

from sqlalchemy import Connection

from chatd.domain.account import Account, Device, DeviceState, NewDevice
from chatd.domain.sign_in import Redeemed, Registered
from chatd.errors import Code, Refused
from chatd.store import accounts, devices, enrolments, tokens

#: Whoever has the copied vault of a suspended device has its key too: it must come with another.
_BARRED = {
    DeviceState.SUSPENDED: Code.DEVICE_SUSPENDED,
    DeviceState.REVOKED: Code.DEVICE_REVOKED,
}


def redeem(
    connection: Connection, id_hash: bytes, new: NewDevice, token_hash: bytes, now: int
) -> Redeemed:
    """:raises Refused: ID_UNKNOWN, ID_EXPIRED, ID_USED, ACCOUNT_DISABLED, DEVICE_TAKEN,
    DEVICE_SUSPENDED, DEVICE_REVOKED, TOO_MANY_DEVICES."""
    account, repeated = enrolments.check(connection, id_hash, new.key, now)
    _check_enabled(account)
    device = _own(connection, account, new.key)
    enrolments.bind(connection, id_hash, new.key)
    if device is None:
        device = devices.add(connection, account.id, new, id_hash, now)
    elif repeated:
        device = devices.enter(connection, device.id, now)
    else:
        tokens.drop(connection, device.id)
        columns = {"name": new.name, "proof": new.proof, "enrolment": id_hash}
        device = devices.enter(connection, device.id, now, **columns)
    tokens.add(connection, device.id, token_hash)
    rooted, first = _rooted(connection, account, new)
    return Redeemed(rooted, device, first, repeated)


def register(
    connection: Connection, account: bytes, phc: str, new: NewDevice, token_hash: bytes, now: int
) -> Registered:
    """:raises Refused: NO_SUCH_ACCOUNT, CREDENTIALS_WRONG, ACCOUNT_DISABLED, DEVICE_TAKEN,
    DEVICE_SUSPENDED, DEVICE_REVOKED, TOO_MANY_DEVICES."""
    owner = accounts.get(connection, account)
    if owner.password != phc:  # it was changed while it was checked
        raise Refused(Code.CREDENTIALS_WRONG, account=owner.handle)
    _check_enabled(owner)
    known = _own(connection, owner, new.key)
    if known is None:
        device = devices.add(connection, account, new, b"", now)
    else:
        device = devices.enter(connection, known.id, now)
    tokens.add(connection, device.id, token_hash)
    rooted, first = _rooted(connection, owner, new)
    return Registered(rooted, device, known is None, first)


def _check_enabled(account: Account) -> None:
    if account.disabled:
        raise Refused(Code.ACCOUNT_DISABLED, account=account.handle)


def _own(connection: Connection, account: Account, key: bytes) -> Device | None:
    """The account's device of this key; None where it has none, but room for one."""
    known = devices.of_key(connection, key)
    if known is None:
        if devices.full(connection, account.id):
            raise Refused(Code.TOO_MANY_DEVICES, account=account.handle)
        return None
    owner, device = known
    if owner.id != account.id:
        raise Refused(Code.DEVICE_TAKEN, account=account.handle)
    if device.state is not DeviceState.ACTIVE:
        raise Refused(_BARRED[device.state], account=account.handle)
    return device


def _rooted(connection: Connection, account: Account, new: NewDevice) -> tuple[Account, bool]:
    """The account with its root, and whether this device has made it."""
    if account.root or not new.root:
        return account, False
    return accounts.change(connection, account.id, root=new.root), True
