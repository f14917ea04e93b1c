"""Devices of accounts: what their owner and others see of them, and what their owner does with
them. Whoever is here by the account hears of each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import commands, events, results
from chatd.domain.account import ENROLMENT_LIFE, Account, Device, DeviceState, Role, digest
from chatd.domain.device_record import DeviceRecord, RecordError
from chatd.domain.one_time_id import canonical, new_one_time_id
from chatd.errors import Code, EntryError, Refused

if TYPE_CHECKING:
    from chatd.hub.session import Session
    from chatd.hub.state import State
    from chatd.interfaces import IPeer

#: Devices in one answer: all that are not revoked, and the latest of those that are.
SHOWN = 90


def owner(session: Session) -> tuple[Account, Device]:
    """Whose session this is, and by which device.

    :raises Refused: a guest's (ACCOUNT_NEEDED).
    """
    if session.account is None or session.device is None:
        raise Refused(Code.ACCOUNT_NEEDED)
    return session.account, session.device


def sessions_of(state: State, device: Device) -> list[Session]:
    """The sessions that a device has: none or one, or two while one takes the other's place."""
    sessions = state.sessions_by(device.account)
    return [one for one in sessions if one.device is not None and one.device.id == device.id]


# ------------------------------------------------------------ what happens to a device


def enrolled(state: State, account: Account, device: Device, peer: IPeer) -> None:
    """An account has one device more: that is audited, and its other devices are told."""
    record(state, "device_enrolled", account, device, peer)
    _tell(state, account, device, "enrolled")


def copied(state: State, account: Account, device: Device, peer: IPeer) -> None:
    """A device was suspended, since its vault is in two places: whoever sits at either end is put
    out, the owner's other devices and the admins are told."""
    record(state, "vault_copied", account, device, peer)
    state.close_sessions(sessions_of(state, device), EntryError(Code.VAULT_COPIED))
    _tell(state, account, device, "suspended")


def revoked(state: State, account: Account, device: Device, but: Session | None = None) -> None:
    """A device is off its account: its session ends, the owner's other devices are told."""
    state.close_sessions(sessions_of(state, device), EntryError(Code.DEVICE_REVOKED), but)
    _tell(state, account, device, "revoked", but)


def record(
    state: State, event: str, account: Account, device: Device, peer: IPeer, **fields: object
) -> None:
    """Audit something about a device."""
    state.audit.record(
        event,
        account=account.handle,
        device=device.id.hex(),
        address=peer.address,
        door=peer.door.name,
        **fields,
    )


def _tell(
    state: State, account: Account, device: Device, what: str, but: Session | None = None
) -> None:
    hearers = [
        session
        for person in state.accounts.values()
        if person.account is not None and _hears(person.account, account, what)
        for session in person.sessions
        if session is not but
    ]
    event = events.DeviceChanged(
        account.handle, what, device.id, device.name, device.key, device.proof, device.enrolment
    )
    state.tell(hearers, event)


def _hears(hearer: Account, account: Account, what: str) -> bool:
    return hearer.id == account.id or (what == "suspended" and hearer.role is Role.ADMIN)


# ------------------------------------------------------------ commands


def confirm_token(
    state: State, session: Session, command: commands.ConfirmToken
) -> Deferred[results.Nothing]:
    """The device has stored its next token."""
    return Deferred.fromCoroutine(_confirm_token(state, session, command.token))


async def _confirm_token(state: State, session: Session, token: bytes) -> results.Nothing:
    _, device = owner(session)
    async with state.one_at_a_time.hold(device.key):
        state.check_here(session)  # else it would kill the token of the session that replaced it
        if not await state.need_store().confirm(device.id, digest(token), state.now()):
            raise Refused(Code.TOKEN_UNKNOWN)
        state.confirmed[device.key] = state.clock.seconds()
    return results.Nothing()


def list_devices(
    state: State, session: Session, command: commands.ListDevices
) -> Deferred[results.DeviceList]:
    """One's own devices, or what others may see of somebody's."""
    return Deferred.fromCoroutine(_list_devices(state, session, command.nick))


