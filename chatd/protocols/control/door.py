"""JSON lines over a Unix socket that only the daemon's own user can open (mode 0600).

A request is one object: ``{"ask": NAME, …arguments}``. The answer is one object: ``{"ok": true,
…}``, or ``{"ok": false, "error": TEXT}``, with the ``code`` of what the hub refuses; requests are
answered in their order. The first word that is no request ends the connection.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.protocols.basic import LineReceiver

from chatd.errors import ConfigError, Refused
from chatd.interfaces import IHub
from chatd.protocols.control.desk import Answer, Desk, NotAQuestion

#: The socket's name in the data directory.
SOCKET = "control.sock"


class ControlSession(LineReceiver):
    """One chatctl."""

    transport: Any
    delimiter = b"\n"
    MAX_LENGTH = 16 * 1024  # the longest password that is imported, escaped
    log = Logger()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def lineReceived(self, line: bytes) -> None:
        """One request, one answer; the next is read only after that."""
        self.pauseProducing()  # type: ignore[no-untyped-call]
        Deferred.fromCoroutine(self._handle(line)).addErrback(self._broken)

    def lineLengthExceeded(self, line: bytes) -> None:
        """No request is that long, and where the next one begins is not known."""
        self._send({"ok": False, "error": "the request is too long"})
        self.transport.loseConnection()

    async def _handle(self, line: bytes) -> None:
        try:
            self._send({"ok": True, **await self._desk.answer(line)})
        except NotAQuestion as error:
            self._send({"ok": False, "error": str(error)})
            self.transport.loseConnection()
            return
        except Refused as error:
            self._send({"ok": False, "error": error.text, "code": error.code})
        except ConfigError as error:
            self._send({"ok": False, "error": str(error)})
        except Exception:
            self.log.failure("a control request failed")
            self._send({"ok": False, "error": "it failed; the daemon's log says why"})
        self.resumeProducing()  # type: ignore[no-untyped-call]

    def _send(self, answer: Mapping[str, Any]) -> None:
        self.transport.write(json.dumps(answer).encode() + b"\n")

    def _broken(self, failure: Any) -> None:
        self.log.failure("the control door failed", failure)
        self.transport.loseConnection()


class ControlFactory(Factory):
    """
    :param hub: does the admin's orders.
    :param answers: makes, for each chatctl, what the daemon itself can tell, by name.
    """

    noisy = False

    def __init__(self, hub: IHub, answers: Callable[[], Mapping[str, Answer]]) -> None:
        self._hub = hub
        self._answers = answers

    def buildProtocol(self, addr: IAddress | None) -> ControlSession:
        """A session for one more chatctl."""
        session = ControlSession(Desk(self._hub, self._answers()))
        session.factory = self
        return session
