"""How the programs are started by tests: as a user would, in a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Seconds anything may take that takes far less.
PATIENCE = 20.0

_MAINS = {"chatc": "client.cli", "chatctl": "chatd.ctl"}


def command(name: str, *arguments: str) -> list[str]:
    """``chatc`` or ``chatctl`` with arguments: the installed script, else the code beside us."""
    script = Path(sys.executable).with_name(name)
    if script.exists():
        return [str(script), *arguments]
    return [sys.executable, "-c", f"from {_MAINS[name]} import main; main()", *arguments]


def environment(home: Path, *more: Path) -> dict[str, str]:
    """Variables for a program: nothing of this user's settings, our code first.

    :param more: further folders with modules.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *more))),
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
    }


def run(
    home: Path, name: str, *arguments: str, text: str = "", status: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end.

    :param text: its standard input.
    :raises AssertionError: it ended with another exit status.
    """
    done = subprocess.run(
        command(name, *arguments),
        env=environment(home),
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if status is not None and done.returncode != status:
        raise AssertionError(f"{name} {arguments}: status {done.returncode}: {done.stderr}")
    return done


def until(look: Callable[[], object], what: Callable[[], str], patience: float = PATIENCE) -> None:
    """Wait until ``look`` finds something.

    :param what: says what is there instead, should it not come.
    :param patience: seconds.
    """
    deadline = time.monotonic() + patience
    while not look():
        if time.monotonic() > deadline:
            raise AssertionError(what())
        time.sleep(0.01)
