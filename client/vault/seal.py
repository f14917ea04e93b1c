"""The file of a vault: bytes in, bytes out.

::

    magic 11 | version 1 | memory 4 | passes 1 | lanes 1 | salt 16 | nonce 12
    ChaCha20-Poly1305 ciphertext and its tag of 16 | SHA-256 of all before 32

The key comes from the password by Argon2id (RFC 9106) with the header's memory (KiB, big-endian),
passes, lanes and salt. The header is the associated data of the AEAD (RFC 8439). Promises: a header
costs no work before its parameters are found sane; no nonce is used twice but by a chance below
2^-32 for 2^32 writes under one password.

The SHA-256 is no secret and protects against nothing but accidents: by it a file that a disk spoilt
is told from a wrong password, before anybody types one. Whoever changes a file and its SHA-256 on
purpose is refused by the AEAD, which cannot tell that from a wrong password.
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from . import password as passwords
from .errors import DamagedVault, NewerVault, NotAVault, VaultError, WrongPassword

MAGIC = b"chatd vault"
#: Of the file and of what is sealed in it: whatever an older program would lose makes a new one.
VERSION = 1
#: Bytes of a whole file, at most.
LARGEST = 16 * 1024 * 1024

_HEADER = struct.Struct(">11sBIBB16s12s")
_SALT_BYTES = 16
_NONCE_BYTES = 12
_KEY_BYTES = 32
_TAG_BYTES = 16
_DIGEST_BYTES = 32
_SMALLEST = _HEADER.size + _TAG_BYTES + _DIGEST_BYTES

# What a header may ask for at most.
_MAX_MEMORY = 256 * 1024
_MAX_PASSES = 16
_MAX_LANES = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one password takes: RFC 9106's second recommended choice unless said otherwise.

    :ivar memory: KiB.
    """

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def sane(self) -> bool:
        """Whether Argon2id is defined for it, and it is not made to exhaust this machine."""
        return (
            1 <= self.lanes <= _MAX_LANES
            and 1 <= self.passes <= _MAX_PASSES
            and 8 * self.lanes <= self.memory <= _MAX_MEMORY
        )


COST = Cost()


@dataclass(frozen=True, slots=True)
class Key:
    """What opens and seals a vault; kept while it is open, so that saving takes no time.

    :ivar secret: 32 bytes.
    """

    cost: Cost
    salt: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def derive(cls, password: str, cost: Cost = COST, salt: bytes = b"") -> Self:
        """Do the work of Argon2id: a fraction of a second, in which other threads run.

        :param salt: 16 bytes; b"" for new random ones.
        :raises UnfitPassword: the password is too long.
        :raises VaultError: there is not enough memory.
        """
        salt = salt or os.urandom(_SALT_BYTES)
        kdf = Argon2id(
            salt=salt,
            length=_KEY_BYTES,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory,
        )
        try:
            return cls(cost, salt, kdf.derive(passwords.encode(password)))
        except MemoryError:
            raise VaultError(
                f"opening the vault takes {cost.memory // 1024} MiB of memory, which this machine "
                "does not have now: end other programs and try again"
            ) from None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A vault's file, taken apart but not opened."""

    cost: Cost
    salt: bytes
    nonce: bytes = field(repr=False)
    header: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)

    @classmethod
    def parse(cls, file: bytes, name: str = "the vault") -> Self:
        """Take a file apart.

        :param name: what errors call it.
        :raises NotAVault: it is something else.
        :raises NewerVault: a later program wrote it.
        :raises DamagedVault: it is not whole, or was changed.
        """
        if file[: len(MAGIC)] != MAGIC:
            raise NotAVault(f"{name} is not a vault of chatc: move it away, then try again")
        version = file[len(MAGIC)] if len(file) > len(MAGIC) else 0
        if version > VERSION:
            raise NewerVault(
                f"{name} was written by a newer chatc (version {version}; this one reads up to "
                f"{VERSION}): update chatc; nothing is lost"
            )
        body, checksum = file[:-_DIGEST_BYTES], file[-_DIGEST_BYTES:]
        if not _SMALLEST <= len(file) <= LARGEST or hashlib.sha256(body).digest() != checksum:
            raise damaged(name)
        _, version, memory, passes, lanes, salt, nonce = _HEADER.unpack_from(body)
        cost = Cost(memory, passes, lanes)
        if version != VERSION or not cost.sane:
            raise damaged(name)
        return cls(cost, salt, nonce, body[: _HEADER.size], body[_HEADER.size :])

    def key(self, password: str) -> Key:
        """The key that a password gives for this file; :meth:`Key.derive` says what that takes."""
        return Key.derive(password, self.cost, self.salt)

    def open(self, key: Key) -> bytes:
        """What was sealed.

        :raises WrongPassword: this is not the key, or the file was changed on purpose.
        """
        try:
            return ChaCha20Poly1305(key.secret).decrypt(self.nonce, self.ciphertext, self.header)
        except InvalidTag:
            raise WrongPassword("the password is wrong; nothing is lost, try again") from None


def seal(contents: bytes, key: Key) -> bytes:
    """A whole file, with a nonce of its own.

    :raises VaultError: there is too much to seal.
    """
    if len(contents) > LARGEST - _SMALLEST:
        raise VaultError(f"a vault holds at most {LARGEST // 1024**2} MiB: it is not saved")
    nonce = os.urandom(_NONCE_BYTES)
    cost = key.cost
    header = _HEADER.pack(MAGIC, VERSION, cost.memory, cost.passes, cost.lanes, key.salt, nonce)
    body = header + ChaCha20Poly1305(key.secret).encrypt(nonce, contents, header)
    return body + hashlib.sha256(body).digest()


def damaged(name: str) -> DamagedVault:
    """The error for a file that is not as it was written."""
    return DamagedVault(
        f"{name} is damaged: put the newest copy you have in its place, or move it away and enrol "
        "this device anew"
    )
