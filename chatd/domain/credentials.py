"""What somebody shows to be let in (seed 001: nothing; seed 003: a password; seed 004: a one-time
ID, then a token), one value a way. Secrets are never in a ``repr``."""

from __future__ import annotations

from dataclasses import field

from chatd.domain.account import NewDevice
from chatd.domain.value import value


@value
class AsGuest:
    """``nick``: the one wanted, "" for any."""

    nick: str


@value
class WithPassword:
    """``device`` becomes one of the account's devices, unsigned."""

    handle: str
    password: str = field(repr=False)
    device: NewDevice


@value
class WithOneTimeId:
    """``one_time_id`` in its canonical form (:mod:`chatd.domain.one_time_id`)."""

    one_time_id: bytes = field(repr=False)
    device: NewDevice


@value
class WithToken:
    """The device is told by the key of its connection."""

    token: bytes = field(repr=False)


Credentials = AsGuest | WithPassword | WithOneTimeId | WithToken
