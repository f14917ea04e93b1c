"""A native client in memory, signed in at a real native door."""

from __future__ import annotations

from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from tests.protocols.native.caller import ADDRESS, Caller
from tests.support.server import Server

__all__ = ["ADDRESS", "Signed"]


class Signed(Caller):
    """Somebody with this nick, or with any.

    :ivar welcome: what the server said to it.
    """

    welcome: messages.Welcome

    def __init__(self, server: Server, factory: NativeFactory, nick: str = "") -> None:
        super().__init__(server, factory)
        (self.welcome,) = self.sign_in(nick)
