"""How a second process finds the one that has the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import TimeoutError
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater

from ..link import HANDSHAKE_TIMEOUT
from ..vault.errors import VaultInUse
from ..vault.vault import Vault
from .place import NoPlace, socket_path
from .visit import Visit

#: Seconds between two attempts, and that a running process has to greet.
_PAUSE = 0.1
GREETING_TIMEOUT = 5.0


async def reach(reactor: Any, home: Path) -> Visit | None:
    """Wait for the process that has a profile's vault to take commands, or to let go of the vault:
    what has it for one thing only takes none, but is soon done.

    :return: the way through it; None where nobody has the vault.
    :raises VaultInUse: it does neither; the text says what to do.
    :raises VaultError: the vault is none that could be opened, or that process is of another
        version.
    """
    begun = reactor.seconds()
    while True:
        try:
            Vault.check(home)
            return None
        except VaultInUse as error:
            in_use = error
        try:
            return await _visit(reactor, socket_path(home))
        except TimeoutError:
            raise VaultInUse(
                f"{in_use}; it takes no commands now: if it is suspended, wake it (fg)", in_use.pid
            ) from None
        except NoPlace as error:
            reason = f"{in_use}; it cannot take commands, since {error}"
        except (ConnectError, ConnectionClosed):
            reason = str(in_use)
        if reactor.seconds() - begun >= HANDSHAKE_TIMEOUT:
            raise VaultInUse(reason, in_use.pid)
        await deferLater(reactor, _PAUSE, lambda: None)


async def _visit(reactor: Any, path: str) -> Visit:
    """
    :raises ConnectError, ConnectionClosed: nobody takes commands there.
    :raises TimeoutError: somebody does not greet.
    """
    factory = Factory.forProtocol(lambda: Visit(reactor))
    factory.noisy = False
    visit: Visit = await UNIXClientEndpoint(reactor, path, HANDSHAKE_TIMEOUT).connect(factory)
    return await visit.greeted.addTimeout(GREETING_TIMEOUT, reactor)
