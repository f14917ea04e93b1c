"""One signed-in connection, whether it is up or lost for the moment."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from zope.interface import implementer

from chatd.domain.account import ID_BYTES
from chatd.interfaces import IPeer, ISession

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from chatd.domain.account import Account, Device
    from chatd.hub.person import Person

#: Comes after every id.
ALL = b"\xff" * (ID_BYTES + 1)


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
    :ivar reached: up to which id it knows its device's conversations since its connection began,
        :data:`ALL` for all; None where it does not fetch and acknowledge what is said in them: it
        is told of that as it comes, and that is all.
    :ivar waiting: those of them of which it has not fetched everything yet, None for none. There,
        and beyond ``reached``, it is told of nothing.
    :ivar skipped: in which of these something was said while it was reading from the store.
    """

    __slots__ = (
        "active",
        "began",
        "device",
        "expiry",
        "id",
        "key",
        "peer",
        "person",
        "reached",
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
        self.reached: bytes | None = None
        self.waiting: set[bytes] | None = None
        self.skipped: set[bytes] | None = None  # a set while it reads

    @property
    def keeps(self) -> bool:
        """Whether its device fetches and acknowledges."""
        return self.reached is not None

    def awaits(self, conversation: bytes) -> bool:
        """Whether it has to fetch what is said in a conversation."""
        if self.reached is None:
            return False
        return conversation > self.reached or (
            self.waiting is not None and conversation in self.waiting
        )

    def skip(self, conversation: bytes) -> None:
        """Something was said in a conversation that it has to fetch. What was said before it reads
        is in what it reads."""
        if self.skipped is not None:
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
