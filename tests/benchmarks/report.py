"""The tables of a run as text, which is reStructuredText too, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.benchmarks.goals import Goal
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.sample import Figure

_MISSING = "-"


def heading(title: str) -> str:
    """A title of the third level."""
    return f"{title}\n{'~' * len(title)}"


def text(table: Table) -> str:
    """A table, then chatd's ratio to each other server, then how busy everyone was.

    A value marked ``*`` was held back by the generator, which was busier than the server.
    """
    head = ["server", *table.columns]
    values = [
        [name, *(_value(table, row.get(column)) for column in table.columns)]
        for name, row in table.rows.items()
    ]
    ratios = [
        [f"{CHATD} / {other}", *(_ratio(table.ratio(other, one)) for one in table.columns)]
        for other in table.others()
    ]
    below = f"; below, {CHATD}'s figure by the other's" if ratios else ""
    unit = f"In {table.shown or table.unit}{below}:"
    parts = [heading(table.title), unit, grid([head, *values, *ratios])]
    busy = [
        [name, *(_busy(row.get(column)) for column in table.columns)]
        for name, row in table.rows.items()
        if any(figure.server is not None for figure in row.values())
    ]
    if busy and not table.key.endswith("/cpu"):  # the same as on the wall
        parts += ["Busy, server/generator, percent:", grid([head, *busy])]
    return "\n\n".join(parts)


def goals_text(goals: Sequence[Goal]) -> str:
    """What was to be reached, and whether it was."""
    rows = [["figure", "setting", "by", "goal", "here", "verdict"]]
    for goal in goals:
        sign = "at least" if goal.at_least else "at most"
        if goal.other:
            bound, reached = f"{sign} {goal.bound:g}", _ratio(goal.reached)
        else:
            bound = f"{sign} {goal.bound / goal.scale:g} {goal.unit}"
            reached = _MISSING
            if goal.reached is not None:
                reached = f"{goal.reached / goal.scale:.1f} {goal.unit}"
        rows.append([goal.what, goal.column, goal.other or _MISSING, bound, reached, goal.verdict])
    return f"{heading('Goals')}\n\n{grid(rows)}"


def plain(about: dict[str, str], tables: Sequence[Table], goals: Sequence[Goal]) -> dict[str, Any]:
    """For JSON."""
    return {
        "about": about,
        "tables": [table.plain() for table in tables],
        "goals": [{**asdict(goal), "verdict": goal.verdict} for goal in goals],
    }


def grid(rows: Sequence[Sequence[str]]) -> str:
    """A simple table of reStructuredText; the first row is its head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    line = "  ".join("=" * width for width in widths)
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([line, lines[0], line, *lines[1:], line])


def _value(table: Table, figure: Figure | None) -> str:
    if figure is None:
        return _MISSING
    value = figure.value / table.scale
    shown = f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
    return shown + ("*" if table.key.endswith("/wall") and figure.held_back else "")


def _ratio(ratio: float | None) -> str:
    return _MISSING if ratio is None else f"{ratio:.2f}"


def _busy(figure: Figure | None) -> str:
    if figure is None or figure.server is None or figure.generator is None:
        return _MISSING
    return f"{figure.server:.0%}/{figure.generator:.0%}".replace("%", "")
