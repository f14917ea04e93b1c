"""One process at a time, and the others are told which."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from client.vault.errors import VaultError, VaultInUse
from client.vault.lock import Lock
from client.vault.vault import Vault

from .vault_case import VaultCase, mode

HOLD = """
import sys
from pathlib import Path
from client.vault.vault import Vault
vault = Vault.open(Path(sys.argv[1]), sys.stdin.readline().rstrip())
print("held", flush=True)
sys.stdin.read()
"""


class Locking(VaultCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder.mkdir(parents=True)
        self.path = self.folder / "vault.lock"

    def test_one_at_a_time(self) -> None:
        lock = Lock(self.path)
        error = self.assertRaises(VaultInUse, Lock, self.path)
        self.assertEqual(error.pid, os.getpid())
        lock.release()
        Lock(self.path).release()
        self.assertEqual(mode(self.path), 0o600)

    def test_holder_that_has_not_said_who(self) -> None:
        lock = Lock(self.path)
        self.addCleanup(lock.release)
        for said in (b"", b"\xff\xfe", b"-7\n", b"seven", b"\xb2"):
            self.path.write_bytes(said)
            error = self.assertRaises(VaultInUse, Lock, self.path)
            self.assertEqual(error.pid, 0)
            self.assertIn(f"running on {self.folder} already: close it first", str(error))

    def test_not_through_a_link(self) -> None:
        """Nobody has another file of ours emptied."""
        target = self.folder / "target"
        target.write_text("precious")
        self.path.symlink_to(target)
        self.assertIn("vault.lock cannot be used", str(self.assertRaises(VaultError, self.lock)))
        self.assertEqual(target.read_text(), "precious")

    def test_no_folder(self) -> None:
        self.folder.rmdir()
        self.assertIn("No such file", str(self.assertRaises(VaultError, self.lock)))

    def lock(self) -> Lock:
        return Lock(self.path)


class AnotherProcess(VaultCase):
    def test_open_there(self) -> None:
        """It cannot be opened, made anew or asked about here, until that one ends, even by -9."""
        self.create().close()
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        ) as holder:
            assert holder.stdin is not None and holder.stdout is not None
            holder.stdin.write(b"correct horse battery\n")
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline(), b"held\n")
            for attempt in (self.open, self.create, self.check):
                error = self.assertRaises(VaultInUse, attempt)
                self.assertEqual(error.pid, holder.pid)
                self.assertIn(f"(process {holder.pid}): close it first", str(error))
            holder.kill()
        self.check()
        self.open()

    def check(self) -> None:
        Vault.check(Path(self.folder))
