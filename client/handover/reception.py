"""The running chatc's socket, and the visitors who came by it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory

from chatd.domain.link import Link
from chatd.wire import messages

from .frames import VERSION, Hello, Recall
from .place import NoPlace, socket_path
from .visitor import Visitor

#: Visitors at once.
MOST_VISITORS = 64


class Host(Protocol):
    """See :class:`client.handover.host.Host`."""

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        """A visitor asks something."""

    def recalled(self, recall: Recall) -> messages.Status:
        """A visitor asks for a page of the history: the answer."""

    def left(self, visitor: Visitor) -> None:
        """A visitor is gone."""


class Reception:
    """
    :param home: the folder of the profile whose vault this process has.
    :param server: the link it connects to; :param handle: whose profile it is.
    """

    def __init__(self, reactor: Any, home: Path, server: Link, handle: str, host: Host) -> None:
        self._reactor = reactor
        self._home = home
        self._hello = Hello(VERSION, os.getpid(), str(server), handle)
        self._host = host
        self._port: Any = None
        self._visitors: list[Visitor] = []
        self._state: Struct | None = None

    def open(self) -> None:
        """Let visitors come. A socket left by a process that was killed is replaced: who has the
        vault's lock is the only one.

        :raises NoPlace: there cannot be a socket.
        """
        path = socket_path(self._home)
        factory = Factory.forProtocol(lambda: Visitor(self))
        factory.noisy = False
        try:
            with suppress(FileNotFoundError):
                os.unlink(path)
            self._port = self._reactor.listenUNIX(path, factory, mode=0o600)
        except OSError as error:
            raise NoPlace(f"{path} cannot be removed: {error.strerror}") from None
        except CannotListenError as error:
            raise NoPlace(f"{path} cannot be made: {error.socketError}") from None

    async def close(self) -> None:
        """Let nobody come any more. Whoever takes the vault next has the path."""
        port, self._port = self._port, None
        if port is not None:
            with suppress(OSError):  # somebody has removed it
                await port.stopListening()

    def dismiss(self) -> None:
        """Hang up on everybody."""
        for visitor in list(self._visitors):
            visitor.close()

    def tell(self, message: Struct, but: Visitor | None = None) -> None:
        """Tell everybody but one."""
        for visitor in list(self._visitors):
            if visitor is not but:
                visitor.send(message)

    def tell_state(self, state: messages.Welcome | messages.Closing | None) -> None:
        """Tell everybody how the connection is, and whoever comes later; None: nobody knows."""
        self._state = state
        if state is not None:
            self.tell(state)

    # ------------------------------------------------------------ as the visitors' owner

    def visited(self, visitor: Visitor) -> None:
        """Say who is here; of too many, the last is sent away."""
        if len(self._visitors) >= MOST_VISITORS:
            visitor.close()
            return
        self._visitors.append(visitor)
        visitor.send(self._hello)
        if self._state is not None:
            visitor.send(self._state)

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        """Passed on."""
        self._host.asked(visitor, request)

    def recalled(self, recall: Recall) -> messages.Status:
        """Passed on."""
        return self._host.recalled(recall)

    def left(self, visitor: Visitor) -> None:
        """Passed on, but for those who were sent away."""
        if visitor in self._visitors:
            self._visitors.remove(visitor)
            self._host.left(visitor)
