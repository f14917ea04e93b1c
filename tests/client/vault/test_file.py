"""The file on the disk: its modes, and that it is the old one or the new one whatever fails."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client.vault.errors import NoVault, VaultError
from client.vault.file import VaultFile
from client.vault.seal import LARGEST

from .vault_case import VaultCase, mode


class FileCase(VaultCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder.mkdir(parents=True)
        self.file = VaultFile(self.folder)

    def fails(self) -> str:
        """Writing does, and leaves all as it was."""
        self.file.write(b"old")
        error = self.assertRaises(VaultError, self.file.write, b"new" * 1000)
        self.assertEqual(self.file.read(), b"old")
        self.assertEqual(self.files(), {"vault"})
        return str(error)


class Writing(FileCase):
    def test_whole(self) -> None:
        for content in (b"", b"one", b"other" * 100_000):
            self.file.write(content)
            self.assertEqual(self.file.read(), content)
        self.assertEqual(self.files(), {"vault"})

    def test_nobody_else_may_look(self) -> None:
        """From the first byte, and at what others made readable."""
        self.addCleanup(os.umask, os.umask(0))
        modes: list[int] = []
        replace = os.replace

        def look(unfinished: Path, path: Path) -> None:
            modes.append(mode(unfinished))
            replace(unfinished, path)

        self.patch(os, "replace", look)
        self.file.write(b"sealed")
        self.assertEqual((modes, mode(self.file.path)), ([0o600], 0o600))
        self.file.path.chmod(0o644)
        self.file.read()
        self.assertEqual(mode(self.file.path), 0o600)

    def test_durable(self) -> None:
        """The bytes are on the disk before the name is, and the name before writing ends."""
        done: list[str] = []
        for name in ("fsync", "replace"):
            self.patch(os, name, _told(done, name, getattr(os, name)))
        self.file.write(b"sealed")
        self.assertEqual(done, ["fsync", "replace", "fsync"])

    def test_leftovers(self) -> None:
        left = self.folder / "vault.new"
        left.write_text("half a va")
        left.chmod(0o644)
        self.file.tidy()
        self.assertEqual(self.files(), set())
        self.file.tidy()
        left.write_text("half a va")
        left.chmod(0o644)
        self.file.write(b"sealed")
        self.assertEqual(mode(self.file.path), 0o600)
        self.assertEqual(self.files(), {"vault"})


class Failing(FileCase):
    def test_no_room(self) -> None:
        """The kernel takes the first bytes, and no more."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        told = self.fails()
        self.assertIn("vault cannot be saved: File too large; what was saved before is", told)

    def test_no_room_told_late(self) -> None:
        """Some file systems find out when they are asked to keep it."""
        for name in ("fsync", "replace"):
            self.file.write(b"old")
            with self.subTest(name):
                patch = self.patch(os, name, self.full)
                error = self.assertRaises(VaultError, self.file.write, b"new")
                patch.restore()
            self.assertIn("No space left on device; what was saved before is", str(error))
            self.assertIn("make room on a full disk", str(error))
            self.assertEqual((self.file.read(), self.files()), (b"old", {"vault"}))

    def full(self, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def test_something_in_the_way(self) -> None:
        (self.folder / "vault.new").mkdir()
        error = self.assertRaises(VaultError, self.file.write, b"new")
        self.assertIn("cannot be saved: Is a directory", str(error))
        self.file.tidy()


class Reading(FileCase):
    def test_none(self) -> None:
        error = self.assertRaises(NoVault, self.file.read)
        self.assertIn(f"no vault in {self.folder} yet; make one", str(error))

    def test_none_can_be(self) -> None:
        self.file.path.mkdir()
        error = self.assertRaises(VaultError, self.file.read)
        self.assertIn("vault is not a plain file: move it away", str(error))

    def test_a_link(self) -> None:
        """What it leads to keeps its mode, and one that leads nowhere is not taken for nothing."""
        other = self.folder / "other"
        self.file.path.symlink_to(other)
        self.assertRaises(VaultError, self.file.read)
        other.write_bytes(b"not ours")
        other.chmod(0o644)
        error = self.assertRaises(VaultError, self.file.read)
        self.assertNotIsInstance(error, NoVault)
        self.assertIn("is not a plain file: move it away, and put the vault", str(error))
        self.assertEqual(mode(other), 0o644)

    def test_a_pipe_is_not_waited_for(self) -> None:
        os.mkfifo(self.file.path)
        error = self.assertRaises(VaultError, self.file.read)
        self.assertIn("is not a plain file", str(error))

    def test_no_more_than_a_vault_can_have(self) -> None:
        with open(self.file.path, "wb") as file:
            file.truncate(LARGEST * 1000)
        self.assertEqual(len(self.file.read()), LARGEST + 1)


def _told(done: list[str], name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def tell(*arguments: Any) -> Any:
        done.append(name)
        return act(*arguments)

    return tell
