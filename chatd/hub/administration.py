"""What the admin orders through chatctl: done in the store, and at once for those who are here.

Each order is audited under the account's handle with ``by=admin``, never with a secret.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from chatd.domain import administration as orders
from chatd.domain.account import (
    ACCOUNT_LEVEL,
    HIGHEST_LEVEL,
    ID_BYTES,
    LOWEST_LEVEL,
    Account,
    Device,
    DeviceState,
    Role,
    digest,
)
from chatd.domain.names import clean_nick, fold
from chatd.domain.one_time_id import canonical, new_one_time_id
from chatd.errors import Code, EntryError, Refused
from chatd.hub import devices, leaving
from chatd.hub.accounts import SHORTEST_PASSWORD
from chatd.hub.state import State

#: The start of an id in hex.
_START = re.compile(f"[0-9a-f]{{1,{2 * ID_BYTES}}}")


async def administer(state: State, order: orders.Order) -> Any:
    """Do an order; :mod:`chatd.domain.administration` says what each gives.

    :raises Refused: it cannot be done; nothing was changed.
    """
    return await _TABLE[type(order)](state, order)


# ------------------------------------------------------------ enrolment


async def _enrol(state: State, order: orders.Enrol) -> orders.Enrolled:
    handle = clean_nick(order.handle, state.limits.nick)
    if order.level is not None:
        _check_level(order.level)
    if not state.devices_on:
        text = "a link lets nobody in while devices are off; set devices = true first"
        raise Refused(Code.LINKS_OFF, text)
    if not 0 < order.life <= orders.LONGEST_LIFE:
        raise Refused(Code.SETTING_INVALID, "a one-time ID is good for a year at most")
    one_time_id, now = new_one_time_id(), state.now()
    account = await state.need_store().invite(
        handle, order.level, order.role, digest(canonical(one_time_id)), now + order.life, now
    )
    state.handles.add(fold(account.handle))
    state.refresh(account)
    _audit(state, "account_invited", account, level=account.level, role=account.role)
    return orders.Enrolled(account, one_time_id, now + order.life)


async def _enrol_admin(state: State, order: orders.EnrolAdmin) -> orders.Enrolled | None:
    async for account in _accounts(state):
        if account.role is Role.ADMIN and await _can_sign_in(state, account):
            return None
    known = await state.need_store().account(order.handle)
    if known is None:
        return await _enrol(state, orders.Enrol(order.handle, HIGHEST_LEVEL, Role.ADMIN))
    # A start makes nobody an admin who has an account for something else, or a password by now.
    if known.role is not Role.ADMIN:
        text = f"{known.handle} has an account and is no admin; see chatctl role"
        raise Refused(Code.HANDLE_TAKEN, text)
    if known.disabled:
        raise Refused(Code.ACCOUNT_DISABLED, f"{known.handle} is disabled; see chatctl enable")
    return await _enrol(state, orders.Enrol(order.handle))


async def _can_sign_in(state: State, account: Account) -> bool:
    """Without being enrolled once more."""
    if account.disabled:
        return False
    if state.passwords_on and account.password:
        return True
    known = await state.need_store().devices(account.id)
    return state.devices_on and any(one.state is DeviceState.ACTIVE for one in known)


# ------------------------------------------------------------ looking


async def _list_accounts(state: State, order: orders.ListAccounts) -> tuple[orders.AccountRow, ...]:
    page = await state.need_store().accounts(fold(order.after), orders.PAGE)
    return tuple(orders.AccountRow(account, len(state.sessions_by(account.id))) for account in page)


async def _show(state: State, order: orders.ShowAccount) -> orders.AccountDetails:
    account = await _account(state, order.handle)
    known = await state.need_store().devices(account.id)
    here = state.sessions_by(account.id)
    present = tuple(one.device.id for one in here if one.device is not None)
    locked = state.lockout.locked(account.handle, state.clock.seconds())
    return orders.AccountDetails(account, tuple(known), present, locked)


async def _list_rooms(
    state: State, order: orders.ListRoomsByAdmin
) -> tuple[orders.RoomDetails, ...]:
    page, _ = state.rooms.page(order.after, orders.PAGE)
    return tuple(
        orders.RoomDetails(
            room.name,
            len(room.members),
            room.owner.nick if room.owner is not None else "",
            room.level,
            room.private,
            bool(room.password),
            room.topic,
            len(room.bans),
            sum(bool(one.sessions) for one in room.members),
            bool(room.conversation),
            room.sealed,
            room.retention,
        )
        for room in page
    )


async def _show_status(state: State, order: orders.ShowStatus) -> orders.Status:
    stored = await state.need_store().counts()
    accounts = 0
    async for _ in _accounts(state):
        accounts += 1
    lasting = sum(bool(room.conversation) for room in state.rooms)
    return orders.Status(
        len(state.sessions), accounts, len(state.accounts), len(state.rooms), lasting, stored
    )


# ------------------------------------------------------------ changing


async def _set_level(state: State, order: orders.SetLevel) -> Account:
    _check_level(order.level)
    account = await _account(state, order.handle)
    account = await state.need_store().set_level(account.id, order.level)
    return _changed(state, "account_changed", account, level=account.level)


async def _set_role(state: State, order: orders.SetRole) -> Account:
    account = await _account(state, order.handle)
    account = await state.need_store().set_role(account.id, order.role)
    return _changed(state, "account_changed", account, role=account.role)


async def _disable(state: State, order: orders.Disable) -> Account:
    account = await _account(state, order.handle)
    account = await state.need_store().set_disabled(account.id, True)
    _changed(state, "account_disabled", account)
    _put_out(state, account)
    return account


async def _enable(state: State, order: orders.Enable) -> Account:
    account = await _account(state, order.handle)
    account = await state.need_store().set_disabled(account.id, False)
    return _changed(state, "account_enabled", account)


async def _remove(state: State, order: orders.Remove) -> Account:
    account = await _account(state, order.handle)
    account = await leaving.remove(state, account.id)
    _audit(state, "account_removed", account)
    _put_out(state, account)
    if fold(account.handle) not in await state.need_store().handles():
        state.handles.discard(fold(account.handle))  # nobody ever signed in to it
    return account


async def _revoke(state: State, order: orders.RevokeByAdmin) -> Device:
    account, device = await _device(state, order.device)
    device = await state.need_store().revoke(device.id)
    _audit(state, "device_revoked", account, device=device.id.hex())
    devices.revoked(state, account, device)
    return device


# ------------------------------------------------------------ passwords


async def _set_password(state: State, order: orders.SetAccountPassword) -> Account:
    if order.password and len(order.password) < SHORTEST_PASSWORD:
        raise Refused(Code.PASSWORD_TOO_SHORT)
    account = await _account(state, order.handle)
    phc = await _hash(state, order.password) if order.password else ""
    account = await state.need_store().set_password(account.id, phc)
    return _changed(state, "password_changed", account)


async def _import(state: State, order: orders.ImportCredential) -> Account:
    handle = clean_nick(order.handle, state.limits.nick)
    if not order.password:
        raise Refused(Code.PASSWORD_TOO_SHORT, "there is no password")
    phc = await _hash(state, order.password)
    known = await state.need_store().account(handle)
    if known is not None:
        account = await state.need_store().set_password(known.id, phc)
    else:
        account = await state.need_store().add_account(_new_account(handle, phc, state.now()))
        state.handles.add(fold(handle))
    return _changed(state, "account_imported", account)


async def _unlock(state: State, order: orders.Unlock) -> int:
    account = await _account(state, order.handle)
    count = state.lockout.unlock(account.handle)
    _audit(state, "unlocked", account, count=count)
    return count


async def _hash(state: State, password: str) -> str:
    if len(password.encode()) > state.limits.password:
        raise Refused(Code.PASSWORD_TOO_LONG)
    return await state.passwords.hash(password)


def _new_account(handle: str, phc: str, now: int) -> Account:
    identifier = secrets.token_bytes(ID_BYTES)
    return Account(identifier, handle, "", ACCOUNT_LEVEL, Role.MEMBER, False, now, phc)


# ------------------------------------------------------------ finding


async def _account(state: State, handle: str) -> Account:
    account = await state.need_store().account(handle)
    if account is None:
        raise Refused(Code.NO_SUCH_ACCOUNT, f"there is no account called {handle}")
    return account


async def _accounts(state: State) -> AsyncIterator[Account]:
    after = ""
    while page := await state.need_store().accounts(after, orders.PAGE):
        for account in page:
            yield account
        after = fold(page[-1].handle)


async def _device(state: State, start: str) -> tuple[Account, Device]:
    """The one device whose id in hex starts so."""
    start = start.lower()
    if not _START.fullmatch(start):
        raise Refused(Code.NO_SUCH_DEVICE)
    found = await state.need_store().devices_of_prefix(start, 2)
    if not found:
        raise Refused(Code.NO_SUCH_DEVICE)
    if len(found) > 1:
        raise Refused(Code.NO_SUCH_DEVICE, f"several devices start with {start}: say more")
    return found[0]


def _check_level(level: int) -> None:
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise Refused(
            Code.SETTING_INVALID, f"a level is a number from {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        )


# ------------------------------------------------------------ telling


def _changed(state: State, event: str, account: Account, **fields: object) -> Account:
    state.refresh(account)
    _audit(state, event, account, **fields)
    return account


def _put_out(state: State, account: Account) -> None:
    state.close_sessions(state.sessions_by(account.id), EntryError(Code.ACCOUNT_DISABLED))


def _audit(state: State, event: str, account: Account, **fields: object) -> None:
    state.audit.record(event, account=account.handle, by="admin", **fields)


_TABLE: dict[type[Any], Callable[[State, Any], Awaitable[Any]]] = {
    orders.Enrol: _enrol,
    orders.EnrolAdmin: _enrol_admin,
    orders.ListAccounts: _list_accounts,
    orders.ShowAccount: _show,
    orders.SetLevel: _set_level,
    orders.SetRole: _set_role,
    orders.Disable: _disable,
    orders.Enable: _enable,
    orders.Remove: _remove,
    orders.SetAccountPassword: _set_password,
    orders.ImportCredential: _import,
    orders.RevokeByAdmin: _revoke,
    orders.Unlock: _unlock,
    orders.ListRoomsByAdmin: _list_rooms,
    orders.ShowStatus: _show_status,
}
