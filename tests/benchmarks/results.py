"""Tables of figures: one row a server, one column a setting, and ratios between rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.sample import Figure

CHATD = "chatd"


@dataclass(slots=True)
class Table:
    """Figures of one kind.

    :ivar key: what programs call it.
    :ivar unit: of the values as they are; ``scale`` divides them and ``shown`` names them in print.
    :ivar rows: for each server its figures by column.
    """

    key: str
    title: str
    unit: str
    columns: list[str]
    scale: float = 1.0
    shown: str = ""
    rows: dict[str, dict[str, Figure]] = field(default_factory=dict)

    def put(self, subject: str, column: str, figure: Figure) -> None:
        """Enter a figure."""
        self.rows.setdefault(subject, {})[column] = figure

    def ratio(self, other: str, column: str) -> float | None:
        """chatd's figure by that of another server, or None where one is missing."""
        ours = self.rows.get(CHATD, {}).get(column)
        theirs = self.rows.get(other, {}).get(column)
        if ours is None or theirs is None or not theirs.value:
            return None
        return ours.value / theirs.value

    def others(self) -> list[str]:
        """The servers that chatd is compared with."""
        return [subject for subject in self.rows if subject != CHATD]

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "key": self.key,
            "title": self.title,
            "unit": self.unit,
            "columns": self.columns,
            "figures": {
                subject: {column: _plain(figure) for column, figure in row.items()}
                for subject, row in self.rows.items()
            },
            "ratios": {
                other: {column: self.ratio(other, column) for column in self.columns}
                for other in self.others()
            },
        }


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "server_busy": figure.server,
        "generator_busy": figure.generator,
        "held_back_by_generator": figure.held_back,
    }
