"""One client link with an owner that writes down what it is told."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code
from chatd.wire import messages
from chatd.wire.hello import Ack, Hello
from client.link import ClientLink
from tests.client.by_hand import ByHand, welcome
from tests.support.network import Line, Network


class Caller:
    """Somebody who calls a server once; see :class:`client.link.Owner`.

    :param listening: the server's side; the network's own door when None.
    :ivar told: what the link said: the hello, the advice, the welcome, events, lags, the end.
    :ivar refusal: raised when the hello is there.
    """

    def __init__(
        self, network: Network, listening: Any = None, nick: str = "alice", proxied: bool = False
    ) -> None:
        self.wish = nick
        self.told: list[Any] = []
        self.method = "guest"
        self.refusal: ChatError | None = None
        self.resume: messages.Resume | None = None
        self._network = network
        clock = network.clock
        turn = Turn(lambda run: clock.callLater(0, run), self._broke)
        key = X25519PrivateKey.generate()
        self.link = ClientLink(clock, turn, key, self, proxied)
        self.line = Line(self.link, listening or network.door.buildProtocol(None))
        network.lines.append(self.line)

    def _broke(self) -> None:
        self.told.append("a flush failed")

    def take(self, kind: type[Any]) -> list[Any]:
        """What was told of one kind, once."""
        self._network.settle()
        found = [one for one in self.told if isinstance(one, kind)]
        self.told = [one for one in self.told if not isinstance(one, kind)]
        return found

    @property
    def end(self) -> Code | None:
        """Why the connection is over; None while it is not."""
        self._network.settle()
        found = [one for one in self.told if isinstance(one, ChatError)]
        assert len(found) <= 1, found
        return found[0].code if found else None

    # ------------------------------------------------------------ as the link's owner

    def opened(self, link: ClientLink) -> None:
        self.told.append("opened")

    def greeted(self, hello: Hello) -> None:
        self.told.append(hello)
        if self.refusal is not None:
            raise self.refusal

    def sign_in(self, hello: Hello, ack: Ack) -> messages.Ready:
        self.told.append(ack)
        return messages.Ready(self.method, ack.nick, b"", self.resume)

    def welcomed(self, welcome: messages.Welcome) -> None:
        self.told.append(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        self.told.append(message)

    def lag_changed(self, seconds: float) -> None:
        self.told.append(seconds)

    def lost(self, error: ChatError) -> None:
        self.told.append(error)


class Talk:
    """A caller and a server by hand, signed in unless told otherwise."""

    def __init__(self, steps: int = 2, welcomed: bool = True, **announced: Any) -> None:
        self.network = Network()
        self.server = ByHand(steps, **announced)
        self.caller = Caller(self.network, self.server)
        self.network.settle()
        if welcomed and steps >= 2:
            self.server.say(welcome())
            self.network.settle()
            self.server.took()
            self.caller.told.clear()
