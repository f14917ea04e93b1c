"""Passwords: salted, memory-hard hashes, made off the reactor's thread.

Argon2id (RFC 9106) with 19 MiB and two passes, as PHC strings (``$argon2id$v=19$m=…``). Promises:
at most two are computed at a time and at most 32 wait, so that strangers cannot take the machine's
memory; a stored string that asks for more than is sane is refused before it costs anything.
Equal passwords are equal whatever keyboard composed their accents (RFC 8265, section 4.2: NFC).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from twisted.internet.defer import Deferred, fail
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from chatd.errors import Code, Refused
from chatd.interfaces import IPasswords

T = TypeVar("T")

#: How many are computed at a time, and how many more may wait.
THREADS = 2
MAX_WAITING = 32

_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1
_SALT_BYTES = 16
_HASH_BYTES = 32

# What a stored string may ask for at most.
_MAX_MEMORY_KIB = 256 * 1024
_MAX_PASSES = 10
_MAX_LANES = 8
_PHC = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}",
    re.ASCII,
)


@implementer(IPasswords)
class Passwords:
    """A small pool of threads that does nothing else.

    :param reactor: gets the results back to its thread.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._pool = ThreadPool(0, THREADS, "passwords")
        self._unfinished = 0

    def start(self) -> None:
        """Begin to compute; what was asked for before is done now."""
        self._pool.start()

    def stop(self) -> None:
        """End the threads, after what they are at."""
        self._pool.stop()

    def hash(self, password: str) -> Deferred[str]:
        """A new hash of a password, as a PHC string.

        :raises Refused: through the Deferred: too many are waiting (BUSY).
        """
        secret = _encode(password)
        return self._defer(lambda: _hash(secret))

    def verify(self, password: str, phc: str) -> Deferred[bool]:
        """Whether a password is the one of a PHC string.

        :raises Refused: through the Deferred: too many are waiting (BUSY).
        :raises ValueError: through the Deferred: the string is none of Argon2id, or asks for more
            than is sane.
        """
        try:
            _check(phc)
        except ValueError:
            return fail()
        secret = _encode(password)
        return self._defer(lambda: _verify(secret, phc))

    def _defer(self, work: Callable[[], T]) -> Deferred[T]:
        if self._unfinished >= THREADS + MAX_WAITING:
            return fail(Refused(Code.BUSY, wait=1.0))
        self._unfinished += 1
        result: Deferred[T] = deferToThreadPool(self._reactor, self._pool, work)
        return result.addBoth(self._finished)

    def _finished(self, result: T) -> T:
        self._unfinished -= 1
        return result


def _encode(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _hash(secret: bytes) -> str:
    kdf = Argon2id(
        salt=os.urandom(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=_PASSES,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    )
    return kdf.derive_phc_encoded(secret)


def _verify(secret: bytes, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(secret, phc)
    except InvalidKey:
        return False
    return True


def _check(phc: str) -> None:
    match = _PHC.fullmatch(phc)
    if match is None:
        raise ValueError("a stored password is no PHC string of Argon2id")
    memory, passes, lanes = map(int, match.groups())
    if not (
        1 <= lanes <= _MAX_LANES
        and 1 <= passes <= _MAX_PASSES
        and 8 * lanes <= memory <= _MAX_MEMORY_KIB
    ):
        raise ValueError("a stored password asks for an insane amount of work")
