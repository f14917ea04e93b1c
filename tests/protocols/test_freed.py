"""What is over is freed at once: the collector looks seldom, and floods are fast."""

from __future__ import annotations

import gc
from weakref import ref

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Liveness
from chatd.protocols.native.factory import NativeFactory
from tests.protocols.legacy0417.client import Client, LegacyServer
from tests.protocols.native.caller import Caller
from tests.protocols.native.signed import Signed
from tests.support.server import Server


class Freed(SynchronousTestCase):
    def setUp(self) -> None:
        self.addCleanup(gc.enable)
        gc.disable()

    def freed(self, server: Server, client: Caller | Client) -> None:
        """Nothing but its client refers to a session that is over."""
        session = ref(client.protocol)
        client.hang_up() if isinstance(client, Client) else client.lose()
        client.transport.producer = None  # a real transport forgets both
        del client.protocol
        server.clock.advance(Liveness().grace)
        server.turn()
        self.assertIs(session(), None)

    def test_native(self) -> None:
        server = Server()
        factory = NativeFactory(server.around)
        self.freed(server, Caller(server, factory))
        self.freed(server, Signed(server, factory))

    def test_native_that_was_refused(self) -> None:
        server = Server()
        caller = Caller(server, NativeFactory(server.around))
        caller.write(bytes.fromhex("ffffffff"))
        server.clock.advance(60)
        self.freed(server, caller)

    def test_what_timed_a_handshake_that_is_done(self) -> None:
        server = Server()
        caller = Caller(server, NativeFactory(server.around))
        (timer,) = map(ref, server.clock.getDelayedCalls())
        caller.sign_in()
        self.assertIs(timer(), None)

    def test_legacy0417(self) -> None:
        server = LegacyServer()
        self.freed(server, Client(server))
        self.freed(server, server.client("alice"))
