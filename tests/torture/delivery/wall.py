"""Wall clocks that jump (libfaketime). Monotonic time stays true: what depends on the wall clock
where it should not, shows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: Set where a run without jumps is a failure.
REQUIRED = "CHATD_REQUIRE_FAKETIME"

_LIBRARY = "faketime/libfaketimeMT.so.1"

#: Where the library puts what a process shares with its children, and leaves it when one is killed.
SHARED = Path("/dev/shm")
_SHARED_NAMES = ("faketime_shm_", "sem.faketime_sem_")
_FOLDERS = ("lib/*", "lib64", "lib", "local/lib")


def find_library() -> Path | None:
    """The library; None where it is not installed."""
    found = (path for folder in _FOLDERS for path in Path("/usr").glob(f"{folder}/{_LIBRARY}"))
    return next(found, None)


def forget_killed(shared: Path = SHARED) -> None:
    """Remove what the library has left of processes that are gone."""
    for name in _SHARED_NAMES:
        for path in shared.glob(f"{name}*"):
            if not Path("/proc", path.name.removeprefix(name)).exists():
                path.unlink(missing_ok=True)


class Wall:
    """One program's clock.

    :param file: says by how much it is wrong; the program reads it once a second.
    """

    def __init__(self, file: Path, library: Path | None) -> None:
        self._file = file
        self._library = library
        self._wrong = 0
        self._write()

    @property
    def jumps(self) -> bool:
        """Whether it can."""
        return self._library is not None

    def jump(self, seconds: float) -> None:
        """Set it, so much later than it is, or earlier."""
        self._wrong += int(seconds)
        self._write()

    @property
    def variables(self) -> Mapping[str, str]:
        """What a program's environment needs for it."""
        if self._library is None:
            return {}
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Otherwise each wait for Python's lock asks for both clocks: a daemon takes five times
            # the time.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            # Times of files are the kernel's own.
            "NO_FAKE_STAT": "1",
        }

    def _write(self) -> None:
        """At once: half a number would be another time."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{self._wrong:+d}\n")
        os.replace(written, self._file)
