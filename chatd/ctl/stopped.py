"""A server whose daemon does not run: opened by this process, which does what the daemon would.

chatctl itself waits for each answer; the loop that the store and the hub need runs on a thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Thread
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.threads import blockingCallFromThread

from chatd.config import NATIVE, Config
from chatd.ctl.command import PROGRAM
from chatd.ctl.running import Denied, question
from chatd.domain.link import Link
from chatd.errors import Refused
from chatd.invitation import planned_links
from chatd.protocols.control.desk import Desk, NotAQuestion
from chatd.server import Server


class Stopped:
    """
    :raises ConfigError: somebody else has the data directory, or something in it is wrong.
    """

    def __init__(self, config: Config, reactor: Any = global_reactor) -> None:
        self._reactor = reactor
        self._config = config
        self._server = Server(reactor, config, program=PROGRAM)
        self._desk = Desk(self._server.hub, self._server.answers(self._links))
        self._loop: Thread | None = None
        if not reactor.running:
            arguments = {"installSignalHandlers": False}
            self._loop = Thread(target=reactor.run, kwargs=arguments, daemon=True)
            self._loop.start()
        self._call(self._server.start)

    def ask(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Ask something; see :mod:`chatd.protocols.control.desk`.

        :raises Denied: it cannot be done.
        """
        line = question(name, **arguments)
        try:
            answer = self._call(lambda: self._answer(line))
        except Refused as error:
            raise Denied(error.text, error.code) from None
        except NotAQuestion as error:
            raise Denied(str(error)) from None
        except CancelledError:
            raise Denied(
                "the database broke off, and does not say whether this was done; when it is back, "
                "look, and do it again if it was not"
            ) from None
        return dict(answer)

    def close(self) -> None:
        """Leave all of it on the disk."""
        self._call(self._server.stop)
        if self._loop is not None:
            self._reactor.callFromThread(self._reactor.stop)
            self._loop.join()

    def _answer(self, line: bytes) -> Deferred[Mapping[str, Any]]:
        answer = Deferred.fromCoroutine(self._desk.answer(line))
        self._server.store.apart.addCallback(lambda _: answer.cancel())
        return answer

    def _links(self) -> list[Link]:
        config = self._config
        native = [(one.tls, one.endpoint) for one in config.listeners if one.protocol == NATIVE]
        return planned_links(native, config.public, self._server.keys.fingerprint)

    def _call(self, function: Any) -> Any:
        return blockingCallFromThread(self._reactor, function)
