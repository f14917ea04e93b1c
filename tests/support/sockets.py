"""Unix sockets in memory: who listens at which path. Bytes are carried with the network's."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError, ConnectionRefusedError
from twisted.python.failure import Failure

from tests.support.network import Line, Network


class Port:
    """Somebody listens, until told to stop."""

    def __init__(self, sockets: Sockets, path: str) -> None:
        self._sockets = sockets
        self._path = path

    def stopListening(self) -> Deferred[None]:
        """As a port does."""
        del self._sockets.listening[self._path]
        return succeed(None)


class Sockets:
    """The part of a reactor that has to do with Unix sockets.

    :ivar listening: factories by path; :ivar modes: of the sockets they made.
    :ivar lines: every connection made so far, the oldest first.
    """

    def __init__(self, network: Network) -> None:
        self.listening: dict[str, Any] = {}
        self.modes: dict[str, int] = {}
        self.lines: list[Line] = []
        self._network = network

    def listenUNIX(self, path: str, factory: Any, mode: int) -> Port:
        """As a reactor does."""
        if path in self.listening:
            raise CannotListenError(None, path, OSError("in use"))
        self.listening[path] = factory
        self.modes[path] = mode
        return Port(self, path)

    def connectUNIX(self, path: str, factory: Any, timeout: float, checkPID: bool) -> None:
        """As a reactor does."""
        factory.startedConnecting(None)
        if path not in self.listening:
            factory.clientConnectionFailed(None, Failure(ConnectionRefusedError()))
            return
        client, server = factory.buildProtocol(None), self.listening[path].buildProtocol(None)
        self.lines.append(Line(client, server))
        self._network.lines.append(self.lines[-1])
