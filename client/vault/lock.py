"""One process at a time has a vault: a lock on a file beside it (``flock``)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from .errors import VaultError, VaultInUse


class Lock:
    """Held from when it is made until it is released or the process ends, however it ends.

    The file stays, and tells the process: removing it would let two in at once.

    :raises VaultInUse: another process holds it.
    :raises VaultError: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise VaultError(f"{path} cannot be used: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.truncate(self._file, 0)
            os.write(self._file, b"%d\n" % os.getpid())
        except BlockingIOError:
            pid = _pid(os.read(self._file, 20))
            os.close(self._file)
            process = f" (process {pid})" if pid else ""
            raise VaultInUse(
                f"chatc is running on {path.parent} already{process}: "
                "close it first, or take another profile with --profile NAME",
                pid,
            ) from None
        except OSError as error:
            os.close(self._file)
            raise VaultError(f"{path} cannot be locked: {error.strerror}") from None

    def release(self) -> None:
        """Let others in. Once only."""
        os.close(self._file)


def _pid(line: bytes) -> int:
    return int(line) if line.strip().isdigit() else 0
