"""One at a time for each key."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.hub.keyed_lock import KeyedLock


class Holding(SynchronousTestCase):
    def setUp(self) -> None:
        self.lock = KeyedLock()
        self.begun: list[str] = []

    def work(self, name: str, key: str) -> tuple[Deferred[None], Deferred[None]]:
        """Something that holds a key; what ends it, and its own end."""
        until: Deferred[None] = Deferred()

        async def hold() -> None:
            async with self.lock.hold(key):
                self.begun.append(name)
                await until

        return until, Deferred.fromCoroutine(hold())

    def test_in_the_order_of_coming(self) -> None:
        works = [self.work(name, "key") for name in "abc"]
        for count, (until, done) in enumerate(works, 1):
            self.assertEqual(self.begun, list("abc"[:count]))
            until.callback(None)
            self.successResultOf(done)
        self.assertEqual(len(self.lock), 0)

    def test_other_keys_do_not_wait(self) -> None:
        self.work("a", "one")
        self.work("b", "two")
        self.assertEqual(self.begun, ["a", "b"])

    def test_what_fails_lets_go(self) -> None:
        (until, done), (_, waiting) = self.work("a", "key"), self.work("b", "key")
        until.errback(ValueError())
        self.failureResultOf(done, ValueError)
        self.assertEqual(self.begun, ["a", "b"])
        self.assertNoResult(waiting)

    def test_those_who_are_through_at_once_leave_nothing_behind(self) -> None:
        (first, _), *others = (self.work(name, "key") for name in "abc")
        for until, _ in others:
            until.callback(None)
        first.callback(None)
        self.assertEqual((self.begun, len(self.lock)), (["a", "b", "c"], 0))
