"""The vault's password: which ones it takes, and their bytes.

Equal passwords are equal whatever keyboard composed their accents (RFC 8265, section 4.2: NFC).
"""

from __future__ import annotations

import unicodedata

from .errors import UnfitPassword

#: Characters of a new password, at least; it guards against somebody who has the file.
SHORTEST = 8
#: Bytes in UTF-8, at most.
LONGEST = 1024


def encode(password: str) -> bytes:
    """The bytes that the key is derived from.

    :raises UnfitPassword: it is longer than any vault's password.
    """
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    if len(secret) > LONGEST:
        raise UnfitPassword(f"a password has at most {LONGEST} bytes: choose a shorter one")
    return secret


def check_new(password: str) -> None:
    """Whether somebody may choose this password.

    :raises UnfitPassword: it is empty, too short or too long.
    """
    if not password:
        raise UnfitPassword("the password is empty: choose one, nothing opens the vault without it")
    encode(password)
    if len(unicodedata.normalize("NFC", password)) < SHORTEST:
        raise UnfitPassword(
            f"the password is too short: take at least {SHORTEST} characters; "
            "a few words are easy to remember"
        )
