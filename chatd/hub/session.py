"""One signed-in connection, whether it is up or lost for the moment."""

from __future__ import annotations

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
    :ivar active: monotonic seconds of the last thing the person said by it.
    :ivar expiry: the end of the grace time, while the connection is lost.
    """

    __slots__ = ("active", "device", "expiry", "id", "key", "peer", "person", "secret", "since")

    def __init__(
        self,
        session_id: bytes,
        secret: bytes,
        key: bytes,
        peer: IPeer,
        person: Person,
        device: Device | None = None,
    ) -> None:
        self.id = session_id
        self.secret = secret
        self.key = key
        self.peer = peer
        self.person = person
        self.device = device
        self.since = 0
        self.active = 0.0
        self.expiry: IDelayedCall | None = None

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
