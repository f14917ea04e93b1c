"""Whether a root vouches for something."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twisted.trial.unittest import SynchronousTestCase

from chatd.signature import verify

# RFC 8032, section 7.1, test 2.
KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
MESSAGE = b"\x72"


class Signatures(SynchronousTestCase):
    def test_the_owners(self) -> None:
        self.assertTrue(verify(KEY, SIGNATURE, MESSAGE))

    def test_changed(self) -> None:
        self.assertFalse(verify(KEY, SIGNATURE, b"\x73"))
        self.assertFalse(verify(KEY, bytes(64), MESSAGE))
        self.assertFalse(verify(KEY, SIGNATURE[:-1], MESSAGE))

    def test_somebody_elses(self) -> None:
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        self.assertFalse(verify(other, SIGNATURE, MESSAGE))

    def test_no_key(self) -> None:
        for key in (b"", b"short", bytes(33)):
            self.assertFalse(verify(key, SIGNATURE, MESSAGE))
