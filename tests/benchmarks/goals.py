"""What we are after, as ratios within one run, and whether a run got there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.benchmarks.disk import PLAIN
from tests.benchmarks.effort import FULL
from tests.benchmarks.results import CHATD, Table

_SEND, _JOIN = "floor, send", "floor, join"
_NGIRCD, _TLS = "ngircd", ("ngircd, TLS", "inspircd, TLS")


class _Rule(NamedTuple):
    """For all these columns: at least (or at most) ``bound`` times each of these servers; without
    servers the figure itself is bound."""

    table: str
    columns: Sequence[str]
    servers: Sequence[str]
    bound: float
    at_least: bool = True


def _rooms(window: int) -> list[str]:
    return [f"n={room} w={window}" for room in FULL.rooms]


_RULES = (
    _Rule("fan-out/cpu", _rooms(1), (_SEND,), 0.6),
    _Rule("fan-out/cpu", _rooms(8), _TLS, 1.1),
    _Rule("fan-out/wall", _rooms(8), _TLS, 8.0),
    _Rule("fan-out/cpu", _rooms(256), _TLS, 3.0),
    _Rule("direct/cpu", ("w=16",), (_NGIRCD,), 0.75),
    _Rule("latency", ("p50",), (_JOIN,), 1.8, at_least=False),
    _Rule("latency", ("p99",), (_JOIN,), 2.0, at_least=False),
    _Rule("handshakes", ("sign-in",), _TLS[:1], 1.3),
    _Rule("memory", ("memory",), (), 8 * 1024, at_least=False),
    _Rule("durable/wall", ("pairs",), (), 20_000),
    _Rule("durable/latency", ("accepted p50",), (PLAIN,), 2.0, at_least=False),
    _Rule("history/search", ("p95",), (), 0.1, at_least=False),
    _Rule("history/paint", ("worst",), (), 0.3, at_least=False),
    _Rule("start", (f"{FULL.accounts:,} accounts",), (), 1.0, at_least=False),
)


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure that must not be worse than ``bound``, which ``reached`` is to be compared with;
    that is None where the other server was not measured. A bound that is no ratio is shown divided
    by ``scale``, in ``unit``."""

    what: str
    column: str
    other: str
    bound: float
    at_least: bool
    reached: float | None
    scale: float = 1.0
    unit: str = ""

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.reached is None:
            return "not measured"
        met = self.reached >= self.bound if self.at_least else self.reached <= self.bound
        return "reached" if met else "not reached"


def goals(tables: Sequence[Table]) -> list[Goal]:
    """The goals for everything that was measured."""
    return [goal for table in tables for rule in _RULES for goal in _judged(rule, table)]


def _judged(rule: _Rule, table: Table) -> Iterator[Goal]:
    if rule.table != table.key:
        return
    for column in filter(table.columns.__contains__, rule.columns):
        for other in rule.servers:
            ratio = table.ratio(other, column)
            yield Goal(table.title, column, other, rule.bound, rule.at_least, ratio)
        if not rule.servers:
            figure = table.rows.get(CHATD, {}).get(column)
            value = figure.value if figure else None
            shown = table.scale, table.shown or table.unit
            yield Goal(table.title, column, "", rule.bound, rule.at_least, value, *shown)
