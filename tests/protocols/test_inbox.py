"""One command at a time, in order, and no faster than allowed."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chatd.protocols.inbox import PAUSE_AT, Inbox


class InboxTest(SynchronousTestCase):
    """An inbox whose commands are numbers; those in ``slow`` take their time."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.transport = StringTransport()
        self.begun: list[int] = []
        self.slow: dict[int, Deferred[None]] = {}
        self.inbox = self.made()

    def made(self, rate: float = 0.0, burst: int = 0) -> Inbox[int]:
        return Inbox(self.transport, self.clock, self.handle, (rate, burst))

    def handle(self, command: int) -> Deferred[None] | None:
        self.begun.append(command)
        return self.slow.get(command)

    def put(self, *commands: int) -> None:
        for command in commands:
            self.inbox.put(command)

    def test_order(self) -> None:
        """What comes after a slow command waits for it."""
        self.slow = {1: Deferred(), 3: Deferred()}
        self.put(0, 1, 2, 3, 4)
        self.assertEqual(self.begun, [0, 1])
        self.slow[1].callback(None)
        self.assertEqual(self.begun, [0, 1, 2, 3])
        self.slow[3].callback(None)
        self.assertEqual(self.begun, [0, 1, 2, 3, 4])

    def test_many_at_once(self) -> None:
        """A long queue is worked off without recursion."""
        self.slow = {0: Deferred()}
        self.put(*range(5000))
        self.slow[0].callback(None)
        self.assertEqual(len(self.begun), 5000)

    def test_failure(self) -> None:
        """What goes wrong in one command is logged, and costs only that command."""
        self.slow = {0: Deferred()}
        self.put(0, 1)
        self.slow[0].errback(ZeroDivisionError())
        self.assertEqual(self.begun, [0, 1])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_reading_pauses(self) -> None:
        self.slow = {0: Deferred()}
        self.put(*range(PAUSE_AT))
        self.assertEqual((self.inbox.paused, self.transport.producerState), (False, "producing"))
        self.put(PAUSE_AT)
        self.assertEqual((self.inbox.paused, self.transport.producerState), (True, "paused"))
        self.slow[0].callback(None)
        self.assertEqual((self.inbox.paused, self.transport.producerState), (False, "producing"))

    def test_budget(self) -> None:
        """A burst at once, then so many a second; a pause earns a burst and no more."""
        self.inbox = self.made(rate=2.0, burst=3)
        self.put(*range(6))
        self.assertEqual(self.begun, [0, 1, 2])
        self.clock.advance(0.5)
        self.assertEqual(self.begun, [0, 1, 2, 3])
        self.clock.pump([0.25] * 4)
        self.assertEqual(self.begun, [0, 1, 2, 3, 4, 5])
        self.clock.advance(3600)
        self.put(*range(6, 20))
        self.assertEqual(self.begun, list(range(9)))

    def test_close(self) -> None:
        """What waits is forgotten, whatever it waits for."""
        self.slow = {0: Deferred()}
        self.put(0, 1)
        self.inbox.close()
        self.slow[0].callback(None)
        self.inbox = self.made(rate=1.0, burst=1)
        self.put(2, 3)
        self.inbox.close()
        self.clock.advance(10)
        self.assertEqual(self.begun, [0, 2])
        self.assertEqual(self.clock.getDelayedCalls(), [])
