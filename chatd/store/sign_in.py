"""Signing in by token: who is let in, what kills a token, and what a dead one means.

The rules are those of ``docs/protocol.rst``, Tokens. A token that is none of the device's, shown
with the device's own key, was used up by somebody who has the same vault; unless this store is an
older one that was put back, or the connection is older than the token's death. Each function is
one operation: see ``accounts.py``.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from chatd.domain.account import Account, Device, DeviceState
from chatd.domain.sign_in import Outcome, TokenSignIn
from chatd.store import devices, enrolments, generation, tokens
from chatd.store.schema import devices as device_table


def sign_in(
    connection: Connection,
    key: bytes,
    token_hash: bytes,
    successor_hash: bytes,
    late: bool,
    now: int,
) -> TokenSignIn:
    """One use of a token. Whoever is let in has the successor beside it, not confirmed yet."""
    known = devices.of_key(connection, key)
    if known is None:
        return TokenSignIn(Outcome.UNKNOWN)
    account, device = known
    if barred := _barred(account, device):
        return TokenSignIn(barred, account, device)
    token = tokens.find(connection, token_hash)
    confirmed = False
    if token is not None and token.device == device.id:
        outcome = Outcome.ACCEPTED
        confirmed = not token.confirmed and confirm(connection, device.id, token_hash)
    elif _older(connection, device):
        outcome = Outcome.REGENERATED
        tokens.drop(connection, device.id)
    elif late:
        return TokenSignIn(Outcome.LATE, account, device)
    elif token is not None:
        return TokenSignIn(Outcome.FOREIGN, account, device)
    else:
        return TokenSignIn(Outcome.COPIED, account, devices.suspend(connection, device.id))
    tokens.add(connection, device.id, successor_hash)
    return TokenSignIn(outcome, account, devices.enter(connection, device.id, now), confirmed)


def confirm(connection: Connection, device: bytes, token_hash: bytes) -> bool:
    """Whether it is one of the device's tokens: then it is the only one from now on."""
    token = tokens.find(connection, token_hash)
    known = devices.of_id(connection, device)
    if token is None or known is None or token.device != device:
        return False
    tokens.confirm(connection, device, token_hash)
    enrolments.settle(connection, known[1].key)
    return True


def _barred(account: Account, device: Device) -> Outcome | None:
    """What keeps it out whatever the token is."""
    if account.disabled:
        return Outcome.DISABLED
    if device.state is DeviceState.REVOKED:
        return Outcome.REVOKED
    if device.state is DeviceState.SUSPENDED:
        return Outcome.SUSPENDED
    return None


def _older(connection: Connection, device: Device) -> bool:
    """Whether it was here last before an older store was put back."""
    before = device_table.c.generation < generation.CURRENT
    older: bool = connection.execute(
        select(before).where(device_table.c.id == device.id)
    ).scalar_one()
    return older
