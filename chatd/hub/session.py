"""One signed-in connection, whether it is up or lost for the moment."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from zope.interface import implementer

from chatd.interfaces import IPeer, ISession

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatd.domain.account import Account, Device
    from chatd.hub.person import Person


@implementer(ISession)
class Session:
    """What the hub keeps of a connection.

    :ivar id: 16 random bytes that name it.
    :ivar secret: 32 random bytes that take it back after a lost connection.
    :ivar key: the public key it is bound to; b"" where the door has none.
    :ivar person: whose it is.
    :ivar device: what they signed in with; None for a guest.
    :ivar since: sign-in time, milliseconds since the epoch.
    :ivar began: monotonic seconds at which its connection began.
    :ivar active: monotonic seconds of the last thing the person said by it.
    :ivar expiry: the end of the grace time, while the connection is lost.
    :ivar keeps: its device fetches and acknowledges what is said in lasting conversations; else it
        is told of that as it comes, and that is all.
    :ivar waiting: ids of the conversations of which it has not fetched everything yet, where it is
        told of nothing; None for all. Of no meaning where it does not keep.
    :ivar skipped: those of them in which something was said since it last began to fetch.
    """

    __slots__ = (
        "active",
        "began",
        "device",
        "expiry",
        "id",
        "keeps",
        "key",
        "peer",
        "person",
        "secret",
        "since",
        "skipped",
        "waiting",
    )

    def __init__(self, key: bytes, peer: IPeer, person: Person, device: Device | None) -> None:
        self.id = secrets.token_bytes(16)
        self.secret = secrets.token_bytes(32)
        self.key = key
        self.peer = peer
        self.person = person
        self.device = device
        self.since = 0
        self.began = self.active = 0.0
        self.expiry: IDelayedCall | None = None
        self.keeps = False
        self.waiting: set[bytes] | None = None
        self.skipped: set[bytes] | None = None  # a set with the first that is skipped

    def awaits(self, conversation: bytes) -> bool:
        """Whether it has to fetch what is said in a conversation."""
        return self.keeps and (self.waiting is None or conversation in self.waiting)

    def skip(self, conversation: bytes) -> None:
        """Something was said in a conversation that it has to fetch."""
        if self.skipped is None:
            self.skipped = set()
        self.skipped.add(conversation)

    @property
    def nick(self) -> str:
        """The nick, as shown."""
        return self.person.nick

    @property
    def account(self) -> Account | None:
        """Whose it is; None for a guest."""
        return self.person.account

    @property
    def room_names(self) -> list[str]:
        """The names of the rooms it is in."""
        return [room.name for room in self.person.rooms]
