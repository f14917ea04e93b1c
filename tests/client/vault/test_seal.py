"""The vault's file: its bytes, and what becomes of it when any of them is changed."""

from __future__ import annotations

import hashlib
import resource
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from client.vault.errors import (
    DamagedVault,
    NewerVault,
    NotAVault,
    UnfitPassword,
    VaultError,
    WrongPassword,
)
from client.vault.seal import COST, LARGEST, Cost, Key, Sealed, seal

from .vault_case import CHEAP, PASSWORD

CONTENTS = b"<the contents>"
KEY = Key.derive(PASSWORD, CHEAP)
FILE = seal(CONTENTS, KEY)

# Where things are in a file.
VERSION = 11
COSTS = slice(12, 18)
SALT = slice(18, 34)
NONCE = slice(34, 46)
HEADER = slice(0, 46)
CHECKSUM = 32


def changed(place: int, byte: int) -> bytes:
    """The file with one byte flipped by ``byte``, its checksum as it was."""
    return FILE[:place] + bytes([FILE[place] ^ byte]) + FILE[place + 1 :]


def mended(file: bytes) -> bytes:
    """A file with the checksum that belongs to it, as somebody would who changes it on purpose."""
    body = file[:-CHECKSUM]
    return body + hashlib.sha256(body).digest()


def with_cost(memory: int, passes: int, lanes: int) -> bytes:
    """A file whose header asks for this."""
    costs = memory.to_bytes(4, "big") + bytes([passes, lanes])
    return mended(FILE[: COSTS.start] + costs + FILE[COSTS.stop :])


class Format(SynchronousTestCase):
    def test_bytes(self) -> None:
        """As ``docs/security.rst`` has it, opened with nothing of ours."""
        self.assertEqual(FILE[:12], b"chatd vault\x01")
        self.assertEqual(FILE[COSTS], b"\0\0\0\x08\x01\x01")
        kdf = Argon2id(salt=FILE[SALT], length=32, iterations=1, lanes=1, memory_cost=8)
        sealed = FILE[HEADER.stop : -CHECKSUM]
        opened = ChaCha20Poly1305(kdf.derive(PASSWORD.encode())).decrypt(
            FILE[NONCE], sealed, FILE[HEADER]
        )
        self.assertEqual(opened, CONTENTS)
        self.assertEqual(hashlib.sha256(FILE[:-CHECKSUM]).digest(), FILE[-CHECKSUM:])

    def test_the_real_cost(self) -> None:
        """RFC 9106, section 4, the second choice: 64 MiB, three passes, four lanes."""
        self.assertEqual(COST, Cost(memory=65536, passes=3, lanes=4))
        file = seal(CONTENTS, Key.derive(PASSWORD))
        sealed = Sealed.parse(file)
        self.assertEqual(sealed.cost, COST)
        self.assertEqual(sealed.open(sealed.key(PASSWORD)), CONTENTS)

    def test_nothing_twice(self) -> None:
        """A nonce for each writing, a salt for each password."""
        again = seal(CONTENTS, KEY)
        self.assertEqual(again[SALT], FILE[SALT])
        self.assertNotEqual(again[NONCE], FILE[NONCE])
        self.assertNotEqual(Key.derive(PASSWORD, CHEAP).salt, KEY.salt)

    def test_empty(self) -> None:
        self.assertEqual(Sealed.parse(seal(b"", KEY)).open(KEY), b"")

    def test_largest(self) -> None:
        most = LARGEST - len(seal(b"", KEY))
        file = seal(bytes(most), KEY)
        self.assertEqual(len(file), LARGEST)
        self.assertEqual(Sealed.parse(file).open(KEY), bytes(most))
        error = self.assertRaises(VaultError, seal, bytes(most + 1), KEY)
        self.assertIn("at most 16 MiB", str(error))
        self.assertRaises(DamagedVault, Sealed.parse, mended(file + b"x"))

    def test_repr_is_silent(self) -> None:
        sealed = Sealed.parse(FILE)
        for value in (KEY, sealed):
            for secret in (KEY.secret, sealed.nonce, sealed.ciphertext):
                self.assertNotIn(repr(secret), repr(value))
        self.assertNotIn("secret", repr(KEY))


class Passwords(SynchronousTestCase):
    def test_wrong(self) -> None:
        sealed = Sealed.parse(FILE)
        for password in ("", "x", PASSWORD.upper(), PASSWORD + " ", "x" * 1024):
            error = self.assertRaises(WrongPassword, sealed.open, sealed.key(password))
            self.assertIn("the password is wrong; nothing is lost", str(error))

    def test_too_long(self) -> None:
        self.assertRaises(UnfitPassword, Sealed.parse(FILE).key, "x" * 1025)

    def test_however_composed(self) -> None:
        """An e with an accent is one character or two."""
        file = seal(CONTENTS, Key.derive("caf\u00e9 au lait", CHEAP))
        sealed = Sealed.parse(file)
        self.assertEqual(sealed.open(sealed.key("cafe\u0301 au lait")), CONTENTS)


