"""Who may knock: limits on handshakes, per address and in total.

A handshake costs the server a key agreement and holds a socket before anybody is known, so
strangers share a budget. An IPv6 host owns its whole /64, which therefore counts as one address.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

from chatd.errors import Code, EntryError


@dataclass(frozen=True, slots=True)
class EntryLimits:
    """``per_minute``: handshakes begun by one address in a minute (0: no limit), and
    ``sign_ins_per_minute``: its attempts to sign in; ``per_address`` and ``total``: unfinished
    handshakes at a time."""

    per_minute: int = 60
    sign_ins_per_minute: int = 60
    per_address: int = 32
    total: int = 1024


@lru_cache(4096)
def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, an IPv6 /64, or any other text as it is."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


@dataclass(slots=True)
class Entry:
    """Counts handshakes. Times are monotonic seconds."""

    limits: EntryLimits
    _pending: dict[str, int] = field(default_factory=dict)
    _pending_total: int = 0
    _begun: dict[str, tuple[float, int]] = field(default_factory=dict)
    _sign_ins: dict[str, tuple[float, int]] = field(default_factory=dict)
    _refused: dict[str, tuple[float, int]] = field(default_factory=dict)
    _swept: float = 0.0

    def begin(self, address: str, now: float) -> None:
        """A handshake begins; :meth:`end` must follow, whatever comes of it.

        :raises EntryError: TOO_MANY_HANDSHAKES with the seconds to wait, or TOO_MANY_PENDING.
            Then nothing was counted and ``end`` must not follow.
        """
        self._sweep(now)
        network = network_of(address)
        waiting = self._pending.get(network, 0)
        if waiting >= self.limits.per_address or self._pending_total >= self.limits.total:
            raise EntryError(Code.TOO_MANY_PENDING, wait=1.0)
        if wait := _count(self._begun, network, self.limits.per_minute, now):
            raise EntryError(Code.TOO_MANY_HANDSHAKES, wait=wait)
        self._pending[network] = waiting + 1
        self._pending_total += 1

    def end(self, address: str) -> None:
        """A handshake is over: signed in, refused or lost."""
        network = network_of(address)
        waiting = self._pending[network] - 1
        self._pending_total -= 1
        if waiting:
            self._pending[network] = waiting
        else:
            del self._pending[network]

    def sign_in(self, address: str, now: float) -> None:
        """Somebody wants to sign in, whatever comes of it.

        :raises EntryError: TOO_MANY_SIGN_INS with the seconds to wait.
        """
        self._sweep(now)
        network = network_of(address)
        if wait := _count(self._sign_ins, network, self.limits.sign_ins_per_minute, now):
            raise EntryError(Code.TOO_MANY_SIGN_INS, wait=wait)

    def refusals_to_tell(self, address: str, now: float) -> int:
        """Count a refusal for the audit log, which a flood must not be able to fill.

        :return: how many to tell of in one line; 0 while the last line of this network is less
            than a minute old.
        """
        network = network_of(address)
        told, count = self._refused.get(network, (now - 60, 0))
        if now - told < 60:
            self._refused[network] = (told, count + 1)
            return 0
        self._refused[network] = (now, 0)
        return count + 1

    def _sweep(self, now: float) -> None:
        """Forget the addresses of minutes past, once a minute."""
        if now - self._swept >= 60:
            self._swept = now
            self._begun = {n: b for n, b in self._begun.items() if now - b[0] < 60}
            self._sign_ins = {n: s for n, s in self._sign_ins.items() if now - s[0] < 60}
            self._refused = {n: r for n, r in self._refused.items() if now - r[0] < 60}


def _count(counts: dict[str, tuple[float, int]], network: str, limit: int, now: float) -> float:
    """Count one more in this minute; :return: 0.0, or the seconds to wait where it is too many."""
    if limit <= 0:
        return 0.0
    start, count = counts.get(network, (now, 0))
    if now - start >= 60:
        start, count = now, 0
    if count >= limit:
        return 60 - (now - start)
    counts[network] = (start, count + 1)
    return 0.0
