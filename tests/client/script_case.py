"""What the tests of scripts share: a script in memory, and Bob, who talks to it."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.connection import Connection
from client.script import Script
from tests.client.listener import Subscriber
from tests.support.network import Network
from tests.support.server import Server


class ScriptTest(SynchronousTestCase):
    """A script, and Bob in #tea who is a full client.

    :cvar limits: the server's.
    """

    limits = Limits(rate_count=0)

    def setUp(self) -> None:
        self.network = Network(Server(self.limits))
        self.bob = Subscriber(self.network, nick="Bob")
        self.bob.start()
        self.ask(partial(messages.Join, room="tea", password="mint"))
        self.told: list[dict[str, Any]] = []

    def ask(self, make: Any) -> Any:
        """Bob does something."""
        answer = self.bob.connection.request(make)
        self.network.settle()
        return self.successResultOf(answer)

    def heard(self) -> list[str]:
        """What Bob heard."""
        self.network.settle()
        kinds = messages.RoomSaid | messages.DirectSaid
        return [one.text for one in self.bob.heard.told if isinstance(one, kinds)]

    def script(self, **options: Any) -> Script:
        """Signed in."""
        script = self.unsigned(**options)
        self.done(script.online())
        return script

    def unsigned(self, **options: Any) -> Script:
        usual = {"link": self.bob.link, "nick": "robot", "strict": True, "tries": 1}
        options = {**usual, **options}
        return Script(
            self.network.clock,
            lambda own: Connection(self.network.clock, self.network, listener=own, **options),
        )

    def begun(self, work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
        """As far as it comes without waiting."""
        begun = Deferred.fromCoroutine(work)
        self.network.settle()
        return begun

    def done(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.successResultOf(self.begun(work))

    def refused(self, work: Coroutine[Any, Any, Any]) -> Code:
        return self.code(self.begun(work))

    def code(self, failed: Deferred[Any]) -> Code:
        error = self.failureResultOf(failed, ChatError).value
        assert isinstance(error, ChatError)
        return error.code
