"""A vault's file on the disk: whole whatever happens, and nobody else's to read.

Promises: when :meth:`VaultFile.write` has returned, the bytes are on the disk; when it fails, or
the process or the machine stops in the middle, the file is as it was before. The file has mode 0600
from its first byte. The caller holds the lock.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from .errors import NoVault, VaultError
from .seal import LARGEST


class VaultFile:
    """:param folder: the profile's."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "vault"
        self._unfinished = folder / "vault.new"

    def read(self) -> bytes:
        """All of it, or a byte more than a vault can have; others lose the right to read it.

        :raises NoVault: there is none.
        :raises VaultError: it cannot be read.
        """
        try:
            # A link is not followed: its file's mode is not ours. A pipe is not waited for.
            if not stat.S_ISREG(os.lstat(self.path).st_mode):
                raise VaultError(
                    f"{self.path} is not a plain file: move it away, and put the vault itself there"
                )
            with open(self.path, "rb", opener=_no_link) as file:
                os.fchmod(file.fileno(), 0o600)
                return file.read(LARGEST + 1)
        except FileNotFoundError:
            raise NoVault(f"there is no vault in {self.path.parent} yet; make one") from None
        except OSError as error:
            raise VaultError(f"{self.path} cannot be read: {error.strerror}") from None

    def write(self, content: bytes) -> None:
        """Put ``content`` in the place of what is there, if anything.

        :raises VaultError: it cannot be written; what is there has not changed.
        """
        try:
            self._write(content)
        except OSError as error:
            with suppress(OSError):
                self._unfinished.unlink(missing_ok=True)
            raise VaultError(
                f"{self.path} cannot be saved: {error.strerror}; what was saved before is still "
                "there: mend that (make room on a full disk), then do it again"
            ) from None

    def tidy(self) -> None:
        """Remove what a process left that was stopped while it wrote."""
        with suppress(OSError):
            self._unfinished.unlink(missing_ok=True)

    def _write(self, content: bytes) -> None:
        self._unfinished.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with open(os.open(self._unfinished, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._unfinished, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
