"""Passwords of accounts: tried one at a time for an account and an address, counted, audited.

A name that no account has costs the same work and gets the same answer as a wrong password.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from chatd.domain.entry import network_of
from chatd.domain.names import fold
from chatd.errors import Code, EntryError

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.state import State
    from chatd.interfaces import IPeer


async def check(state: State, peer: IPeer, handle: str, password: str) -> Account:
    """Whose password this is. Whether the account is disabled is the caller's question.

    :raises EntryError: CREDENTIALS_WRONG, or LOCKED_OUT with the seconds to wait.
    :raises Refused: too many passwords wait (BUSY), or the store failed; that is no failure here.
    """
    async with state.one_at_a_time.hold((fold(handle), network_of(peer.address))):
        if wait := state.lockout.attempt(handle, peer.address, state.clock.seconds()):
            text = f"too many wrong passwords; wait {ceil(wait)} s before the next attempt"
            raise EntryError(Code.LOCKED_OUT, text, wait)
        account = await state.need_store().account(handle)
        if account is not None and account.password:
            right = await state.passwords.verify(password, account.password)
        else:
            await state.passwords.hash(password)
            right = False
        if account is not None and right:
            state.lockout.succeeded(handle, peer.address)
            return account
        raise _wrong(state, peer, handle, account)


def _wrong(state: State, peer: IPeer, handle: str, account: Account | None) -> EntryError:
    # What is no account's name may be somebody's password, typed into the wrong field.
    fields: dict[str, Any] = {"address": peer.address, "door": peer.door.name}
    if account is not None:
        fields["account"] = account.handle
    state.audit.record("password_wrong", **fields)
    if seconds := state.lockout.failed(handle, peer.address, state.clock.seconds()):
        state.audit.record("locked_out", seconds=seconds, **fields)
    return EntryError(Code.CREDENTIALS_WRONG)
