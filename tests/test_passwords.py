"""Passwords: right and wrong ones, a full queue, and stored strings that are not to be trusted."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from chatd.errors import Code, Refused
from chatd.interfaces import IPasswords
from chatd.passwords import MAX_WAITING, THREADS, Passwords

# "password" and "somesalt" with the reference implementation's own example parameters
# (m=65536, t=2, p=1), from its test suite.
REFERENCE = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"


class PasswordsCase(TestCase):
    def setUp(self) -> None:
        self.passwords = Passwords(reactor)

    def start(self) -> None:
        self.passwords.start()
        self.addCleanup(self.passwords.stop)


class Hashing(PasswordsCase):
    def test_is_passwords(self) -> None:
        verifyObject(IPasswords, self.passwords)

    async def test_right_and_wrong(self) -> None:
        self.start()
        phc = await self.passwords.hash("red écluse")
        self.assertTrue(phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), phc)
        self.assertTrue(await self.passwords.verify("red écluse", phc))
        self.assertTrue(await self.passwords.verify("red e\u0301cluse", phc))
        for wrong in ("", "red ecluse", "Red écluse", "red écluse ", "\ud800"):
            self.assertFalse(await self.passwords.verify(wrong, phc))

    async def test_salted(self) -> None:
        self.start()
        self.assertNotEqual(await self.passwords.hash("a"), await self.passwords.hash("a"))

    async def test_string_of_the_reference_implementation(self) -> None:
        self.start()
        self.assertTrue(await self.passwords.verify("password", REFERENCE))
        self.assertFalse(await self.passwords.verify("passwore", REFERENCE))


class FullQueue(PasswordsCase):
    async def test_refused_while_full(self) -> None:
        waiting: list[Deferred[str]] = [
            self.passwords.hash("a") for _ in range(THREADS + MAX_WAITING)
        ]
        for refused in (self.passwords.hash("a"), self.passwords.verify("a", REFERENCE)):
            error = self.failureResultOf(refused, Refused).value
            self.assertEqual((error.code, error.wait), (Code.BUSY, 1.0))
        self.start()
        self.assertEqual(len(set(await gatherResults(waiting))), THREADS + MAX_WAITING)
        await self.passwords.hash("a")


class StoredStrings(PasswordsCase):
    def refused(self, phc: str) -> None:
        error = self.failureResultOf(self.passwords.verify("a", phc), ValueError).value
        self.assertNotIn("c29tZXNhbHQ", str(error))

    def test_more_than_is_sane(self) -> None:
        for cost in ("m=262145,t=2,p=1", "m=65536,t=11,p=1", "m=65536,t=2,p=9"):
            self.refused(REFERENCE.replace("m=65536,t=2,p=1", cost))

    def test_less_than_is_possible(self) -> None:
        for cost in ("m=7,t=2,p=1", "m=65536,t=0,p=1", "m=65536,t=2,p=0", "m=16,t=2,p=4"):
            self.refused(REFERENCE.replace("m=65536,t=2,p=1", cost))

    def test_other_forms(self) -> None:
        for phc in (
            "",
            REFERENCE + "\n",
            REFERENCE.replace("argon2id", "argon2i"),
            REFERENCE.replace("v=19", "v=16"),
            REFERENCE.replace("m=65536", "m=١٦"),
            REFERENCE.replace("m=65536,", ""),
            re.sub(r"[^$]*\Z", "", REFERENCE),
            "$2b$12$" + "a" * 53,
        ):
            self.refused(phc)

    @given(st.text() | st.text("$argon2id=v19m,tp0a", max_size=80))
    def test_any_text(self, phc: str) -> None:
        self.refused(phc)
