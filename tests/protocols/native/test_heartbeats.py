"""Heartbeats are cheap, not free: a flood of them is read no faster than any other requests."""

from __future__ import annotations

from chatd.protocols.inbox import PAUSE_AT
from chatd.wire import messages
from tests.protocols.native.case import NativeCase


class HeartbeatFlood(NativeCase):
    def setUp(self) -> None:
        super().setUp()
        self.server.around.commands = (10.0, 20)
        self.alice = self.signed("alice")

    def test_within_the_budget_they_pass(self) -> None:
        self.alice.send(*[messages.Heartbeat()] * 20)
        self.assertEqual(self.alice.transport.producerState, "producing")
        self.assertEqual(self.alice.received(), [])

    def test_beyond_it_reading_pauses(self) -> None:
        self.alice.send(*[messages.Heartbeat()] * (20 + PAUSE_AT))
        self.assertEqual(self.alice.transport.producerState, "paused")
        self.server.clock.advance(2)
        self.assertEqual(self.alice.transport.producerState, "producing")
        self.assertEqual(self.alice.received(), [])
