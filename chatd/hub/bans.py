"""Who is kept out of a room. An account is known wherever it comes from; a guest by nick and by
address, of which nobody is told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatd.domain.entry import network_of
from chatd.domain.names import fold
from chatd.domain.results import BanPage, BanRow
from chatd.errors import Code, Refused

if TYPE_CHECKING:
    from chatd.hub.session import Session

#: Before a guest's nick: no handle begins with it.
GUEST = "~"

#: Bans of one room: whoever comes is looked for among all of them.
MAX_BANS = 1000


@dataclass(frozen=True, slots=True)
class Ban:
    """:ivar account: its id; b"" for a guest.
    :ivar networks: where a guest was when it was banned.
    :ivar ends: monotonic seconds, 0.0 for never.
    """

    row: BanRow
    account: bytes
    networks: frozenset[str]
    ends: float

    def meets(self, session: Session) -> bool:
        """Whether it is about who has this session."""
        if session.account is not None:
            return session.account.id == self.account
        return not self.account and (
            GUEST + fold(session.nick) == fold(self.row.target)
            or _network(session) in self.networks
        )


class Bans:
    """The bans of one room, by target."""

    __slots__ = ("_bans",)

    def __init__(self) -> None:
        self._bans: dict[str, Ban] = {}

    def __len__(self) -> int:
        return len(self._bans)

    def __iter__(self) -> Iterator[Ban]:
        return iter(self._bans.values())

    def __contains__(self, target: str) -> bool:
        return fold(target) in self._bans

    def check(self, target: str, now: float) -> None:
        """Whether there is room for one more.

        :raises Refused: TOO_MANY_BANS at ``now`` (monotonic seconds).
        """
        self._expire(now)
        if target not in self and len(self._bans) >= MAX_BANS:
            raise Refused(Code.TOO_MANY_BANS)

    def add(self, ban: Ban) -> None:
        """A later one of the same target takes the earlier one's place."""
        self._bans[fold(ban.row.target)] = ban

    def remove(self, target: str) -> None:
        """End a ban before its time. Harmless when there is none."""
        self._bans.pop(fold(target), None)

    def against(self, session: Session, now: float) -> Ban | None:
        """The ban that keeps a session out at ``now`` (monotonic seconds)."""
        self._expire(now)
        return next((ban for ban in self._bans.values() if ban.meets(session)), None)

    def bars(self, account: bytes, now: float) -> bool:
        """Whether an account is kept out at ``now`` (monotonic seconds); it need not be here."""
        self._expire(now)
        return any(ban.account == account for ban in self._bans.values())

    def page(self, after: str, count: int, now: float) -> BanPage:
        """Bans by folded target."""
        self._expire(now)
        keys = sorted(self._bans)
        start = bisect_right(keys, fold(after)) if after else 0
        rows = tuple(self._bans[key].row for key in keys[start : start + count])
        return BanPage(rows, start + count < len(keys))

    def _expire(self, now: float) -> None:
        for key in [key for key, ban in self._bans.items() if 0 < ban.ends <= now]:
            del self._bans[key]


def networks(sessions: list[Session]) -> frozenset[str]:
    """Where a guest is; "" for a door that knows no address."""
    return frozenset(found for session in sessions if (found := _network(session)))


def _network(session: Session) -> str:
    """A Unix socket's "local" is everybody's."""
    address = session.peer.address
    return "" if address == "local" else network_of(address)
