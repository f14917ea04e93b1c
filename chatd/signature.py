"""Ed25519 signatures (RFC 8032), checked: by these an account's root vouches for its devices."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a public key of 32 bytes signed a message; what is no key signed nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
