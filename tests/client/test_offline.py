"""``chatc passwd`` and ``chatc trust``: the vault's password, the keychain, the server's key."""

from __future__ import annotations

import os
import shlex
import stat
from typing import ClassVar

from chatd.domain.link import Link
from client.status import Status
from client.vault.errors import WrongPassword
from client.vault.identity import Identity, Server
from client.vault.keys import new_device_key
from client.vault.vault import Vault
from tests.client.machine import Safe
from tests.client.shell import ShellTest
from tests.client.vault.vault_case import CHEAP, PASSWORD

NEW = "a new password"
OTHER = "b" * 51 + "a"


class OfflineTest(ShellTest):
    """A profile with a vault, and secrets through descriptors."""

    place: ClassVar[Link] = Link("chat.example.org", fingerprint="a" * 52)

    def setUp(self) -> None:
        super().setUp()
        identity = Identity(Server.of(self.place), new_device_key(), "alice", bytes(16))
        Vault.create(self.home, PASSWORD, identity, CHEAP).close()

    def passwd(self, *words: str, **given: str) -> int:
        options = [self.secret(f"--{name.replace('_', '-')}-fd", it) for name, it in given.items()]
        return self.chatc("passwd", *words, *(word for pair in options for word in pair))

    def opens(self, password: str) -> bool:
        try:
            Vault.open(self.home, password).close()
        except WrongPassword:
            return False
        return True


class PasswdTest(OfflineTest):
    def test_changed(self) -> None:
        self.assertEqual(self.passwd(password=PASSWORD, new_password=NEW), Status.DONE)
        self.assertEqual((self.out, self.err), ("the vault has its new password\n", ""))
        self.assertEqual((self.opens(PASSWORD), self.opens(NEW)), (False, True))

    def test_refused(self) -> None:
        for given, says in (
            ({"password": "wrong", "new_password": NEW}, "the password is wrong"),
            ({"new_password": NEW}, "stays closed"),
            ({"password": PASSWORD}, "--new-password-fd"),
            ({"password": PASSWORD, "new_password": "short"}, "too short"),
        ):
            self.assertNotEqual(self.passwd(**given), Status.DONE)
            self.assertIn(says, self.err)
            self.assertTrue(self.opens(PASSWORD))

    def test_a_full_disk_leaves_the_old_one(self) -> None:
        def full(*arguments: object) -> None:
            raise OSError(28, "No space left on device")

        self.patch(os, "fsync", full)
        self.assertEqual(self.passwd(password=PASSWORD, new_password=NEW), Status.LOCKED)
        self.assertIn("No space left", self.err)
        self.assertTrue(self.opens(PASSWORD))

    def test_the_keychain_remembers_and_forgets(self) -> None:
        keychain = Safe(self.home)
        self.assertEqual(self.passwd("--remember", password=PASSWORD), Status.DONE)
        self.assertEqual(keychain.recall(), PASSWORD)
        command = shlex.split(self.out.splitlines()[-1])
        self.assertEqual(command[-4:], ["--home", str(self.home.absolute()), "passwd", "--forget"])
        self.assertEqual(self.passwd(password=PASSWORD, new_password=NEW), Status.DONE)
        self.assertEqual(keychain.recall(), NEW)
        self.assertEqual(self.passwd("--forget"), Status.DONE)
        self.assertIsNone(keychain.recall())

    def test_a_wrong_password_is_not_remembered(self) -> None:
        self.assertEqual(self.passwd("--remember", password="wrong"), Status.LOCKED)
        self.assertIsNone(Safe(self.home).recall())

    def test_a_locked_keychain(self) -> None:
        self.patch(Safe, "locked", True)
        self.assertEqual(self.passwd("--remember", password=PASSWORD), Status.LOCKED)
        self.assertIn("the keychain is locked", self.err)

    def test_no_vault(self) -> None:
        (self.home / "vault").unlink()
        self.assertEqual(self.passwd(password=PASSWORD, new_password=NEW), Status.LOCKED)
        self.assertIn("there is no vault", self.err)
        self.assertEqual(shlex.split(self.err.splitlines()[-1])[-1], "enrol")

    def test_nobody_else_may_look(self) -> None:
        self.passwd(password=PASSWORD, new_password=NEW)
        self.assertEqual(stat.S_IMODE((self.home / "vault").stat().st_mode), 0o600)


class TrustTest(OfflineTest):
    """The key of the vault's own server is in the vault."""

    def server(self) -> Server:
        vault = Vault.open(self.home, PASSWORD)
        vault.close()
        return vault.identity.server

    def trust(self, link: str) -> int:
        return self.chatc("trust", link, *self.secret("--password-fd", PASSWORD))

    def test_a_new_key(self) -> None:
        self.assertEqual(self.trust(f"chatd://chat.example.org/#{OTHER}"), Status.DONE)
        self.assertEqual(self.server().fingerprint, OTHER)
        self.assertEqual(self.out, "accepted for chat.example.org:4170\n")

    def test_a_new_place(self) -> None:
        self.assertEqual(self.trust(f"chatds://new.example.org:99/#{'a' * 52}"), Status.DONE)
        self.assertEqual(self.server(), Server("new.example.org", 99, True, "a" * 52))

    def test_another_server_is_for_guests(self) -> None:
        other = Link("other.example.org", fingerprint=OTHER)
        self.assertEqual(self.trust(str(other)), Status.DONE)
        self.assertEqual(self.server().fingerprint, "a" * 52)
        self.assertEqual(self.profile.pin(other), OTHER)

    def test_a_closed_vault_keeps_its_key(self) -> None:
        self.assertEqual(self.chatc("trust", f"chatd://chat.example.org/#{OTHER}"), Status.LOCKED)
        self.assertEqual(self.server().fingerprint, "a" * 52)
