"""Any bytes at all at the native door: nobody gets in by them, nothing breaks, nothing is left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from chatd.wire.framing import frame
from tests.protocols.native.caller import Caller
from tests.protocols.native.signed import Signed
from tests.support.server import Server
from tests.wire.pair import flipped

bodies = st.lists(
    st.binary(max_size=60)
    | st.builds(lambda op, rest: op + rest, st.sampled_from([b"*", b"!", b"#", b"-"]), st.binary()),
    max_size=8,
)


class Hostile(SynchronousTestCase):
    """A new server for each example."""

    def server(self) -> tuple[Server, NativeFactory]:
        server = Server()
        return server, NativeFactory(server.around)

    def over(self, server: Server, caller: Caller) -> None:
        """Who is gone leaves nothing behind, and nobody had to look into a log."""
        caller.lose()
        server.clock.advance(60)
        server.turn()
        self.assertEqual(server.around.entry._pending_total, 0)
        self.assertEqual(server.around.connections, set())
        self.assertEqual(server.clock.getDelayedCalls(), [])
        self.assertEqual(self.flushLoggedErrors(), [])

    @given(st.lists(st.binary(max_size=80), max_size=8))
    def test_any_bytes(self, pieces: list[bytes]) -> None:
        server, factory = self.server()
        caller = Caller(server, factory)
        for piece in pieces:
            caller.write(piece)
        self.assertEqual(server.hub.counts()["sessions"], 0)
        self.over(server, caller)

    @given(bodies)
    def test_any_frames(self, frames: list[bytes]) -> None:
        server, factory = self.server()
        caller = Caller(server, factory)
        caller.hello()
        for body in frames:
            caller.write(frame(body))
        self.assertEqual(server.hub.counts()["sessions"], 0)
        self.assertEqual(caller.transport.disconnecting, bool(frames))
        self.over(server, caller)

    @given(st.integers(0, 1), st.data())
    def test_a_handshake_with_one_bit_changed(self, step: int, data: st.DataObject) -> None:
        server, factory = self.server()
        caller = Caller(server, factory)
        if step == 0:
            caller.hello()
            said = caller.machine.proceed("alice", "test")
        else:
            caller.ask("alice")
            said = caller.machine.ready(messages.Ready("guest", "alice"))
        index, bit = data.draw(st.integers(4, len(said) - 1)), data.draw(st.integers(0, 7))
        caller.write(flipped(said, index, bit))
        self.assertEqual(server.hub.counts()["sessions"], 0)
        self.assertTrue(caller.transport.disconnecting)
        self.over(server, caller)

    @given(st.lists(st.binary(max_size=40), min_size=1, max_size=6))
    def test_any_messages_of_somebody_signed_in(self, said: list[bytes]) -> None:
        server, factory = self.server()
        alice = Signed(server, factory)
        for message in said:
            alice.write(alice.seal(len(message).to_bytes(2, "big") + message))
        alice.received()
        self.over(server, alice)
        self.assertEqual(server.hub.counts(), {"sessions": 0, "rooms": 0})
