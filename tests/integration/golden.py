"""Golden screens of whole programs: what changes from run to run is masked.

Run the tests with ``GOLDEN=write`` to write them anew, and look at the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from tests.support.program import until
from tests.support.terminal import Terminal

FOLDER = Path(__file__).parent / "golden"

_MASKS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b\d\d:\d\d\b", "hh:mm"),
    (
        r"─+ [A-Z][a-z]+, \d{1,2} [A-Z][a-z]+ \d{4} ─+",
        lambda match: f"{'── the day ':─<{len(match[0])}}",
    ),
    (r" · lag \d+ ms", ""),
    (r"(?<=127\.0\.0\.1:)\d+", lambda match: "9" * len(match[0])),
)


def masked(screen: str) -> str:
    """The screen without what depends on the time and the machine."""
    for pattern, mask in _MASKS:
        screen = re.sub(pattern, mask, screen)
    return screen + "\n"


def shows(terminal: Terminal, name: str) -> None:
    """Wait until the terminal shows the screen that is kept under this name.

    :raises AssertionError: it does not, with what it shows.
    """
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(masked(terminal.text()), encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    until(
        lambda: masked(terminal.text()) == kept,
        lambda: f"not as in {path.name}, but:\n{masked(terminal.text())}",
    )
