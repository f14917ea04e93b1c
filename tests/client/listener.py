"""A connection's listener that writes down what it is told."""

from __future__ import annotations

from typing import Any

from twisted.internet.protocol import Factory

from chatd.domain.link import Link, fingerprint
from chatd.errors import ChatError
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from client.connection import Connection
from client.model.uplink import ConnectionState, Online, Stopped, Waiting
from tests.client.by_hand import KEY, ByHand
from tests.support.network import Line, Network


class Listener:
    """:ivar told: states, welcomes, events and lags, in order."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def connection_changed(self, state: ConnectionState) -> None:
        self.told.append(state)

    def welcomed(self, welcome: messages.Welcome) -> None:
        self.told.append(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        self.told.append(message)

    def lag_changed(self, seconds: float) -> None:
        self.told.append(seconds)

    def warned(self, text: str) -> None:
        self.told.append(text)

    def take(self, kind: type[Any]) -> list[Any]:
        """What was told of one kind, once."""
        found = [one for one in self.told if isinstance(one, kind)]
        self.told = [one for one in self.told if not isinstance(one, kind)]
        return found

    @property
    def state(self) -> ConnectionState:
        """The last state told."""
        return next(one for one in reversed(self.told) if isinstance(one, ConnectionState))


class Hands(Factory):
    """Makes servers by hand, one for each connection, and keeps them.

    :ivar announced: what their HELLO says otherwise than usual.
    """

    def __init__(self, steps: int = 2) -> None:
        self.made: list[ByHand] = []
        self.announced: dict[str, Any] = {}
        self._steps = steps

    def buildProtocol(self, addr: object) -> ByHand:
        """One more."""
        self.made.append(ByHand(self._steps, **self.announced))
        return self.made[-1]


class Subscriber:
    """A connection to a network in memory, and what it tells.

    :param by_hand: the servers' part is played by hand (:attr:`hands`), this many steps of it.
    :param pin: the key expected; the right one when None.
    :param options: of the connection.
    :ivar link: to the network.
    """

    def __init__(
        self,
        network: Network | None = None,
        by_hand: int | None = None,
        pin: str | None = None,
        **options: Any,
    ) -> None:
        self.network = network or Network()
        self.hands = Hands(by_hand or 0)
        key = public_bytes(self.network.server.around.static)
        if by_hand is not None:
            self.network.listening, key = self.hands, KEY
        self.heard = Listener()
        self.link = Link("127.0.0.1", fingerprint=fingerprint(key) if pin is None else pin)
        options = {"nick": "alice", **options}
        self.connection = Connection(
            self.network.clock, self.network, self.link, listener=self.heard, **options
        )

    def start(self) -> None:
        """Begin, and see how far it comes."""
        self.connection.start()
        self.network.settle()

    @property
    def line(self) -> Line:
        """Its present connection's."""
        lines = self.network.lines
        return next(one for one in lines if one.client.protocol is self.connection._link)

    @property
    def online(self) -> bool:
        """Whether it is signed in."""
        self.network.settle()
        return isinstance(self.heard.state, Online)

    @property
    def error(self) -> ChatError | None:
        """Why it has given up; None while it has not."""
        self.network.settle()
        state = self.heard.state
        return state.error if isinstance(state, Stopped) else None

    @property
    def waiting(self) -> Waiting | None:
        """How long it waits for the next attempt, and why."""
        self.network.settle()
        state = self.heard.state
        return state if isinstance(state, Waiting) else None
