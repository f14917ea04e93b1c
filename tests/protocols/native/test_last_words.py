"""What a native connection does once its end is decided: it says why, and nothing else."""

from __future__ import annotations

import gc
from typing import Any

from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import TestCase
from zope.interface import directlyProvides

from chatd.domain.entry import EntryLimits
from chatd.errors import Code
from chatd.protocols.native.factory import NativeFactory
from chatd.protocols.native.session import LAST_WORD
from chatd.wire import messages
from tests.protocols.native.signed import ADDRESS, Signed
from tests.support.server import Server


class RefusedOverTLS(TestCase):
    """A connection is refused before its TLS handshake is complete."""

    def setUp(self) -> None:
        self.server = Server(entry=EntryLimits(per_minute=1))
        factory = NativeFactory(self.server.around)
        factory.buildProtocol(ADDRESS).makeConnection(StringTransport())
        self.transport: Any = StringTransport()
        directlyProvides(self.transport, ISSLTransport)
        self.protocol: Any = factory.buildProtocol(ADDRESS)
        self.protocol.makeConnection(self.transport)

    def test_completes(self) -> None:
        """The refusal is all that is ever sent."""
        refusal = self.transport.value()
        self.assertEqual(refusal[4:5], b"-")
        self.protocol.handshakeCompleted()
        self.assertEqual(self.transport.value(), refusal)

    def test_never_completes(self) -> None:
        """Who does not go on with TLS is cut off."""
        self.assertFalse(self.transport.disconnected)
        self.server.clock.advance(LAST_WORD)
        self.assertTrue(self.transport.disconnected)

    def test_goes(self) -> None:
        """Nothing is left to do when the connection is gone."""
        self.protocol.connectionLost()
        self.server.clock.advance(LAST_WORD)
        self.assertFalse(self.transport.disconnected)


class Leaving(TestCase):
    """Requests that wait behind the one that ends the connection."""

    def test_after_logout(self) -> None:
        """They are forgotten."""
        server = Server()
        factory = NativeFactory(server.around)
        first = Signed(server, factory)
        first.send(messages.Join(1, "tea", "secret"))
        second = Signed(server, factory)
        server.passwords.slow = True
        second.send(
            messages.Join(1, "tea", "secret"),
            messages.Logout(2),
            messages.Say(3, "tea", "too late"),
        )
        server.passwords.waiting.pop().callback(True)
        gc.collect()  # so that an error nobody looked at is logged now
        self.assertEqual(self.flushLoggedErrors(), [])
        joined, left, last = second.received()
        self.assertEqual((joined.id, left.id), (1, 2))
        self.assertEqual(last.code, Code.LOGGED_OUT)
        told = [type(event) for event in first.received()]
        self.assertEqual(told, [messages.Status, messages.Entered, messages.Left])
