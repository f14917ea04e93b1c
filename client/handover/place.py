"""Where a profile's socket is."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

SOCKET = "chatc.sock"

#: Bytes in the path of a Unix socket, at most: ``sun_path`` with its final zero is 108.
LONGEST = 107


class NoPlace(Exception):
    """There is no path that a socket could have; the text says why."""


def socket_path(home: Path) -> str:
    """In the profile's folder. Where that path is too long, in ``XDG_RUNTIME_DIR``, which belongs
    to the user alone, under a name made of the folder's.

    :raises NoPlace: neither will do.
    """
    path = home.resolve() / SOCKET
    if _fits(path):
        return str(path)
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    name = sha256(os.fsencode(path)).hexdigest()[:32]
    short = runtime / f"chatc-{name}.sock"
    if runtime.is_absolute() and _fits(short):
        return str(short)
    raise NoPlace(
        f"the path of {path} is longer than {LONGEST} bytes, and XDG_RUNTIME_DIR names no other "
        "folder for a socket"
    )


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST
