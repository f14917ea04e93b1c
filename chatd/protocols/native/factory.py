"""Makes a session for each connection, and keeps their hearts beating."""

from __future__ import annotations

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall

from chatd.protocols.native.door import NativeDoor
from chatd.protocols.native.session import NativeSession
from chatd.protocols.surroundings import Surroundings

#: Seconds between two looks at every session's silence.
TICK = 1.0


class NativeFactory(Factory):
    """One for all native endpoints of a daemon, plain and TLS."""

    noisy = False

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.door = NativeDoor()
        self.sessions: set[NativeSession] = set()
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = surroundings.clock

    def buildProtocol(self, addr: IAddress | None) -> NativeSession:
        """A session for one more connection."""
        address = str(getattr(addr, "host", "local"))
        session = NativeSession(self.surroundings, self.door, address, self.sessions)
        session.factory = self
        return session

    def startFactory(self) -> None:
        """Listening begins."""
        self._ticking.start(TICK, now=False)

    def stopFactory(self) -> None:
        """Listening ends; called when the last port is closed."""
        if self._ticking.running:
            self._ticking.stop()

    def _tick(self) -> None:
        now = self.surroundings.clock.seconds()
        for session in list(self.sessions):
            session.tick(now, TICK)


def factory(surroundings: Surroundings) -> NativeFactory:
    """What the plug-in names."""
    return NativeFactory(surroundings)
