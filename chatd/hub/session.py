"""Somebody who is signed in, whether their connection is up or lost for the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import implementer

from chatd.domain.limits import CHANGE_SECONDS, Limits, RateWindow
from chatd.interfaces import IPeer, ISession

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatd.hub.room import Room


@implementer(ISession)
class Session:
    """What the hub keeps of one person's presence.

    :ivar id: 16 random bytes that name it.
    :ivar secret: 32 random bytes that take it back after a lost connection.
    :ivar key: the public key it is bound to; b"" where the door has none.
    :ivar rooms: the rooms it is in, in the order of joining.
    :ivar since: sign-in time, milliseconds since the epoch.
    :ivar active: monotonic seconds of the last thing the person did.
    :ivar typing: monotonic seconds of the last typing notice passed on.
    :ivar typing_to: the room or person who was last told that it is typing, and not yet the end.
    :ivar limited: its last message was refused by the rate limit.
    :ivar expiry: the end of the grace time, while the connection is lost.
    """

    __slots__ = (
        "active",
        "away",
        "changes",
        "expiry",
        "id",
        "key",
        "limited",
        "nick",
        "peer",
        "rooms",
        "secret",
        "since",
        "typing",
        "typing_to",
        "window",
    )

    def __init__(
        self, session_id: bytes, secret: bytes, key: bytes, nick: str, peer: IPeer, limits: Limits
    ) -> None:
        self.id = session_id
        self.secret = secret
        self.key = key
        self.nick = nick
        self.peer = peer
        self.rooms: list[Room] = []
        self.away = ""
        self.since = 0
        self.active = 0.0
        self.typing = 0.0
        self.typing_to: Room | Session | None = None
        self.limited = False
        self.expiry: IDelayedCall | None = None
        self.changes = RateWindow(limits.changes, CHANGE_SECONDS)
        self.window = RateWindow(
            limits.rate_count, limits.rate_seconds, peer.door.capabilities.counts_refused
        )

    @property
    def room_names(self) -> list[str]:
        """The names of the rooms it is in."""
        return [room.name for room in self.rooms]
