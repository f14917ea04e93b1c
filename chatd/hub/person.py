"""Somebody: a guest with one session, or an account with one for each device that is here, or none
while it is away and in rooms that last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain.account import LOWEST_LEVEL
from chatd.domain.limits import CHANGE_SECONDS, MOVE_SECONDS, Limits, RateWindow

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.room import Room
    from chatd.hub.session import Session

#: Most people are guests: one for all of them takes no room.
NOBODY = frozenset[bytes]()


class Person:
    """What all sessions of somebody share; gone with the last of them, unless they are in a room
    that lasts.

    :ivar nick: a guest's nick, an account's handle.
    :ivar account: as the store has it; None for a guest.
    :ivar sessions: in the order of signing in.
    :ivar rooms: the rooms they are in, in the order of joining.
    :ivar partners: ids of the accounts that they have talked with, while they are here.
    :ivar typing: monotonic seconds of the last typing notice passed on.
    :ivar typing_to: the room or person who was last told of typing, and not yet of its end.
    :ivar limited: the last message was refused by the rate limit.
    """

    __slots__ = (
        "account",
        "away",
        "broadcasts",
        "changes",
        "limited",
        "moves",
        "nick",
        "partners",
        "rooms",
        "sessions",
        "typing",
        "typing_to",
        "window",
    )

    def __init__(
        self, nick: str, limits: Limits, counts_refused: bool, account: Account | None = None
    ) -> None:
        self.nick = nick
        self.account = account
        self.sessions: list[Session] = []
        self.rooms: list[Room] = []
        self.partners: frozenset[bytes] = NOBODY
        self.away = ""
        self.typing = 0.0
        self.typing_to: Room | Person | None = None
        self.limited = False
        self.changes = RateWindow(limits.changes, CHANGE_SECONDS)
        self.moves = RateWindow(limits.moves, MOVE_SECONDS)
        self.broadcasts = RateWindow(limits.broadcast_count, limits.broadcast_seconds)
        self.window = RateWindow(limits.rate_count, limits.rate_seconds, counts_refused)

    @property
    def identity(self) -> bytes:
        """What names them where they may be remembered: the account's id, a guest's session's."""
        return self.account.id if self.account is not None else self.sessions[0].id

    @property
    def level(self) -> int:
        """Their level of security (seed 004)."""
        return self.account.level if self.account is not None else LOWEST_LEVEL

    @property
    def display(self) -> str:
        """The display name, "" for none."""
        return self.account.display if self.account is not None else ""
