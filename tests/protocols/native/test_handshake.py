"""Signing in at the native door: the four steps, and the time they have."""

from __future__ import annotations

from chatd.domain.limits import Limits, Liveness
from chatd.errors import Code
from chatd.protocols.native.session import LAST_WORD
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import NativeCase

HANDSHAKE = Liveness().handshake


class FourSteps(NativeCase):
    limits = Limits(capacity=7, nick=12, message=345)

    def test_hello_tells_the_limits_and_the_key(self) -> None:
        self.server.around.name = "tea house"
        hello = self.caller().hello()
        self.assertEqual(
            (hello.capacity, hello.nick, hello.message, hello.name), (7, 12, 345, "tea house")
        )
        self.assertEqual(hello.key, public_bytes(self.server.around.static))
        self.assertEqual((hello.versions, hello.methods, hello.channel), ([1], ["guest"], 0))

    def test_hello_is_never_the_same(self) -> None:
        self.assertNotEqual(self.caller().hello().random, self.caller().hello().random)

    def test_ack_advises_and_reserves_nothing(self) -> None:
        self.assertEqual(self.caller().ask("alice").nick, "alice")
        second = self.caller().ask("alice")
        self.assertEqual((second.nick, second.methods), ("alice", ["guest"]))
        self.signed("alice")
        self.assertEqual(self.caller().ask("ALICE").nick, "ALICE2")

    def test_nobody_is_told_or_counted_before_ready(self) -> None:
        self.server.state.lobby = "lobby"
        bob = self.signed("bob")
        lines = len(self.server.audit.lines)
        caller = self.caller()
        caller.ask("alice")
        self.assertEqual(self.server.hub.counts(), {"sessions": 1, "rooms": 1})
        self.assertEqual((bob.received(), len(self.server.audit.lines)), ([], lines))
        caller.lose()
        self.assertEqual((bob.received(), len(self.server.audit.lines)), ([], lines))

    def test_welcome(self) -> None:
        self.server.state.wall = lambda: 1_763_121_600.5
        self.server.state.lobby = "lobby"
        (welcome,) = self.caller().sign_in("alice")
        self.assertEqual((welcome.nick, welcome.time), ("alice", 1_763_121_600_500))
        self.assertEqual((len(welcome.session), len(welcome.resume)), (16, 32))
        self.assertEqual((welcome.resumed, welcome.missed, welcome.more), (False, False, False))
        self.assertEqual(welcome.rooms, [messages.Joined("lobby", "", 1, False)])
        self.assertEqual(
            welcome.limits,
            messages.ServerLimits(7, 12, 345, 1024, 100, 5, 5.0, 6.0, 20.0, 30.0, 30.0),
        )

    def test_all_in_pieces(self) -> None:
        """However the network cuts the bytes."""
        caller = self.caller()
        caller.hello()
        for byte in caller.machine.proceed("alice", "test"):
            caller.write(bytes([byte]))
        caller.machine.receive(caller._body())
        for byte in caller.machine.ready(messages.Ready("guest", "alice")):
            caller.write(bytes([byte]))
        self.assertEqual(caller.received()[0].nick, "alice")

    def test_it_no_longer_counts_as_pending(self) -> None:
        caller = self.caller()
        self.assertEqual(self.pending(), 1)
        caller.sign_in()
        self.assertEqual(self.pending(), 0)
        caller.lose()
        self.assertEqual(self.pending(), 0)
        self.assertEqual(self.server.around.connections, set())

    def test_its_time_no_longer_runs(self) -> None:
        caller = self.signed()
        self.server.clock.advance(HANDSHAKE + 1)
        self.assertEqual(caller.received(), [])
        self.assertFalse(caller.transport.disconnecting)


class TooSlow(NativeCase):
    """The whole handshake has 10 s."""

    def test_nothing_said(self) -> None:
        caller = self.caller()
        caller.hello()
        self.server.clock.advance(HANDSHAKE - 0.1)
        self.assertFalse(caller.transport.disconnecting)
        self.server.clock.advance(0.1)
        self.assertEqual(caller.refusal().code, Code.HANDSHAKE_TIMEOUT)
        self.ended(caller)

    def test_no_ready(self) -> None:
        caller = self.caller()
        self.server.clock.advance(HANDSHAKE - 1)
        caller.ask()
        self.server.clock.advance(1)
        self.assertEqual(caller.received()[0].code, Code.HANDSHAKE_TIMEOUT)
        self.ended(caller)

    def test_byte_by_byte(self) -> None:
        """Going on just a little does not help."""
        caller = self.caller()
        caller.hello()
        for byte in caller.machine.proceed("", "test")[:10]:
            self.server.clock.advance(1)
            caller.write(bytes([byte]))
        self.assertEqual(caller.refusal().code, Code.HANDSHAKE_TIMEOUT)
        self.ended(caller)

    def ended(self, caller: Caller) -> None:
        self.assertTrue(caller.transport.disconnecting)
        self.assertEqual(self.server.audit.codes("handshake_failed"), [Code.HANDSHAKE_TIMEOUT])
        self.assertEqual(self.pending(), 0)
        self.server.clock.advance(LAST_WORD)
        self.assertTrue(caller.transport.disconnected, "it did not take its last word in time")
