"""JSON lines over a Unix socket that only the daemon's own user can open (mode 0600).

A request is one object: ``{"ask": NAME}``. The answer is one object: ``{"ok": true, ...}``, or
``{"ok": false, "error": TEXT}``. The first word that is no request ends the connection.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.protocols.basic import LineOnlyReceiver

from chatd.errors import ConfigError

Answer = Callable[[], Mapping[str, Any]]

#: The socket's name in the data directory.
SOCKET = "control.sock"


class ControlSession(LineOnlyReceiver):
    """One chatctl."""

    transport: Any
    delimiter = b"\n"
    MAX_LENGTH = 4096
    log = Logger()

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def lineReceived(self, line: bytes) -> None:
        """One request, one answer."""
        try:
            request = json.loads(line)
            answer = self._answers[request["ask"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            known = ", ".join(sorted(self._answers))
            self._send(
                {"ok": False, "error": f"not a request this daemon knows; it knows: {known}"}
            )
            self.transport.loseConnection()
            return
        try:
            self._send({"ok": True, **answer()})
        except ConfigError as error:
            self._send({"ok": False, "error": str(error)})
        except Exception:
            self.log.failure("a control request failed")
            self._send({"ok": False, "error": "it failed; the daemon's log says why"})

    def _send(self, answer: Mapping[str, Any]) -> None:
        self.transport.write(json.dumps(answer).encode() + b"\n")


class ControlFactory(Factory):
    """:param answers: what can be asked, by name."""

    noisy = False

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def buildProtocol(self, addr: IAddress | None) -> ControlSession:
        """A session for one more chatctl."""
        session = ControlSession(self._answers)
        session.factory = self
        return session
