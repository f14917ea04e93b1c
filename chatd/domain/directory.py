"""Things with names: unique without regard to case, listed in order, in pages."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from chatd.domain.names import fold

T = TypeVar("T")


class Directory(Generic[T]):
    """Names and what they stand for. A name's key is its folded form.

    Keys are kept sorted: a page costs its own length, adding one among 10 000 a memory move.
    """

    __slots__ = ("_items", "_keys")

    def __init__(self) -> None:
        self._items: dict[str, T] = {}
        self._keys: list[str] = []

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __contains__(self, name: str) -> bool:
        return fold(name) in self._items

    def get(self, name: str) -> T | None:
        """What ``name`` stands for, whatever case it is written in."""
        return self._items.get(fold(name))

    def add(self, name: str, item: T) -> None:
        """Take in ``item`` under a name that is free.

        :raises KeyError: it is not.
        """
        key = fold(name)
        if key in self._items:
            raise KeyError(name)
        self._items[key] = item
        insort(self._keys, key)

    def remove(self, name: str) -> None:
        """Forget a name.

        :raises KeyError: there is none such.
        """
        key = fold(name)
        del self._items[key]
        self._keys.pop(bisect_right(self._keys, key) - 1)

    def page(
        self, after: str, count: int, wanted: Callable[[T], bool] | None = None
    ) -> tuple[list[T], bool]:
        """Up to ``count`` items whose names come after ``after`` ("" for the first ones).

        :param wanted: which ones count; None for all.
        :return: the items in order, and whether more follow.
        """
        start = bisect_right(self._keys, fold(after)) if after else 0
        if wanted is None:
            keys = self._keys[start : start + count]
            return [self._items[key] for key in keys], start + count < len(self._keys)
        following = (self._items[key] for key in islice(self._keys, start, None))
        found = list(islice(filter(wanted, following), count + 1))
        return found[:count], len(found) > count
