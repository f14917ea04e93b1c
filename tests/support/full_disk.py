"""A disk that is full when a test says so, and has room again.

Where this may mount (root on Linux) it is a tmpfs of a few MiB with ballast in it. Elsewhere the
daemon's files are kept from growing (RLIMIT_FSIZE), which it meets as another error of the same
writes. What fits into the files as they are is still written in both cases: a test goes on writing
until it is refused.
"""

from __future__ import annotations

import atexit
import errno
import os
import resource
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

#: Bytes of a tmpfs: a store with some accounts takes less than one MiB, its log less than five.
SIZE = 16 * 2**20
#: Bytes to which a file may grow where all is limited: enough for a log, too few for a store.
_SMALL = 64 * 1024
_BALLAST = "ballast"
_CHUNK = bytes(64 * 1024)


class Disk(ABC):
    """:ivar folder: where the disk is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def fill(self, pid: int) -> None:
        """From now on there is no room for what the process ``pid`` writes."""

    @abstractmethod
    def empty(self, pid: int) -> None:
        """There is room again; the process may have ended."""

    @abstractmethod
    def remove(self) -> None:
        """Leave an ordinary folder behind; harmless when repeated."""


def full_disk(folder: Path, size: int = SIZE) -> Disk:
    """A disk at ``folder``, which is empty; whoever asks for it removes it.

    :param size: bytes that it has room for, as far as that can be arranged.
    """
    if os.geteuid() == 0 and _mounted(folder, size):
        return _Tmpfs(folder)
    return LimitedDisk(folder)


def _mounted(folder: Path, size: int) -> bool:
    """Containers may forbid it."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "chatd-test", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class _Tmpfs(Disk):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._there = True
        atexit.register(self.remove)

    def fill(self, pid: int) -> None:
        with (self.folder / _BALLAST).open("ab", buffering=0) as ballast:
            for chunk in (_CHUNK, b"\0"):
                try:
                    while True:
                        ballast.write(chunk)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self, pid: int) -> None:
        (self.folder / _BALLAST).unlink()

    def remove(self) -> None:
        if self._there:
            self._there = False
            # Lazily: a process that a test is still ending may hold a file.
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
            atexit.unregister(self.remove)


class LimitedDisk(Disk):
    """For whoever may not mount: no file of the process grows beyond a small size."""

    def fill(self, pid: int) -> None:
        self._limit(pid, _SMALL)

    def empty(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            self._limit(pid, resource.RLIM_INFINITY)

    def remove(self) -> None:
        pass

    def _limit(self, pid: int, size: int) -> None:
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        soft = size if most == resource.RLIM_INFINITY else min(size, most)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, most))
