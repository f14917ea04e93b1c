"""What waited too long goes, and the sender's devices hear whom it never reached."""

from __future__ import annotations

import gc
from typing import Any

from twisted.internet.defer import Deferred, fail

from chatd.domain.commands import Acknowledge, Fetch, Follow, Say
from chatd.domain.conversation import GapReason, QueueLimits
from chatd.domain.events import MailCame
from chatd.domain.limits import Limits
from chatd.domain.message import Lost
from chatd.errors import Code, Refused
from chatd.hub.sweeping import FIRST, INTERVAL
from tests.hub.delivery_case import DeliveryCase
from tests.support.server import Server


class Sweeps(DeliveryCase):
    limits = Limits(rate_count=0, queue_count=1)

    def setUp(self) -> None:
        super().setUp()
        self.hub.start()
        self.addCleanup(self.hub.stop)
        self.gone(self.bob_)
        self.follow(self.alice)

    def test_the_first_comes_soon_after_the_start(self) -> None:
        for text in ("one", "two", "three"):
            self.alice.do(Say("tea", text))
        self.server.clock.advance(FIRST)
        self.assertEqual(self.stored(), 1)
        self.alice.do(Say("tea", "four"))
        self.server.clock.advance(INTERVAL - 0.1)
        self.assertEqual(self.stored(), 2)
        self.server.clock.advance(0.1)
        self.assertEqual(self.stored(), 1)

    def test_the_sender_hears_what_is_lost(self) -> None:
        first, _ = (self.alice.do(Say("tea", text)) for text in ("one", "two"))
        self.server.clock.advance(INTERVAL)
        (letter,) = self.said(self.alice)
        assert isinstance(letter, MailCame)
        self.assertEqual((letter.sender, letter.device), ("", b""))
        lost = Lost(self.tea, first.id, first.id, GapReason.LIMIT, "bob")
        self.assertEqual(Lost.unpack(letter.body), lost)
        page = self.fetch(self.alice, self.alice_.id, letter.id - 1)
        self.assertEqual(page.items, (letter,))

    def test_those_that_do_not_follow_find_it_later(self) -> None:
        phone_ = self.enrolled("alice")
        for text in ("one", "two"):
            self.alice.do(Say("tea", text))
        self.server.clock.advance(INTERVAL)
        self.assertEqual(self.said(phone_.person)[2:], [])
        row = next(r for r in phone_.person.do(Follow()).rows if r.conversation == phone_.id)
        self.assertEqual(len(phone_.person.do(Fetch(phone_.id, row.acked)).items), 1)

    def test_whoever_is_not_here_is_told_later(self) -> None:
        for text in ("one", "two"):
            self.alice.do(Say("tea", text))
        self.gone(self.alice_)
        self.server.clock.advance(INTERVAL)
        alice = self.back(self.alice_)
        row = next(r for r in alice.do(Follow()).rows if r.conversation == self.alice_.id)
        self.assertEqual(row.last, row.acked + 1)

    def test_what_was_just_acknowledged_is_not_lost(self) -> None:
        bob = self.back(self.bob_)
        self.follow(bob)
        self.server.clock.advance(FIRST - 0.1)
        numbers = [self.alice.do(Say("tea", text)).id for text in ("one", "two")]
        bob.do(Acknowledge(self.tea, numbers[-1]))
        self.said(self.alice)
        self.server.clock.advance(0.1)
        self.assertEqual([e for e in self.said(self.alice) if isinstance(e, MailCame)], [])

    def test_by_the_limits_in_force(self) -> None:
        asked: list[QueueLimits] = []

        def sweep(limits: QueueLimits, now: int) -> Deferred[Any]:
            asked.append(limits)
            return Deferred()

        self.patch(self.store, "sweep", sweep)
        self.server.state.limits = Limits(queue_age=60.5, queue_size=7, queue_count=8)
        self.server.clock.advance(INTERVAL)
        self.assertEqual(asked, [QueueLimits(60_500, 7, 8)])

    def test_one_at_a_time_for_as_long_as_the_hub_runs(self) -> None:
        sweeps: list[Deferred[Any]] = []

        def sweep(limits: QueueLimits, now: int) -> Deferred[Any]:
            sweeps.append(Deferred())
            return sweeps[-1]

        self.patch(self.store, "sweep", sweep)
        self.server.clock.pump([INTERVAL] * 3)
        self.assertEqual(len(sweeps), 1)
        sweeps[0].callback([])
        self.server.clock.advance(INTERVAL)
        self.assertEqual(len(sweeps), 2)
        self.hub.stop()
        sweeps[1].callback([])
        self.assertEqual(self.server.clock.getDelayedCalls(), [])

    def test_a_store_that_failed_is_asked_again(self) -> None:
        failed: list[int] = []

        def sweep(limits: QueueLimits, now: int) -> Deferred[Any]:
            failed.append(now)
            return fail(Refused(Code.STORE_FAILED))

        self.patch(self.store, "sweep", sweep)
        self.server.clock.pump([INTERVAL] * 3)
        self.assertEqual(len(failed), 3)

    def test_what_is_wrong_in_the_daemon_is_logged(self) -> None:
        self.patch(self.store, "sweep", lambda limits, now: fail(ValueError()))
        self.server.clock.pump([INTERVAL] * 2)
        gc.collect()
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 2)

    def test_where_there_are_guests_only(self) -> None:
        server = Server()
        server.hub.start()
        self.assertEqual(server.clock.getDelayedCalls(), [])
        server.hub.stop()
