"""What others on the machine can see of the programs that a test starts (proc(5))."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Seconds between two looks: a program that does anything lives longer.
_PAUSE = 0.02
_PROC = Path("/proc")


class Processes:
    """Looks at this process's children, and theirs, until :meth:`stop`.

    :ivar seen: each command line and environment that there was, as the system shows it.
    """

    possible = Path("/proc/self/environ").exists()

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Harmless when repeated."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE):
            for folder in _descendants():
                for name in ("cmdline", "environ"):
                    with suppress(OSError):  # it has ended meanwhile
                        self.seen.add((folder / name).read_bytes())


def _descendants() -> Iterator[Path]:
    parents = dict(_parents())
    ours, before = {os.getpid()}, 0
    while len(ours) > before:
        before = len(ours)
        ours |= {child for child, parent in parents.items() if parent in ours}
    return (_PROC / str(one) for one in ours - {os.getpid()})


def _parents() -> Iterator[tuple[int, int]]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                # The name of the program stands in brackets, and may hold anything.
                fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                yield int(folder.name), int(fields[1])
