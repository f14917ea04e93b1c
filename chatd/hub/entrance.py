"""Letting in: guests, and accounts by password, by one-time ID, by a device's token.

Promises: one sign-in of a device at a time. Nothing is awaited between the store's answer and the
entry, so that an order which is done after it (disable, revoke) finds the session. Nobody enters
for a connection that gave up meanwhile. The rules of tokens are those of ``docs/security.rst``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from twisted.internet.defer import Deferred

from chatd.domain.account import TOKEN_BYTES, Account, Device, NewDevice, digest
from chatd.domain.credentials import (
    AsGuest,
    Credentials,
    WithOneTimeId,
    WithPassword,
    WithToken,
)
from chatd.domain.names import clean_nick
from chatd.domain.sign_in import Outcome, TokenSignIn
from chatd.errors import ChatError, Code, EntryError, Refused
from chatd.hub import devices, joining, password, people, presence
from chatd.hub.person import Person
from chatd.hub.session import Session
from chatd.interfaces import IPeer, ISession

if TYPE_CHECKING:
    from chatd.hub.state import State

#: A session, and the token that its device stores for the next time.
Admission = tuple[ISession, bytes]

_REFUSALS = {
    Outcome.LATE: Code.CONNECTION_OUTDATED,
    Outcome.COPIED: Code.VAULT_COPIED,
    Outcome.SUSPENDED: Code.DEVICE_SUSPENDED,
    Outcome.REVOKED: Code.DEVICE_REVOKED,
    Outcome.DISABLED: Code.ACCOUNT_DISABLED,
    Outcome.FOREIGN: Code.DEVICE_UNKNOWN,
    Outcome.UNKNOWN: Code.DEVICE_UNKNOWN,
}


@dataclass(slots=True)
class Visit:
    """A connection that wants to sign in.

    :ivar key: its public key, b"" where the door has none.
    :ivar began: monotonic seconds.
    :ivar gone: nobody waits for the outcome any more.
    """

    peer: IPeer
    key: bytes
    began: float
    gone: bool = False


def sign_in(state: State, visit: Visit, shown: Credentials) -> Deferred[Admission]:
    """Let somebody in; see :class:`chatd.interfaces.IHub`. The Deferred may be cancelled: then what
    the store has begun is done, and nobody enters."""

    def give_up(_: Deferred[Admission]) -> None:
        visit.gone = True

    answer: Deferred[Admission] = Deferred(give_up)
    Deferred.fromCoroutine(_answer(state, visit, shown, answer))
    return answer


def let_in_guest(state: State, visit: Visit, nick: str) -> ISession:
    """Let a guest in; see :class:`chatd.interfaces.IHub`."""
    if not state.guests:
        raise EntryError(Code.GUESTS_OFF)
    _check_capacity(state, kept=state.limits.kept if state.passwords_on or state.devices_on else 0)
    nick = clean_nick(nick, state.limits.nick) if nick else state.random_nick()
    people.check_free(state, nick)
    person = Person(nick, state.limits, visit.peer.door.capabilities.counts_refused)
    session = _enter(state, visit, person, None)
    joining.enter_lobby_now(state, session)
    return cast(ISession, session)


async def _answer(
    state: State, visit: Visit, shown: Credentials, answer: Deferred[Admission]
) -> None:
    try:
        admission = await _admit(state, visit, shown)
    except Exception as error:
        if not visit.gone:
            answer.errback(error)
        elif not isinstance(error, ChatError):
            raise  # to nobody: logged as an unhandled error
    else:
        answer.callback(admission)


async def _admit(state: State, visit: Visit, shown: Credentials) -> Admission:
    try:
        match shown:
            case AsGuest(nick):
                return let_in_guest(state, visit, nick), b""
            case WithPassword():
                return await _by_password(state, visit, shown)
            case WithOneTimeId(one_time_id, device):
                return await _by_one_time_id(state, visit, one_time_id, device)
            case WithToken(token):
                return await _by_token(state, visit, token)
    except Refused as error:
        if error.code is Code.NO_SUCH_ACCOUNT:  # it was removed while its password was checked
            raise EntryError(Code.CREDENTIALS_WRONG) from None
        if error.code // 100 != 2:
            raise
        raise EntryError(error.code, error.text, error.wait, account=error.account) from None


async def _by_password(state: State, visit: Visit, shown: WithPassword) -> Admission:
    if not state.passwords_on:
        raise EntryError(Code.METHOD_OFF)
    found = await password.check(state, visit.peer, shown.handle, shown.password)
    token, new = secrets.token_bytes(TOKEN_BYTES), replace(shown.device, key=visit.key)
    async with state.one_at_a_time.hold(visit.key):
        known = await state.need_store().register(
            found.id, found.password, new, digest(token), state.now()
        )
        if known.new:
            devices.enrolled(state, known.account, known.device, visit.peer)
        return await _let_in(state, visit, known.account, known.device), token


async def _by_one_time_id(
    state: State, visit: Visit, one_time_id: bytes, device: NewDevice
) -> Admission:
    if not state.devices_on:
        raise EntryError(Code.METHOD_OFF)
    token, new = secrets.token_bytes(TOKEN_BYTES), replace(device, key=visit.key)
    async with state.one_at_a_time.hold(visit.key):
        redeemed = await state.need_store().redeem(
            digest(one_time_id), new, digest(token), state.now()
        )
        if not redeemed.repeated:
            state.confirmed[visit.key] = state.clock.seconds()
            devices.enrolled(state, redeemed.account, redeemed.device, visit.peer)
        return await _let_in(state, visit, redeemed.account, redeemed.device), token


async def _by_token(state: State, visit: Visit, token: bytes) -> Admission:
    if not state.devices_on:
        raise EntryError(Code.METHOD_OFF)
    successor = secrets.token_bytes(TOKEN_BYTES)
    async with state.one_at_a_time.hold(visit.key):
        late = visit.began < state.confirmed.get(visit.key, visit.began)
        signed_in = await state.need_store().sign_in(
            visit.key, digest(token), digest(successor), late, state.now()
        )
        outcome, account, device = signed_in.outcome, signed_in.account, signed_in.device
        if outcome in _REFUSALS or account is None or device is None:
            raise _refuse(state, visit, signed_in)
        if signed_in.confirmed or outcome is Outcome.REGENERATED:
            state.confirmed[visit.key] = state.clock.seconds()
        if outcome is Outcome.REGENERATED:
            devices.record(state, "token_regenerated", account, device, visit.peer)
        return await _let_in(state, visit, account, device), successor


def _refuse(state: State, visit: Visit, refused: TokenSignIn) -> EntryError:
    code, account, device = _REFUSALS[refused.outcome], refused.account, refused.device
    if account is None or device is None:
        return EntryError(code)
    if refused.outcome is Outcome.COPIED:
        devices.copied(state, account, device, visit.peer)
    else:
        devices.record(
            state,
            "token_refused",
            account,
            device,
            visit.peer,
            reason=refused.outcome.value,
            code=int(code),
        )
    return EntryError(code, account=account.handle)


async def _let_in(state: State, visit: Visit, account: Account, device: Device) -> ISession:
    """Let a device in, in the place of the session that it has already. It may wait for the store,
    but only once it is in: for the lobby."""
    if visit.gone:
        raise EntryError(Code.CONNECTION_LOST)
    person = state.known(account.id)
    old = devices.sessions_of(state, device)
    if any(one.began > visit.began for one in old):
        raise EntryError(Code.CONNECTION_OUTDATED)
    _check_capacity(state, replaced=len(old))
    state.refresh(account)
    if person is None:
        people.give_way(state, account.handle)
        counts_refused = visit.peer.door.capabilities.counts_refused
        person = Person(account.handle, state.limits, counts_refused, account)
    first = not person.sessions
    session = _enter(state, visit, person, device)
    state.close_sessions(old, EntryError(Code.REPLACED))
    if first:
        presence.arrived(state, person)
        await joining.enter_lobby(state, session)
        if visit.gone:
            lost = EntryError(Code.CONNECTION_LOST)
            state.close_sessions([session], lost)
            raise lost
    joining.remind(state, session)
    return cast(ISession, session)


def _check_capacity(state: State, *, replaced: int = 0, kept: int = 0) -> None:
    if len(state.sessions) - replaced >= state.limits.capacity - kept:
        raise EntryError(Code.SERVER_FULL, wait=30.0)


def _enter(state: State, visit: Visit, person: Person, device: Device | None) -> Session:
    session = Session(visit.key, visit.peer, person, device)
    session.since = state.now()
    session.began = visit.began
    session.active = state.clock.seconds()
    state.enter(session)
    state.record("signed_in", session)
    return session
