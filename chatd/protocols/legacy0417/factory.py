"""Makes a session for each connection to the door ``legacy0417``."""

from __future__ import annotations

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatd.protocols.legacy0417.door import Door
from chatd.protocols.legacy0417.session import LegacySession
from chatd.protocols.surroundings import Surroundings


class LegacyFactory(Factory):
    """One for all endpoints of this protocol."""

    noisy = False
    log = Logger()

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.door = Door()

    def startFactory(self) -> None:
        """Listening begins. Whoever comes by this door is a guest."""
        if not self.surroundings.hub.guests:
            self.log.warn(
                "legacy0417 is for guests, and guests are off: everybody who comes by it is "
                "refused; --guests lets them in"
            )

    def buildProtocol(self, addr: IAddress | None) -> LegacySession:
        """A session for one more connection."""
        address = str(getattr(addr, "host", "local"))
        session = LegacySession(self.surroundings, self.door, address)
        session.factory = self
        return session


def factory(surroundings: Surroundings) -> LegacyFactory:
    """What the plug-in names."""
    return LegacyFactory(surroundings)
