"""Whose handle is whose, of accounts that are not here: what the store has said of late."""

from __future__ import annotations

from chatd.domain.blocks import Party
from chatd.domain.names import fold

#: Accounts that are remembered; those asked for longest ago are asked for again.
REMEMBERED = 4096


class Addresses:
    """A handle is never somebody else's later: what is remembered stays true, or is of nobody."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, Party] = {}

    def __len__(self) -> int:
        return len(self._known)

    def get(self, handle: str) -> Party | None:
        """The account of this handle; None where it is not remembered."""
        known = self._known.pop(fold(handle), None)
        if known is not None:
            self._known[fold(handle)] = known
        return known

    def add(self, account: Party) -> None:
        """Remember an account."""
        self._known.pop(fold(account.name), None)
        self._known[fold(account.name)] = account
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def remove(self, handle: str) -> None:
        """There is no such account any more. Harmless when repeated."""
        self._known.pop(fold(handle), None)
