"""One life of a client: open the vault, sign in, store the next token, confirm it; die at a step.

It runs in a process forked from the torturer, which has all code loaded: so a life costs
milliseconds, and what kills it is a real signal.
"""

from __future__ import annotations

import os
import signal
from enum import Enum
from pathlib import Path
from typing import Any

from chatd.wire import messages
from client.connection import Connection
from client.credentials import Member
from client.endpoint import endpoint_of
from client.model.uplink import ConnectionState, Online, Stopped
from client.vault.vault import Vault

PASSWORD = "tortured enough"

#: Seconds a life has to sign in, through restarts of the daemon.
PATIENCE = 40.0

#: Exit statuses: signed in; refused (with the code behind it in the life's file); never got in.
SIGNED_IN, REFUSED, LATE = 0, 20, 21


class Step(Enum):
    """Where a life can end, between any two things that last."""

    READY = "before READY is sent"
    WELCOME = "before the token is stored"
    KEPT = "before the token is confirmed"
    CONFIRMED = "after the confirmation"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Member):
    """Signs in as any member does, and may die at it."""

    def __init__(self, vault: Vault, end: Step | None) -> None:
        super().__init__(vault, "tortured")
        self._end = end

    def ready(self, nick: str, resume: messages.Resume | None) -> messages.Ready:
        """The last step of the handshake."""
        if self._end is Step.READY:
            _die()
        return super().ready(nick, None)  # a token each time: that is what is tried here

    def keep(self, me: messages.Me) -> None:
        """Store the token."""
        if self._end is Step.WELCOME:
            _die()
        super().keep(me)
        if self._end is Step.KEPT:
            _die()


class Watch:
    """Hears how it went."""

    def __init__(self, end: Step | None, told: Path) -> None:
        self.connection: Connection
        self._end = end
        self._told = told

    def connection_changed(self, state: ConnectionState) -> None:
        """Online: wait for one more answer, which comes after the confirmation's."""
        if isinstance(state, Online):
            self.connection.request(messages.Measure).addCallbacks(self._over, lambda _: None)
        elif isinstance(state, Stopped):
            self._told.write_text(f"{int(state.error.code)} {state.error.text}")
            os._exit(REFUSED)

    def _over(self, _: object) -> None:
        if self._end is Step.CONFIRMED:
            _die()
        os._exit(SIGNED_IN)

    def welcomed(self, welcome: messages.Welcome) -> None: ...

    def received(self, message: messages.ServerMessage) -> None: ...

    def lag_changed(self, seconds: float) -> None: ...

    def warned(self, text: str) -> None: ...


def live(home: Path, port: int, end: Step | None) -> None:
    """A whole life; never returns. What it has to say stands in the file ``told`` in its home."""
    from twisted.internet import reactor as running

    reactor: Any = running
    vault = Vault.open(home, PASSWORD)
    link = vault.identity.server.link
    link = type(link)(link.host, port, link.tls, link.fingerprint)
    watch = Watch(end, home / "told")
    mortal = Mortal(vault, end)
    watch.connection = Connection(reactor, endpoint_of(reactor, link), link, "", watch, mortal)
    reactor.callLater(PATIENCE, os._exit, LATE)
    reactor.callWhenRunning(watch.connection.start)
    reactor.run(installSignalHandlers=False)
