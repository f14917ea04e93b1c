"""The keys of a device and its account, as raw bytes; what is signed and proved with them.

A device's key is X25519 and names its connections; the account's root key is Ed25519 and vouches
for devices. A further device that comes by a link proves with the link's second secret, which the
server never sees, that these keys are its own: HMAC-SHA256 over ``chatd device proof 1``, a zero
byte, its static key and its two end-to-end keys (zeros while it has none).
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.device_record import NO_KEY, DeviceRecord
from chatd.domain.link import DEVICE_SECRET_BYTES

_PROOF = b"chatd device proof 1\0"


def new_device_key() -> bytes:
    """A private X25519 key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def new_root_key() -> bytes:
    """A private Ed25519 key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def new_device_secret() -> bytes:
    """The second secret of a link for a further device, 16 bytes."""
    return secrets.token_bytes(DEVICE_SECRET_BYTES)


def device_public(device_key: bytes) -> bytes:
    """The public key of a private X25519 key, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(device_key).public_key().public_bytes_raw()


def root_public(root_key: bytes) -> bytes:
    """The public key of a private Ed25519 key, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(root_key).public_key().public_bytes_raw()


def sign(root_key: bytes, record: DeviceRecord) -> bytes:
    """The root's signature of a device record, 64 bytes.

    :param root_key: private.
    """
    return Ed25519PrivateKey.from_private_bytes(root_key).sign(record.encode())


def signed(root: bytes, record: bytes, signature: bytes) -> bool:
    """Whether the root vouches for these bytes.

    :param root: its public key; whatever comes from outside is taken, and refused by False.
    """
    try:
        Ed25519PublicKey.from_public_bytes(root).verify(signature, record)
    except (InvalidSignature, ValueError):
        return False
    return True


def proof(
    device_secret: bytes, key: bytes, signing: bytes = NO_KEY, agreement: bytes = NO_KEY
) -> bytes:
    """What a further device shows of its public keys to the one that made its link, 32 bytes."""
    return hmac.digest(device_secret, _PROOF + key + signing + agreement, "sha256")


def proves(
    shown: bytes,
    device_secret: bytes,
    key: bytes,
    signing: bytes = NO_KEY,
    agreement: bytes = NO_KEY,
) -> bool:
    """Whether ``shown`` is the :func:`proof` for these keys; compared in constant time."""
    return hmac.compare_digest(shown, proof(device_secret, key, signing, agreement))
