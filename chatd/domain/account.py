"""People the server knows: accounts, their devices, and what lets a device in.

An account's id never changes and names it in the store, in pins and in conversations; its handle is
how people call it: unique without regard to case and never given to somebody else. Its root key
is made by its first device; others pin that. A device is a static key for the handshake. Times are
milliseconds since the epoch (UTC). One-time IDs and tokens are random enough to be known by their
SHA-256 alone; only passwords need Argon2id.
"""

from __future__ import annotations

import hashlib
from dataclasses import field
from enum import StrEnum

from chatd.domain.value import value

#: Levels of security (seed 004): a guest has the lowest, an account 1 unless said.
LOWEST_LEVEL = 0
ACCOUNT_LEVEL = 1
HIGHEST_LEVEL = 9

ID_BYTES = 16
TOKEN_BYTES = 32

#: Milliseconds that a one-time ID is good for unless said otherwise.
ENROLMENT_LIFE = 72 * 3600 * 1000


class Role(StrEnum):
    """What somebody may do beside talking; separate from the level."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class DeviceState(StrEnum):
    """``suspended``: a copied vault was noticed, another device or an admin must enrol it anew;
    ``revoked``: it never signs in again."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@value
class Account:
    """A person.

    :ivar id: 16 random bytes.
    :ivar handle: as shown; "" never.
    :ivar display: a name for people, which others may have too; "" for none.
    :ivar password: the PHC string of its password, "" where it has none.
    :ivar root: the Ed25519 public key of its root, 32 bytes; b"" before its first device.
    :ivar seen: when they were here last, 0 for never; ``hides_seen``: nobody else is told.
    """

    id: bytes
    handle: str
    display: str
    level: int
    role: Role
    disabled: bool
    created: int
    password: str = field(default="", repr=False)
    root: bytes = b""
    seen: int = 0
    hides_seen: bool = False


def is_lowered(was: Account, account: Account) -> bool:
    """Whether an account may be kept out of rooms in which it was welcome before."""
    return account.level < was.level or was.role is Role.ADMIN


@value
class Device:
    """Something a person signs in with.

    :ivar id: 16 random bytes.
    :ivar account: the account's id.
    :ivar key: its static X25519 public key, 32 bytes.
    :ivar name: for its owner ("laptop").
    :ivar record: its device record (see :mod:`chatd.domain.device_record`), b"" before it has one.
    :ivar signature: of the record by the root key, 64 bytes; b"" while it is unsigned.
    :ivar proof: what the device that made its link checks before it signs; b"" without a link.
    :ivar enrolment: the SHA-256 of the one-time ID it came by, b"" where it came by password.
    :ivar seen: its last sign-in, 0 before the first.
    """

    id: bytes
    account: bytes
    key: bytes
    name: str
    state: DeviceState
    created: int
    seen: int = 0
    record: bytes = b""
    signature: bytes = b""
    proof: bytes = b""
    enrolment: bytes = b""

    @property
    def signed(self) -> bool:
        """Whether the account's root vouches for it."""
        return bool(self.signature)


@value
class NewDevice:
    """What a device tells of itself when it enrols or signs in by password for the first time.

    :ivar key: its static key.
    :ivar root: the root key it made, used where the account has none yet.
    """

    key: bytes
    name: str
    root: bytes = b""
    proof: bytes = b""


def digest(secret: bytes) -> bytes:
    """How a one-time ID or a token is kept: its SHA-256, 32 bytes."""
    return hashlib.sha256(secret).digest()
