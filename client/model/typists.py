"""Who is typing. A notice that is never taken back expires by itself."""

from __future__ import annotations

#: Milliseconds a typing notice holds; senders repeat it every 3 s.
TYPING_FOR = 7_000


class Typists:
    """The people typing in one conversation, in the order in which they began."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[str, int] = {}

    def start(self, nick: str, now: int) -> None:
        """``nick`` is typing at ``now`` (milliseconds)."""
        self._until[nick] = now + TYPING_FOR

    def stop(self, nick: str) -> None:
        """``nick`` stopped, said something, or left."""
        self._until.pop(nick, None)

    def clear(self) -> None:
        """Nobody is typing any more."""
        self._until.clear()

    def rename(self, old: str, new: str) -> None:
        """Somebody is now known as ``new``."""
        if old in self._until:
            self._until[new] = self._until.pop(old)

    def at(self, now: int) -> list[str]:
        """The nicks typing at ``now``. A clock set back does not keep a notice longer."""
        self._until = {
            nick: until for nick, until in self._until.items() if 0 < until - now <= TYPING_FOR
        }
        return list(self._until)
