"""Keys, signatures of device records, and the proof of a further device."""

from __future__ import annotations

import hashlib
import hmac

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.device_record import DeviceRecord
from client.vault import keys

# RFC 7748, section 6.1: Alice's.
DEVICE = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
DEVICE_PUBLIC = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
# RFC 8032, section 7.1, test 1.
ROOT = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
ROOT_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

RECORD = DeviceRecord(bytes(range(16)), DEVICE_PUBLIC)


def flipped(value: bytes, place: int) -> bytes:
    """One bit is another."""
    return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]


class Keys(SynchronousTestCase):
    def test_public(self) -> None:
        self.assertEqual(keys.device_public(DEVICE), DEVICE_PUBLIC)
        self.assertEqual(keys.root_public(ROOT), ROOT_PUBLIC)

    def test_new(self) -> None:
        for make, size in (
            (keys.new_device_key, 32),
            (keys.new_root_key, 32),
            (keys.new_device_secret, 16),
        ):
            made = {make() for _ in range(3)}
            self.assertEqual([len(one) for one in made], [size] * 3)


class Signing(SynchronousTestCase):
    def test_vouched_for(self) -> None:
        signature = keys.sign(ROOT, RECORD)
        self.assertEqual(len(signature), 64)
        self.assertTrue(keys.signed(ROOT_PUBLIC, RECORD.encode(), signature))

    def test_tampered(self) -> None:
        record, signature = RECORD.encode(), keys.sign(ROOT, RECORD)
        for place in range(len(record)):
            self.assertFalse(keys.signed(ROOT_PUBLIC, flipped(record, place), signature), place)
        for place in range(len(signature)):
            self.assertFalse(keys.signed(ROOT_PUBLIC, record, flipped(signature, place)), place)
        other = keys.root_public(keys.new_root_key())
        self.assertFalse(keys.signed(other, record, signature))

    def test_what_is_no_signature(self) -> None:
        """A server may send anything."""
        for root in (b"", b"x", bytes(32), b"\xff" * 32, bytes(33)):
            for signature in (b"", bytes(63), bytes(64), b"\xff" * 64, bytes(65)):
                self.assertFalse(keys.signed(root, RECORD.encode(), signature))


class Proof(SynchronousTestCase):
    secret = bytes(range(16))

    def test_bytes(self) -> None:
        """As ``docs/security.rst`` has it."""
        for ends, given in ((bytes(64), ()), (b"s" * 32 + b"a" * 32, (b"s" * 32, b"a" * 32))):
            message = b"chatd device proof 1\0" + DEVICE_PUBLIC + ends
            expected = hmac.new(self.secret, message, hashlib.sha256).digest()
            self.assertEqual(keys.proof(self.secret, DEVICE_PUBLIC, *given), expected)
            self.assertTrue(keys.proves(expected, self.secret, DEVICE_PUBLIC, *given))

    def test_swapped_key(self) -> None:
        """What a server that plays a device would have to get through."""
        shown = keys.proof(self.secret, DEVICE_PUBLIC)
        self.assertFalse(keys.proves(shown, self.secret, flipped(DEVICE_PUBLIC, 31)))
        self.assertFalse(keys.proves(shown, self.secret, DEVICE_PUBLIC, b"s" * 32))
        self.assertFalse(keys.proves(shown, flipped(self.secret, 0), DEVICE_PUBLIC))
        for place in range(len(shown)):
            self.assertFalse(keys.proves(flipped(shown, place), self.secret, DEVICE_PUBLIC))
        self.assertFalse(keys.proves(b"", self.secret, DEVICE_PUBLIC))
