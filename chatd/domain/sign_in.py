"""How signing in ends: what the store answers, told apart by type and outcome."""

from __future__ import annotations

from enum import Enum

from chatd.domain.account import Account, Device
from chatd.domain.value import value


@value
class Redeemed:
    """A one-time ID was used. ``first``: the account had no root before; ``repeated``: this key had
    used it already and asks again."""

    account: Account
    device: Device
    first: bool
    repeated: bool


@value
class Registered:
    """A password let a device in. ``new``: the device was not known; ``first``: as above."""

    account: Account
    device: Device
    new: bool
    first: bool


class Outcome(Enum):
    """What became of a token."""

    ACCEPTED = "accepted"  # the confirmed token, or an unconfirmed successor, which confirms it
    REGENERATED = "regenerated"  # unknown, but the store was restored since: good once
    LATE = "late"  # dead, on a connection older than its death: refused, no alarm
    COPIED = "copied"  # dead, with its own device's key: the device is suspended now
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    DISABLED = "disabled"
    FOREIGN = "foreign"  # a token of another device
    UNKNOWN = "unknown"  # no device has this key


@value
class TokenSignIn:
    """``account`` and ``device`` are None where nobody has the key. ``confirmed``: by being used,
    this token has become the only old one."""

    outcome: Outcome
    account: Account | None = None
    device: Device | None = None
    confirmed: bool = False
