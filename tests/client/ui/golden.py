"""Golden screens: what a screen showed when somebody looked at it and found it right.

Run the tests with ``GOLDEN=write`` to write them anew, and look at the difference.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from twisted.trial.unittest import TestCase

FOLDER = Path(__file__).parent / "golden"


def check(test: TestCase, name: str, rows: Sequence[str]) -> None:
    """Compare a screen with the one kept under this name."""
    path = FOLDER / f"{name}.txt"
    shown = "\n".join(rows) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    test.assertEqual(shown, path.read_text(encoding="utf-8"), f"see {path.name}")
