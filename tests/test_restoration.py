"""Restoring: all of it or nothing, wherever it is interrupted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd import archive, restoration
from chatd.archive import SETTINGS
from chatd.config import Config, load
from chatd.domain.account import Account, Role
from chatd.errors import ConfigError
from chatd.keys import CERTIFICATE, SERVER_KEY, TLS_KEY, ServerKeys, server_fingerprint
from chatd.restoration import finish, is_there, restore
from chatd.store.restore import restore_store
from chatd.store.store import open_store
from tests.support.store import memory_store


class Killed(BaseException):
    """Nothing that is caught."""


def lines(*handles: str) -> list[str]:
    """The store of a server with these accounts."""
    store: Any = memory_store()
    for handle in handles:
        store.add_account(Account(handle.encode().ljust(16), handle, "", 1, Role.MEMBER, False, 0))
    told: list[str] = []
    store.export().addCallback(told.extend)
    return told


class RestorationTest(SynchronousTestCase):
    """A server with alice, and a backup of another one with bob."""

    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.old, self.other = self.server("old"), self.server("other")
        restore_store(self.old.store, lines("alice"))
        self.before = self.there()
        other = self.other.data_dir
        files = {name: (other / name).read_bytes() for name in (SERVER_KEY, TLS_KEY, CERTIFICATE)}
        self.backup = self.home / "backup"
        archive.write(self.backup, {**files, SETTINGS: b"name = 'x'"}, lines("bob"), 0)

    def server(self, name: str) -> Config:
        """A data directory with keys."""
        config = load(Path(os.devnull), {"data_dir": str(self.home / name)})
        config.data_dir.mkdir(parents=True)
        ServerKeys.load(config.data_dir)
        return config

    def there(self) -> dict[str, bytes]:
        """All files of the old server."""
        folder = self.old.data_dir
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    def handles(self, config: Config) -> frozenset[str]:
        """Who has an account in the store of a server."""
        return open_store(config.store, config.data_dir, None).handles_now()

    def restore(self) -> list[Path]:
        with archive.opened(self.backup) as backup:
            return restore(backup, self.old)

    def is_restored(self) -> None:
        """The other server, with nothing left over of the old one or of the way."""
        folder = self.old.data_dir
        self.assertEqual(server_fingerprint(folder), server_fingerprint(self.other.data_dir))
        self.assertEqual((folder / SETTINGS).read_bytes(), b"name = 'x'")
        self.assertEqual(self.handles(self.old), {"bob"})
        names = {path.name for path in folder.iterdir() if not path.name.startswith("store.")}
        self.assertEqual(names, {SERVER_KEY, TLS_KEY, CERTIFICATE, SETTINGS})
        modes = {path.stat().st_mode & 0o777 for path in folder.iterdir()}
        self.assertEqual(modes, {0o600})

    def test_restored(self) -> None:
        self.assertTrue(is_there(self.old))
        made = self.restore()
        self.assertEqual(
            [path.name for path in made],
            ["chatd.toml", "server.key", "store.db", "tls.key", "tls.pem"],
        )
        self.is_restored()

    def test_into_nothing(self) -> None:
        shutil.rmtree(self.old.data_dir)
        self.old.data_dir.mkdir(mode=0o700)
        self.assertFalse(is_there(self.old))
        self.restore()
        self.is_restored()

    def test_a_store_elsewhere(self) -> None:
        elsewhere = self.home / "elsewhere.db"
        self.old = load(
            Path(os.devnull),
            {"data_dir": str(self.home / "old"), "store": f"sqlite:///{elsewhere}"},
        )
        self.assertIn(elsewhere, self.restore())
        self.assertEqual(self.handles(self.old), {"bob"})

    def test_what_sqlite_left_beside_the_old_store(self) -> None:
        """Its log is not the new one's."""
        for name in ("store.db-wal", "store.db-shm"):
            (self.old.data_dir / name).write_bytes(b"of the old one")
        self.restore()
        self.is_restored()

    def test_a_damaged_store_is_replaced(self) -> None:
        (self.old.data_dir / "store.db").write_bytes(b"no database at all")
        self.restore()
        self.is_restored()

    def test_nothing_is_changed(self) -> None:
        """By a backup whose parts do not fit, or that has no room."""
        files = {SERVER_KEY: b"no key", TLS_KEY: b"", CERTIFICATE: b""}
        for content, said in ((lines("bob")[:-1], "is damaged"), (["no json"], "is damaged")):
            archive.write(self.backup, files, content, 0)
            self.assertIn(said, str(self.assertRaises(ConfigError, self.restore)))
            self.assertEqual(self.there(), self.before)
        good = {name: (self.other.data_dir / name).read_bytes() for name in files}
        archive.write(self.backup, good, lines("bob")[:-1], 0)
        self.assertIn("its end is missing", str(self.assertRaises(ConfigError, self.restore)))
        self.assertEqual(self.there(), self.before)

        def full(path: Path, content: bytes) -> None:
            raise OSError(28, "No space left on device")

        self.patch(restoration, "write_whole", full)
        said = str(self.assertRaises(ConfigError, self.restore))
        self.assertIn("No space left on device; nothing was changed", said)
        self.assertEqual(self.there(), self.before)

    def test_killed_before_the_moment(self) -> None:
        """The next start finds the old server; the next restore is not disturbed."""

        def kill(*_: object) -> None:
            raise Killed

        self.patch(restoration, "restore_store", kill)
        patched = self.patch(shutil, "rmtree", lambda *_, **__: None)
        self.assertRaises(Killed, self.restore)
        patched.restore()
        self.assertNotEqual(self.there(), self.before)
        self.assertEqual(finish(self.old), [])
        self.assertEqual(self.there(), self.before)

    def test_killed_after_the_moment(self) -> None:
        """However much was moved, the next start moves the rest."""
        saved = self.home / "saved"
        shutil.copytree(self.old.data_dir, saved)
        for moves in range(6):
            shutil.rmtree(self.old.data_dir)
            shutil.copytree(saved, self.old.data_dir)
            patched = self.patch(shutil, "move", self.counting(moves))
            self.assertRaises(Killed, self.restore) if moves < 5 else self.restore()
            patched.restore()
            self.assertEqual(len(finish(self.old)), 5 - moves)
            self.is_restored()

    def counting(self, moves: int) -> Callable[[Path, Path], None]:
        """Moves so many files, then kills."""
        left = [None] * moves

        def move(source: Path, target: Path) -> None:
            if not left:
                raise Killed
            left.pop()
            source.rename(target)

        return move

    def test_a_place_that_cannot_be_written(self) -> None:
        """Said, and mended by the next start."""
        (self.old.data_dir / TLS_KEY).unlink()
        (self.old.data_dir / TLS_KEY).mkdir()
        (self.old.data_dir / TLS_KEY / "full").mkdir()
        patched = self.patch(shutil, "move", lambda source, target: source.rename(target))
        self.assertIn("cannot be moved", str(self.assertRaises(ConfigError, self.restore)))
        patched.restore()
        shutil.rmtree(self.old.data_dir / TLS_KEY)
        finish(self.old)
        self.is_restored()
