"""The vault: made, opened, saved, given another password; and everything that is refused."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace
from twisted.python.failure import Failure

from client.vault import seal
from client.vault.errors import (
    DamagedVault,
    NewerVault,
    NotAVault,
    NoVault,
    UnfitPassword,
    VaultError,
    VaultExists,
    WrongPassword,
)
from client.vault.seal import Cost, Key, Sealed
from client.vault.vault import Vault

from .vault_case import CHEAP, IDENTITY, PASSWORD, SECRETS, VaultCase, mode

NEXT = replace(IDENTITY, token=bytes(32), enrolment=None, handle="Alice")
OTHER = "another password"


class VaultTest(VaultCase):
    def told(self, error: type[VaultError], attempt: Callable[[], object]) -> str:
        return str(self.assertRaises(error, attempt))

    def check(self) -> None:
        Vault.check(self.folder)

    @property
    def path(self) -> str:
        return str(self.folder / "vault")


class Saving(VaultTest):
    def test_there_and_back(self) -> None:
        self.assertEqual(self.create().identity, IDENTITY)
        self.vault_again(IDENTITY)

    def vault_again(self, identity: object, password: str = PASSWORD) -> None:
        """Opened by the next process, it holds this."""
        self.doCleanups()
        vault = self.open(password)
        self.assertEqual(vault.identity, identity)
        vault.close()

    def test_saved(self) -> None:
        vault = self.create()
        vault.save(NEXT)
        self.assertEqual(vault.identity, NEXT)
        self.vault_again(NEXT)

    def test_saving_derives_no_key(self) -> None:
        vault = self.create()
        self.patch(seal, "Argon2id", None)
        before = self.sealed()
        vault.save(IDENTITY)
        after = self.sealed()
        self.assertEqual(after.salt, before.salt)
        self.assertNotEqual(after.nonce, before.nonce)

    def sealed(self) -> Sealed:
        with open(self.path, "rb") as file:
            return Sealed.parse(file.read())

    def test_the_key_of_the_history(self) -> None:
        """One that is there stays; a vault from before there was one gets it, and keeps it."""
        vault = self.create()
        self.assertEqual(vault.history_key(), SECRETS["history_key"])
        vault.save(replace(IDENTITY, history_key=b""))
        vault.close()
        key = self.open().history_key()
        self.assertEqual(len(key), 32)
        self.assertNotEqual(key, SECRETS["history_key"])
        self.vault_again(replace(IDENTITY, history_key=key))

    def test_the_real_cost(self) -> None:
        """Nobody has to ask for it."""
        vault = Vault.create(self.folder, PASSWORD, IDENTITY)
        self.assertEqual(self.sealed().cost, Cost(memory=65536, passes=3, lanes=4))
        vault.close()
        self.open()

    def test_a_failed_save_changes_nothing(self) -> None:
        vault = self.create()
        (self.folder / "vault.new").mkdir()
        self.assertIn("cannot be saved", self.told(VaultError, lambda: vault.save(NEXT)))
        self.assertEqual(vault.identity, IDENTITY)
        wrong = replace(NEXT, token=bytes(33))
        self.assertIn("cannot hold this", self.told(VaultError, lambda: vault.save(wrong)))
        (self.folder / "vault.new").rmdir()
        self.vault_again(IDENTITY)

    def test_modes(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        vault = self.create()
        vault.save(NEXT)
        self.assertEqual(mode(self.folder), 0o700)
        self.assertEqual(
            {path.name: mode(path) for path in self.folder.iterdir()},
            {"vault": 0o600, "vault.lock": 0o600},
        )

    def test_leftovers_go_when_it_is_opened(self) -> None:
        self.create().close()
        (self.folder / "vault.new").write_text("half a va")
        self.open()
        self.assertEqual(self.files(), {"vault", "vault.lock"})

    def test_closed(self) -> None:
        """Another process may have it: nothing is written any more."""
        vault = self.create()
        vault.close()
        vault.close()
        for attempt in (
            lambda: vault.save(NEXT),
            lambda: vault.change_password(PASSWORD, OTHER, CHEAP),
        ):
            self.assertIn("the vault is closed", self.told(VaultError, attempt))
        self.vault_again(IDENTITY)


class Refused(VaultTest):
    def test_wrong_password(self) -> None:
        """Nothing is lost by it, and no lock is left."""
        self.create().close()
        for _ in range(3):
            self.assertIn("try again", self.told(WrongPassword, lambda: self.open(OTHER)))
        self.assertEqual(self.open().identity, IDENTITY)

    def test_unfit_password(self) -> None:
        self.told(UnfitPassword, lambda: self.create("short"))
        self.assertFalse(self.folder.exists())
        self.create().close()
        self.told(UnfitPassword, lambda: self.open("x" * 2000))
        self.open()

    def test_none(self) -> None:
        """Asking makes nothing."""
        for attempt in (self.open, self.check):
            self.assertIn(f"no vault in {self.folder} yet", self.told(NoVault, attempt))
        self.assertFalse(self.folder.exists())

    def test_one_is_there(self) -> None:
        self.create().close()
        self.assertIn("is there already", self.told(VaultExists, lambda: self.create(OTHER)))
        self.assertEqual(self.open().identity, IDENTITY)

    def test_folder_that_can_be_none(self) -> None:
        self.folder.parent.mkdir()
        self.folder.write_text("a file")
        self.assertIn(f"{self.folder} cannot be made", self.told(VaultError, self.create))
        for attempt in (self.open, self.check):
            self.assertIn("cannot be read: Not a directory", self.told(VaultError, attempt))

    def test_failed_creation_leaves_nothing(self) -> None:
        wrong = replace(IDENTITY, account=bytes(17))
        self.told(VaultError, lambda: Vault.create(self.folder, PASSWORD, wrong, CHEAP))
        self.assertEqual(self.files(), {"vault.lock"})
        self.create()

    def test_told_before_a_password_is_asked_for(self) -> None:
        self.create().close()
        with open(self.path, "rb") as file:
            whole = file.read()
        for content, error in (
            (b"something else", NotAVault),
            (b"chatd vault\x02 by a later program", NewerVault),
            (whole[:-1], DamagedVault),
            (whole[:70] + b"?" + whole[71:], DamagedVault),
        ):
            with open(self.path, "wb") as file:
                file.write(content)
            for attempt in (self.open, self.check):
                self.assertIn(f"{self.path} ", self.told(error, attempt))
            with open(self.path, "rb") as file:
                self.assertEqual(file.read(), content)
        with open(self.path, "wb") as file:
            file.write(whole)
        self.check()
        self.assertEqual(self.open().identity, IDENTITY)

    def test_other_contents(self) -> None:
        """Sealed with the right password, by something that is no chatc."""
        self.folder.mkdir(parents=True)
        with open(self.path, "wb") as file:
            file.write(seal.seal(b"\x80", Key.derive(PASSWORD, CHEAP)))
        self.assertIn(f"{self.path} is damaged", self.told(DamagedVault, self.open))


class ChangingThePassword(VaultTest):
    def test_changed(self) -> None:
        vault = self.create()
        before = seal.Sealed.parse((self.folder / "vault").read_bytes())
        vault.change_password(PASSWORD, OTHER, CHEAP)
        after = seal.Sealed.parse((self.folder / "vault").read_bytes())
        self.assertNotEqual(before.salt, after.salt)
        vault.save(NEXT)
        vault.close()
        self.told(WrongPassword, self.open)
        self.assertEqual(self.open(OTHER).identity, NEXT)

    def test_saved_meanwhile(self) -> None:
        """It takes a moment, in a thread; what others save in it is not lost."""
        vault = self.create()
        derive = Key.derive

        def slowly(*arguments: Any) -> Key:
            vault.save(NEXT)
            return derive(*arguments)

        patch = self.patch(Key, "derive", slowly)
        vault.change_password(PASSWORD, OTHER, CHEAP)
        patch.restore()
        vault.close()
        self.assertEqual(self.open(OTHER).identity, NEXT)

    def test_up_to_date_cost(self) -> None:
        """A vault that was made when less was enough gets what new ones get."""
        vault = self.create()
        vault.change_password(PASSWORD, OTHER)
        sealed = seal.Sealed.parse((self.folder / "vault").read_bytes())
        self.assertEqual(sealed.cost, seal.COST)

    def test_refused(self) -> None:
        vault = self.create()
        for old, new, error in (
            (OTHER, "a third password", WrongPassword),
            ("", "a third password", WrongPassword),
            (PASSWORD, "short", UnfitPassword),
            (PASSWORD, "", UnfitPassword),
        ):
            self.told(error, partial(vault.change_password, old, new, CHEAP))
        (self.folder / "vault.new").mkdir()
        self.told(VaultError, lambda: vault.change_password(PASSWORD, OTHER, CHEAP))
        (self.folder / "vault.new").rmdir()
        vault.save(NEXT)
        vault.close()
        self.assertEqual(self.open().identity, NEXT)


class Secrets(VaultTest):
    """They are in no file, no text, no traceback."""

    def nowhere_in(self, text: str) -> None:
        for secret in (PASSWORD, OTHER, *(secret.decode() for secret in SECRETS.values())):
            self.assertNotIn(secret, text)

    def test_files(self) -> None:
        vault = self.create()
        vault.save(replace(IDENTITY, handle="Alice"))
        vault.change_password(PASSWORD, OTHER, CHEAP)
        for path in self.folder.iterdir():
            self.nowhere_in(path.read_bytes().decode("latin-1"))

    def test_shown(self) -> None:
        vault = self.create()
        self.nowhere_in(repr(vault) + str(vault) + repr(vault.identity) + repr(vars(vault)))

    def test_tracebacks(self) -> None:
        vault = self.create()
        wrong = replace(IDENTITY, account=bytes(17))
        failing: list[Callable[[], object]] = [
            lambda: vault.save(wrong),
            lambda: vault.change_password(OTHER, PASSWORD, CHEAP),
            lambda: vault.change_password(PASSWORD, "", CHEAP),
            self.create,
            self.open,
        ]
        for attempt in failing:
            try:
                attempt()
            except VaultError as error:
                self.nowhere_in("".join(traceback.format_exception(error)) + repr(error))
                self.nowhere_in(Failure(error).getTraceback(detail="verbose"))
            else:
                self.fail("nothing was refused")
