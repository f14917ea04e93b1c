"""Ranges of numbers. Each begins after its first number: ``(2, 5)`` is 3, 4, 5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Range = tuple[int, int]


def uncovered(ranges: Iterable[Range], upto: int) -> Iterator[Range]:
    """What lies in none of some ranges, from 1 up to a number."""
    reached = 0
    for after, last in sorted(ranges):
        if reached < min(after, upto):
            yield reached, min(after, upto)
        reached = max(reached, last)
    if reached < upto:
        yield reached, upto


def common(ranges: Iterable[Range], after: int, upto: int) -> Iterator[Range]:
    """What of some ranges lies in another one."""
    for start, last in ranges:
        if max(start, after) < min(last, upto):
            yield max(start, after), min(last, upto)
