"""What the tests of the native door share: a server with nobody in it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.protocols.native.factory import NativeFactory
from tests.protocols.native.caller import Caller
from tests.protocols.native.signed import Signed
from tests.support.server import Server


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