async def _list_devices(state: State, session: Session, nick: str) -> results.DeviceList:
    own, current = owner(session)
    account = await state.need_store().account(nick or own.handle)
    if account is None:
        raise Refused(Code.NO_SUCH_ACCOUNT, f"there is no account called {nick}")
    devices = await state.need_store().devices(account.id)
    if account.id == own.id:
        gone = [one for one in devices if one.state is DeviceState.REVOKED]
        too_many = gone[: max(len(devices) - SHOWN, 0)]
        rows = [_own_row(one, current) for one in devices if one not in too_many]
    else:
        rows = [_row(one) for one in devices if one.state is DeviceState.ACTIVE]
    return results.DeviceList(account.handle, account.id, account.root, tuple(rows))


def _row(device: Device) -> results.DeviceRow:
    return results.DeviceRow(
        device.id,
        device.key,
        device.state.value,
        device.record,
        device.signature,
        device.created,
    )


def _own_row(device: Device, current: Device) -> results.DeviceRow:
    return results.DeviceRow(
        device.id,
        device.key,
        device.state.value,
        device.record,
        device.signature,
        device.created,
        device.name,
        device.seen,
        device.proof,
        device.enrolment,
        device.id == current.id,
    )


def add_device(
    state: State, session: Session, command: commands.AddDevice
) -> Deferred[results.OneTimeId]:
    """A one-time ID for another device of one's own."""
    return Deferred.fromCoroutine(_add_device(state, session))


async def _add_device(state: State, session: Session) -> results.OneTimeId:
    account, device = owner(session)
    if not state.devices_on:
        raise Refused(Code.LINKS_OFF)
    one_time_id, now = new_one_time_id(), state.now()
    expires = now + ENROLMENT_LIFE
    await state.need_store().add_enrolment(account.id, digest(canonical(one_time_id)), expires, now)
    state.check_here(session)
    record(state, "device_linked", account, device, session.peer)
    return results.OneTimeId(one_time_id, expires)


def sign_device(
    state: State, session: Session, command: commands.SignDevice
) -> Deferred[results.Nothing]:
    """Keep the root's signature over one of one's own devices."""
    return Deferred.fromCoroutine(_sign_device(state, session, command))


async def _sign_device(
    state: State, session: Session, command: commands.SignDevice
) -> results.Nothing:
    device = await _own_device(state, session, command.device)
    account, _ = owner(session)
    try:
        told = DeviceRecord.decode(command.record)
    except RecordError as error:
        raise Refused(Code.RECORD_INVALID, str(error)) from None
    if (
        (told.account, told.key) != (account.id, device.key)
        or device.state is DeviceState.REVOKED
        or not state.verify(account.root, command.signature, command.record)
    ):
        raise Refused(Code.RECORD_INVALID)
    device = await state.need_store().sign_device(device.id, command.record, command.signature)
    for one in sessions_of(state, device):
        one.device = device
    record(state, "device_signed", account, device, session.peer)
    _tell(state, account, device, "signed", session)
    return results.Nothing()


def revoke_device(
    state: State, session: Session, command: commands.RevokeDevice
) -> Deferred[results.Nothing]:
    """Take one of one's own devices off the account; its session ends, be it this one."""
    return Deferred.fromCoroutine(_revoke_device(state, session, command))


async def _revoke_device(
    state: State, session: Session, command: commands.RevokeDevice
) -> results.Nothing:
    device = await _own_device(state, session, command.device)
    account, _ = owner(session)
    device = await state.need_store().revoke(device.id)
    record(state, "device_revoked", account, device, session.peer, by=account.handle)
    revoked(state, account, device, session)
    return results.Nothing()


async def _own_device(state: State, session: Session, device: bytes) -> Device:
    """:raises Refused: NO_SUCH_DEVICE, it is nobody's or somebody else's."""
    account, _ = owner(session)
    found = await state.need_store().device_of_id(device)
    state.check_here(session)
    if found is None or found[0].id != account.id:
        raise Refused(Code.NO_SUCH_DEVICE)
    return found[1]
