"""Wrong passwords lock an account for the address they came from, longer each time; and so many are
tried for one account in a minute, wherever they come from.

Names that no account has are counted like those of accounts: whoever guesses learns nothing from
it. Devices with a token are not held up by any of this. Handles count folded, addresses by network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chatd.domain.entry import network_of
from chatd.domain.limits import RateWindow
from chatd.domain.names import fold

#: Seconds; a lock is never longer, and after that long without a wrong password all is forgotten.
LONGEST_LOCK = 3600.0

#: Passwords tried for one account within :data:`ATTEMPT_SECONDS`, right ones too.
ATTEMPTS = 30
ATTEMPT_SECONDS = 60.0

#: Pairs, and accounts, that are remembered; each costs an attacker a password that was hashed.
REMEMBERED = 50_000


@dataclass(slots=True)
class _Pair:
    failures: int = 0
    locks: int = 0
    until: float = 0.0
    last: float = 0.0


@dataclass(slots=True)
class Lockout:
    """Counts wrong passwords. Times are monotonic seconds.

    :ivar failures: how many lock a pair of account and address; 0 is no limit.
    :ivar seconds: for how long at first; each further lock is twice as long.
    """

    failures: int = 3
    seconds: float = 60.0
    _pairs: dict[tuple[str, str], _Pair] = field(default_factory=dict)
    _attempts: dict[str, RateWindow] = field(default_factory=dict)

    def attempt(self, handle: str, address: str, now: float) -> float:
        """Somebody wants to try a password. The pair must try one at a time only.

        :return: 0.0 if it may be tried, which counts it, else the seconds to wait.
        """
        if not self.failures:
            return 0.0
        name = fold(handle)
        pair = self._pairs.get((name, network_of(address)))
        if pair is not None and pair.until > now:
            return pair.until - now
        window = self._attempts.setdefault(name, RateWindow(ATTEMPTS + 1, ATTEMPT_SECONDS))
        _make_room(self._attempts)
        return window.wait(now)

    def failed(self, handle: str, address: str, now: float) -> float:
        """It was wrong.

        :return: the seconds for which the pair is locked now; 0.0 where it is not.
        """
        if not self.failures:
            return 0.0
        key = fold(handle), network_of(address)
        pair = self._pairs.pop(key, None)
        if pair is None or now - max(pair.last, pair.until) >= LONGEST_LOCK:
            pair = _Pair()
        self._pairs[key] = pair  # the latest one last
        _make_room(self._pairs)
        pair.failures += 1
        pair.last = now
        if pair.failures < self.failures:
            return 0.0
        seconds = min(self.seconds * 2.0 ** min(pair.locks, 32), LONGEST_LOCK)
        pair.failures, pair.locks, pair.until = 0, pair.locks + 1, now + seconds
        return seconds

    def succeeded(self, handle: str, address: str) -> None:
        """It was right: what was wrong before is forgotten."""
        self._pairs.pop((fold(handle), network_of(address)), None)

    def locked(self, handle: str, now: float) -> float:
        """For how many seconds yet an account is locked from some address; 0.0 for none."""
        return max([0.0, *(pair.until - now for _, pair in self._of(handle))])

    def unlock(self, handle: str) -> int:
        """Forget an account's wrong passwords.

        :return: for how many addresses they had locked it.
        """
        found = self._of(handle)
        for key, _ in found:
            del self._pairs[key]
        self._attempts.pop(fold(handle), None)
        return sum(pair.locks > 0 for _, pair in found)

    def _of(self, handle: str) -> list[tuple[tuple[str, str], _Pair]]:
        name = fold(handle)
        return [(key, pair) for key, pair in self._pairs.items() if key[0] == name]


def _make_room(remembered: dict[Any, Any]) -> None:
    """Forget the oldest of too many."""
    if len(remembered) > REMEMBERED:
        del remembered[next(iter(remembered))]
