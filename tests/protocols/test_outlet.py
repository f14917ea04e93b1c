"""The sending side: joined once a turn, bytes in order whatever the socket takes, and a bound."""

from __future__ import annotations

from typing import Any

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.turn import Turn
from chatd.protocols.outlet import Outlet


def _raise() -> None:
    raise  # a turn calls it inside its except block


class InMemory(SynchronousTestCase):
    """A transport that is written to, and says when it is full."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.transport: Any = StringTransport()
        self.overflows = 0
        self.outlet = self.made(1000)
        self.joined: list[list[bytes]] = []

    def made(self, limit: int) -> Outlet:
        def overflow() -> None:
            self.overflows += 1

        turn = Turn(lambda run: self.clock.callLater(0, run), _raise)
        return Outlet(self.transport, turn, limit, overflow)

    def sent(self) -> bytes:
        """What was written by the end of this turn, since last asked."""
        self.clock.advance(0)
        data: bytes = self.transport.value()
        self.transport.clear()
        return data

    def seal(self) -> None:
        """From now on pieces are joined in twos, and each of these is sealed in brackets."""

        def join(pieces: list[bytes]) -> list[bytes]:
            self.joined.append(list(pieces))
            return [b"".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2)]

        self.outlet.join = join
        self.outlet.seal = lambda piece: b"[" + piece + b"]"

    def test_at_the_end_of_the_turn(self) -> None:
        self.outlet.deliver([b"one ", b"two "])
        self.outlet.deliver([b"three"])
        self.assertEqual(self.transport.value(), b"")
        self.assertEqual(self.sent(), b"one two three")
        self.assertEqual(self.sent(), b"")

    def test_joined_once_then_sealed(self) -> None:
        self.seal()
        for piece in (b"a", b"b", b"c"):
            self.outlet.deliver([piece])
        self.assertEqual(self.sent(), b"[ab][c]")
        self.assertEqual(self.joined, [[b"a", b"b", b"c"]])

    def test_a_handshake_step_goes_at_once_after_what_waits(self) -> None:
        self.seal()
        self.outlet.deliver([b"a"])
        self.outlet.send(b"step")
        self.assertEqual(self.transport.value(), b"[a]step")
        self.assertEqual(self.sent(), b"[a]step", "and once")

    def test_while_the_transport_is_full_pieces_wait_unsealed(self) -> None:
        self.seal()
        self.outlet.pauseProducing()
        for piece in (b"a", b"b", b"c"):
            self.outlet.deliver([piece])
            self.assertEqual(self.sent(), b"")
        self.assertEqual((self.joined, self.outlet.waiting), ([], 3))
        self.outlet.resumeProducing()
        self.assertEqual(self.sent(), b"[ab][c]")
        self.assertEqual(self.outlet.waiting, 0)

    def test_spoke(self) -> None:
        self.assertFalse(self.outlet.spoke)
        self.outlet.deliver([b"a"])
        self.assertFalse(self.outlet.spoke, "not sent yet")
        self.sent()
        self.assertTrue(self.outlet.spoke)

    def test_just_as_much_as_may_wait(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([bytes(1000)])
        self.assertEqual(self.overflows, 0)
        self.outlet.resumeProducing()
        self.assertEqual(len(self.sent()), 1000)

    def test_more_than_may_wait_is_given_up_once(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([bytes(600)])
        for _ in range(3):
            self.outlet.deliver([bytes(401)])
        self.assertEqual((self.overflows, self.outlet.waiting), (1, 0))
        self.outlet.resumeProducing()
        self.assertEqual(self.sent(), b"")

    def test_more_than_may_wait_in_one_turn(self) -> None:
        self.outlet.deliver([bytes(1001)])
        self.assertEqual((self.overflows, self.sent()), (1, b""))

    def test_closing_sends_what_waits(self) -> None:
        self.outlet.deliver([b"last word"])
        self.outlet.close()
        self.assertEqual(self.transport.value(), b"last word")
        self.assertTrue(self.transport.disconnecting)
        self.outlet.deliver([b"more"])
        self.outlet.send(b"more")
        self.outlet.close()
        self.assertEqual(self.sent(), b"last word")

    def test_closing_while_the_transport_is_full(self) -> None:
        self.outlet.pauseProducing()
        self.outlet.deliver([b"last word"])
        self.outlet.close()
        self.assertFalse(self.transport.disconnecting)
        self.outlet.resumeProducing()
        self.assertTrue(self.transport.disconnecting)
        self.assertEqual(self.sent(), b"last word")

    def test_the_connection_is_gone(self) -> None:
        self.outlet.deliver([b"never"])
        self.outlet.stopProducing()
        self.outlet.deliver([b"never"])
        self.assertEqual((self.outlet.waiting, self.sent()), (0, b""))
