"""Who has blocked whom (seed 003): one way, by identity, so that no other name helps.

All blocks of a server are in memory, also those of people who are not here: whether somebody may
reach another is a look into a dictionary. Those between accounts are in the store as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from chatd.domain.names import fold

#: People that one may have blocked at a time.
MAX_BLOCKS = 1000

_NOBODY: Mapping[bytes, str] = MappingProxyType({})

_Names = dict[bytes, dict[bytes, str]]


class Party(NamedTuple):
    """One who blocks or is blocked. ``identity``: an account's id, a guest's session's; ``name``:
    their handle or nick."""

    identity: bytes
    name: str


class Blocks:
    """Every block, found from both ends.

    :param known: who has blocked whom so far.
    """

    __slots__ = ("_of", "_on")

    def __init__(self, known: Iterable[tuple[Party, Party]] = ()) -> None:
        self._of: _Names = {}  # whom somebody has blocked: their names by identity
        self._on: _Names = {}  # who has blocked somebody, likewise
        for blocker, blocked in known:
            self.add(blocker, blocked)

    def has(self, blocker: bytes, blocked: bytes) -> bool:
        """Whether one has blocked the other."""
        return blocked in self._of.get(blocker, _NOBODY)

    def of(self, blocker: bytes) -> Mapping[bytes, str]:
        """Whom somebody has blocked: names by identity."""
        return self._of.get(blocker, _NOBODY)

    def on(self, blocked: bytes) -> Mapping[bytes, str]:
        """Who has blocked somebody: names by identity."""
        return self._on.get(blocked, _NOBODY)

    def add(self, blocker: Party, blocked: Party) -> None:
        """One hears nothing of the other from now on."""
        self._of.setdefault(blocker.identity, {})[blocked.identity] = blocked.name
        self._on.setdefault(blocked.identity, {})[blocker.identity] = blocker.name

    def remove(self, blocker: bytes, blocked: bytes) -> None:
        """The end of that. Harmless when repeated."""
        _drop(self._of, blocker, blocked)
        _drop(self._on, blocked, blocker)

    def rename(self, identity: bytes, name: str) -> None:
        """Somebody is called otherwise now."""
        for other in self.of(identity):
            self._on[other][identity] = name
        for other in self.on(identity):
            self._of[other][identity] = name

    def forget(self, identity: bytes) -> None:
        """Somebody is gone for good, and so is what they blocked and who blocked them."""
        for other in list(self.of(identity)):
            self.remove(identity, other)
        for other in list(self.on(identity)):
            self.remove(other, identity)


def named(parties: Mapping[bytes, str], name: str) -> Party | None:
    """Who of these people has a name, whatever case it is written in."""
    wanted = fold(name)
    found = (Party(identity, known) for identity, known in parties.items() if fold(known) == wanted)
    return next(found, None)


def _drop(names: _Names, whose: bytes, other: bytes) -> None:
    theirs = names.get(whose)
    if theirs is not None:
        theirs.pop(other, None)
        if not theirs:
            del names[whose]
