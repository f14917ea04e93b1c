"""The machine a client runs on, in memory: threads that are done at once, a cheap Argon2id, a
keychain and Unix sockets of its own, and nobody at the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from client import dialer, offline, unlock
from client.enrolment import lines, wizard
from client.vault.errors import KeychainError
from client.vault.vault import Vault
from tests.client.vault.vault_case import CHEAP
from tests.support.network import Network
from tests.support.sockets import Sockets


class _Pool:
    """Threads that have done their work when they are asked for it."""

    def callInThreadWithCallback(
        self, told: Callable[[bool, Any], None], work: Callable[..., Any], *args: Any, **named: Any
    ) -> None:
        try:
            done = work(*args, **named)
        except Exception:
            told(False, Failure())
        else:
            told(True, done)


class Safe:
    """A keychain of the tests' own; see :class:`client.vault.keychain.Keychain`.

    :cvar kept: passwords by folder; :cvar locked: it refuses.
    """

    kept: ClassVar[dict[Path, str]] = {}
    locked: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def remember(self, password: str) -> None:
        if self.locked:
            raise KeychainError("the keychain is locked")
        self.kept[self._folder] = password

    def recall(self) -> str | None:
        return None if self.locked else self.kept.get(self._folder)

    def forget(self) -> None:
        self.kept.pop(self._folder, None)


class CheapVault(Vault):
    """Made with an Argon2id that costs nothing; opened as any other."""

    create = partial(Vault.create, cost=CHEAP)  # type: ignore[assignment]


def machine(test: SynchronousTestCase, network: Network) -> Any:
    """Let what the client uses of this machine be in memory, for one test.

    :return: the reactor: the network's clock.
    """
    reactor: Any = network.clock
    reactor.getThreadPool = _Pool
    reactor.callFromThread = lambda work, *arguments: work(*arguments)
    reactor.callWhenRunning = lambda *arguments: None
    reactor.sockets = sockets = Sockets(network)
    reactor.listenUNIX, reactor.connectUNIX = sockets.listenUNIX, sockets.connectUNIX
    test.patch(Safe, "kept", {})
    for module in (offline, unlock):
        test.patch(module, "Keychain", Safe)
    test.patch(wizard, "Vault", CheapVault)
    test.patch(dialer, "endpoint_of", lambda *arguments: network)
    test.patch(lines, "_at_terminal", lambda: False)
    return reactor
