"""The C compiler of this machine, where it has one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def compiler() -> str | None:
    """Its path, or None."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def compiled(cc: str, source: Path, target: Path, *options: str) -> Path:
    """``source`` compiled to ``target``.

    :raises subprocess.CalledProcessError: it does not compile; the compiler has said why.
    """
    command = [cc, "-O2", "-std=gnu11", *options, str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return target
