"""What the tests of the native door share: a server with nobody in it."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from tests.protocols.native.caller import Caller
from tests.protocols.native.device import People
from tests.protocols.native.signed import Signed
from tests.support.server import Server
from tests.support.store import memory_store


class NativeCase(SynchronousTestCase):
    limits = Limits()
    entry = EntryLimits()

    def setUp(self) -> None:
        self.server = Server(self.limits, self.entry)
        self.factory = NativeFactory(self.server.around)

    def caller(self) -> Caller:
        return Caller(self.server, self.factory)

    def signed(self, nick: str = "") -> Signed:
        return Signed(self.server, self.factory, nick)

    def pending(self) -> int:
        """Handshakes that count as unfinished."""
        return self.server.around.entry._pending_total


class AccountCase(NativeCase):
    """A server with a store, where all ways in are open."""

    def setUp(self) -> None:
        self.store = memory_store()
        self.server = Server(self.limits, self.entry, self.store)
        self.factory = NativeFactory(self.server.around)
        self.people = People(self.server, self.factory)

    def closed(self, code: Code, answers: list[Any]) -> messages.Closing:
        """The one answer is the end, with this code."""
        (closing,) = answers
        self.assertEqual((type(closing), closing.code), (messages.Closing, code))
        assert isinstance(closing, messages.Closing)
        return closing
