"""``docs/performance.rst``: the part between two comments is what the last run found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.goals import Goal
from tests.benchmarks.report import goals_text, text
from tests.benchmarks.results import Table
from tests.support.daemon import ROOT

DOCUMENT = ROOT / "docs" / "performance.rst"
START, END = ".. figures: start", ".. figures: end"


def write(
    about: Mapping[str, str], notes: Sequence[str], tables: Sequence[Table], goals: Sequence[Goal]
) -> Path:
    """Replace the figures in the document.

    :raises ValueError: one of the two comments is not there.
    """
    lines = [f":{name}: {value}" for name, value in about.items()]
    parts = ["\n".join(lines), *notes, *(text(table) for table in tables)]
    parts.append(goals_text(goals))
    before, start, rest = DOCUMENT.read_text().partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"{DOCUMENT}: the comments {START!r} and {END!r} must be there")
    DOCUMENT.write_text(before + start + "\n\n" + "\n\n".join(parts) + "\n\n" + end + after)
    return DOCUMENT
