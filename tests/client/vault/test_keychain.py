"""The keychain: the real package with a store in memory, and all that can be missing or broken."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest import mock

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeychain
from twisted.trial.unittest import SynchronousTestCase

from client.vault.errors import KeychainError
from client.vault.keychain import Keychain


class InMemory(KeyringBackend):
    """Keeps what it is told."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class InTheClear(InMemory):
    """As those that write a plain file say of themselves."""

    priority = 0.5


class Broken(InMemory):
    """Locked, or its daemon is gone: each raises something of its own."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot keep {password}")

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("Prompt dismissed")


class KeychainCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.use(InMemory())
        self.folder = Path(self.mktemp())
        self.keychain = Keychain(self.folder)

    def use(self, backend: KeyringBackend) -> None:
        """What the package finds on this machine."""
        self.addCleanup(keyring.set_keyring, keyring.get_keyring())
        keyring.set_keyring(backend)
        self.backend = backend

    def told(self) -> str:
        """Why nothing can be remembered; recalling finds nothing and stops nobody."""
        self.assertIsNone(self.keychain.recall())
        self.assertRaises(KeychainError, self.keychain.forget)
        error = self.assertRaises(KeychainError, self.keychain.remember, "<the password>")
        self.assertNotIn("<the password>", str(error))
        return str(error)


class Kept(KeychainCase):
    def test_and_forgotten(self) -> None:
        self.assertIsNone(self.keychain.recall())
        self.keychain.remember("one")
        self.keychain.remember("other")
        self.assertEqual(self.keychain.recall(), "other")
        self.keychain.forget()
        self.assertIsNone(self.keychain.recall())
        self.keychain.forget()

    def test_by_folder(self) -> None:
        """However it is written, and wherever one is."""
        self.keychain.remember("one")
        assert isinstance(self.backend, InMemory)
        path = os.path.realpath(self.folder)
        self.assertEqual(self.backend.kept, {("chatc", path): "one"})
        self.assertEqual(Keychain(self.folder / ".." / self.folder.name).recall(), "one")
        self.assertIsNone(Keychain(self.folder / "profiles").recall())


class Missing(KeychainCase):
    def test_package(self) -> None:
        with mock.patch.dict(sys.modules, {"keyring": None}):
            self.assertIn(f"'{sys.executable}' -m pip install keyring", self.told())

    def test_keychain(self) -> None:
        self.use(NoKeychain())
        self.assertIn("no keychain is running here", self.told())

    def test_one_that_seals(self) -> None:
        self.use(InTheClear())
        self.assertIn("no keychain is running here", self.told())

    def test_one_that_works(self) -> None:
        self.use(Broken())
        self.assertIn("the keychain refuses (OSError): unlock it and try again", self.told())

    def test_setting_that_names_none(self) -> None:
        self.patch(keyring.core, "_keyring_backend", None)
        self.patch(os, "environ", {**os.environ, "PYTHON_KEYRING_BACKEND": "no.such.Keyring"})
        self.assertIn("the keychain refuses (ModuleNotFoundError)", self.told())
