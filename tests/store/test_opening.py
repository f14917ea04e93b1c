"""A store that is opened: who may read its files, and what a person is told when it cannot be."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from chatd.errors import ConfigError
from chatd.store.store import open_store
from tests.store.folder import FolderCase, url

_NOBODY = 65534


class Files(FolderCase):
    async def test_modes(self) -> None:
        """Nobody else can read any of them, however careless the process is."""
        self.addCleanup(os.umask, os.umask(0))
        await self.open().invite("alice", None, None, b"id", 2, 1)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in self.folder.iterdir()}
        names = ("store.db", "store.db-wal", "store.db-shm", "store.mark")
        self.assertEqual(modes, dict.fromkeys(names, 0o600))

    async def test_mode_of_a_file_put_there(self) -> None:
        await self.open().stop()
        self.path.chmod(0o644)
        self.open()
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    async def test_survives(self) -> None:
        store = self.open()
        alice = await store.invite("alice", None, None, b"id", 2, 1)
        self.assertEqual(await (await self.restart(store)).account("alice"), alice)

    async def test_forgets(self) -> None:
        """What was deleted is in none of the files when the store is closed."""
        store = self.open()
        alice = await store.invite("alice-the-marker", None, None, b"id-of-the-marker", 2, 1)
        await store.remove(alice.id, 1)
        await store.stop()
        kept = b"".join(path.read_bytes() for path in self.folder.iterdir())
        self.assertNotIn(b"the-marker", kept)


class Unusable(FolderCase):
    def told(self, place: str | Path) -> str:
        """What a person reads."""
        given = url(place) if isinstance(place, Path) else place
        error = self.assertRaises(ConfigError, open_store, given, self.folder, reactor)
        return str(error)

    def test_no_database(self) -> None:
        self.path.write_bytes(b"This is no database. " * 500)
        self.assertEqual(
            self.told(self.path),
            f"{self.path}: the store is not a database, or damaged; restore it from a backup",
        )

    async def test_damaged(self) -> None:
        """A page in the middle, which nothing reads at start but the check."""
        store = self.open()
        for number in range(200):
            store.invite(f"somebody-{number}", None, None, b"%d" % number, 2, 1)
        await store.stop()
        content = bytearray(self.path.read_bytes())
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 4096] = b"\xff" * 4096
        self.path.write_bytes(content)
        self.assertIn("is damaged; restore it from a backup", self.told(self.path))

    def test_no_folder(self) -> None:
        path = self.folder / "none" / "store.db"
        self.assertEqual(
            self.told(path), f"{path}: the store cannot be used: No such file or directory"
        )
        self.assertIn("Is a directory", self.told(self.folder))

    def test_not_ours(self) -> None:
        """A file that the daemon's user may not write."""
        folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        path = folder / "store.db"
        path.touch(0o400)
        if os.getuid() == 0:  # whom no mode keeps out
            self.addCleanup(os.seteuid, 0)
            os.seteuid(_NOBODY)
        self.assertEqual(self.told(path), f"{path}: the store cannot be used: Permission denied")

    def test_mark_cannot_be_written(self) -> None:
        (self.folder / "store.mark").mkdir()
        self.assertIn("store.mark: cannot be used: Is a directory", self.told(self.path))

    def test_newer(self) -> None:
        open_store(url(self.path), self.folder, reactor).stop()
        self.execute("UPDATE alembic_version SET version_num = '9999'")
        told = self.told(self.path)
        self.assertTrue(told.startswith(f"{self.path}: this store was used by a newer chatd"), told)
        self.assertIn("install that version again", told)

    def test_tables_of_another_program(self) -> None:
        self.execute("CREATE TABLE accounts (id INTEGER)")
        self.assertIn(
            "the store cannot be used: table accounts already exists", self.told(self.path)
        )


class WrongUrl(TestCase):
    def test_no_url(self) -> None:
        """And no password is repeated."""
        for wrong in (
            "",
            "store.db",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite:///store.db?mode=ro",
            "mysql://u:hidden@h/d",
            "postgresql:hidden",
            "postgresql://u:hidden@h:port/d",
        ):
            error = self.assertRaises(ConfigError, open_store, wrong, Path("."), reactor)
            self.assertEqual(
                str(error), "store: must be sqlite:///FILE or postgresql://USER@HOST/DATABASE"
            )

    def test_no_driver(self) -> None:
        with patch.dict(sys.modules, {"psycopg": None}):
            error = self.assertRaises(ConfigError, open_store, "postgresql://h/d", Path(), reactor)
        self.assertIn("pip install 'chatd[postgres]'", str(error))