class Tampered(SynchronousTestCase):
    def test_by_accident(self) -> None:
        """Whichever byte is spoilt, nobody is told that the password is wrong."""
        for place in range(len(FILE)):
            error: type[VaultError] = NotAVault if place < VERSION else DamagedVault
            if place == VERSION:
                error = NewerVault
            self.assertRaises(error, Sealed.parse, changed(place, 0x10))

    def test_on_purpose(self) -> None:
        """With a checksum that fits, and even to somebody who has the key already."""
        for place in range(COSTS.start, len(FILE) - CHECKSUM):
            file = mended(changed(place, 0x01))
            try:
                sealed = Sealed.parse(file)
            except DamagedVault:
                self.assertIn(place, range(COSTS.start, COSTS.stop))
                continue
            self.assertRaises(WrongPassword, sealed.open, KEY)
            if place >= COSTS.stop:
                self.assertRaises(WrongPassword, sealed.open, sealed.key(PASSWORD))

    def test_cut_off(self) -> None:
        for end in range(len(FILE)):
            error = NotAVault if end < VERSION else DamagedVault
            self.assertRaises(error, Sealed.parse, FILE[:end])

    def test_moved_header(self) -> None:
        """The ciphertext of one writing with the header of another."""
        other = seal(b"<what was there before>", KEY)
        file = mended(other[HEADER] + FILE[HEADER.stop :])
        self.assertRaises(WrongPassword, Sealed.parse(file).open, KEY)

    def test_texts(self) -> None:
        """Which file, what happened, what to do."""
        for file, part in (
            (b"{}", "/v is not a vault of chatc: move it away"),
            (b"", "/v is not a vault"),
            (b"chatd vault\x02 in another form", "/v was written by a newer chatc (version 2; "),
            (changed(VERSION, 0xFE), "this one reads up to 1): update chatc; nothing is lost"),
            (b"chatd vault\x00" + FILE[12:], "/v is damaged: put the newest copy you have in"),
            (changed(60, 1), "or move it away and enrol this device anew"),
        ):
            self.assertIn(part, str(self.assertRaises(VaultError, Sealed.parse, file, "/v")))


class Costs(SynchronousTestCase):
    """What a header may ask for is settled before anything is done for it."""

    def test_insane(self) -> None:
        for memory, passes, lanes in (
            (0, 1, 1),
            (7, 1, 1),
            (31, 1, 4),
            (256 * 1024 + 1, 1, 1),
            (2**32 - 1, 1, 1),
            (8, 0, 1),
            (8, 17, 1),
            (8, 255, 1),
            (8, 1, 0),
            (2**16, 1, 17),
            (2**16, 1, 255),
        ):
            self.assertFalse(Cost(memory, passes, lanes).sane)
            self.assertRaises(DamagedVault, Sealed.parse, with_cost(memory, passes, lanes))

    def test_sane(self) -> None:
        """At the bounds, Argon2id takes it."""
        for memory, passes, lanes in ((8, 1, 1), (128, 1, 16), (8, 16, 1)):
            sealed = Sealed.parse(with_cost(memory, passes, lanes))
            self.assertEqual(sealed.cost, Cost(memory, passes, lanes))
            self.assertEqual(len(sealed.key(PASSWORD).secret), 32)

    def test_a_header_does_not_weaken(self) -> None:
        """Another cost is another key: nobody makes a vault cheap to try."""
        self.assertNotEqual(
            Key.derive(PASSWORD, replace(CHEAP, passes=2), KEY.salt).secret, KEY.secret
        )

    def test_not_enough_memory(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_mapped() + 16 * 1024**2, hard))
        try:
            error = self.assertRaises(VaultError, Key.derive, PASSWORD, Cost(256 * 1024, 1, 1))
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        self.assertIn("takes 256 MiB of memory", str(error))


def _mapped() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A vault's file with some bytes changed, cut or added, its checksum mended or not."""
    file = bytearray(FILE)
    for place, byte in draw(
        st.lists(st.tuples(st.integers(VERSION, len(FILE) - 1), st.integers(0, 255)), max_size=8)
    ):
        file[place] = byte
    whole = bytes(file[: draw(st.integers(0, len(file)))] + draw(st.binary(max_size=40)))
    return mended(whole) if draw(st.booleans()) else whole


class Hostile(SynchronousTestCase):
    @given(st.one_of(st.binary(), st.binary().map(lambda rest: FILE[:12] + rest), spoilt()))
    def test_any_bytes(self, file: bytes) -> None:
        """Refused with a text, or taken apart into what is sane and opens to nothing else."""
        try:
            sealed = Sealed.parse(file)
        except VaultError:
            return
        self.assertTrue(sealed.cost.sane)
        self.assertEqual(list(map(len, (sealed.salt, sealed.nonce, sealed.header))), [16, 12, 46])
        try:
            self.assertEqual(sealed.open(KEY), CONTENTS)
        except WrongPassword:
            self.assertNotEqual(file, FILE)

    @given(st.binary(max_size=300))
    def test_any_contents(self, contents: bytes) -> None:
        self.assertEqual(Sealed.parse(seal(contents, KEY)).open(KEY), contents)
