"""One-time IDs: what an admin hands over face to face, and a person types (seed 004).

100 random bits as 20 characters in groups of four, from letters and digits that do not look alike
(Crockford's base 32). Reading forgives case, missing hyphens, and I, L and O for 1 and 0.
"""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 20
_GROUP = 4
_READ = str.maketrans("ilo", "110", "- ")


def new_one_time_id() -> str:
    """A fresh one, as it is printed: ``7K3M-…``."""
    bare = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(bare[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def canonical(text: str) -> bytes:
    """What is hashed and sent, however it was typed; what is none matches nothing."""
    return text.lower().translate(_READ).upper().encode()
