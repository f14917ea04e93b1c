"""Wrong passwords: what locks, for whom, for how long, and what is forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain import lockout
from chatd.domain.lockout import ATTEMPTS, LONGEST_LOCK, Lockout

HOME, OTHER = "192.0.2.1", "192.0.2.2"


class LockoutCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.lockout = Lockout()

    def guess(self, now: float, handle: str = "alice", address: str = HOME) -> float:
        """A wrong password, where one may be tried; the seconds to wait before another."""
        wait = self.lockout.attempt(handle, address, now)
        return wait or self.lockout.failed(handle, address, now)


class Pairs(LockoutCase):
    """An account and an address."""

    def test_the_third_wrong_password_locks(self) -> None:
        self.assertEqual([self.guess(float(second)) for second in range(4)], [0, 0, 60, 59])
        self.assertEqual(self.lockout.attempt("alice", HOME, 61.9), 62 - 61.9)
        self.assertEqual(self.lockout.attempt("alice", HOME, 62), 0)

    def test_each_lock_is_twice_as_long_up_to_an_hour(self) -> None:
        now, locks = 0.0, []
        for _ in range(9):
            locks.append([self.guess(now) for _ in range(3)][-1])
            now += locks[-1]
        self.assertEqual(locks, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])

    def test_a_right_one_clears(self) -> None:
        for _ in range(5):
            self.guess(0)
            self.guess(0)
            self.lockout.succeeded("ALICE", HOME)

    def test_an_hour_of_quiet_clears(self) -> None:
        for _ in range(3):
            self.guess(0)
        self.assertEqual([self.guess(60 + LONGEST_LOCK) for _ in range(3)], [0, 0, 60])

    def test_other_accounts_and_addresses_are_free(self) -> None:
        for _ in range(3):
            self.guess(0)
        self.assertGreater(self.guess(0, "ALICE"), 0)
        self.assertEqual((self.guess(0, "bob"), self.guess(0, "alice", OTHER)), (0, 0))

    def test_an_ipv6_host_is_its_network(self) -> None:
        for end in range(3):
            self.guess(0, address=f"2001:db8::{end}")
        self.assertGreater(self.guess(0, address="2001:db8::ffff:1"), 0)

    def test_other_settings(self) -> None:
        self.lockout.failures, self.lockout.seconds = 1, 5.0
        self.assertEqual(self.guess(0), 5)

    def test_off(self) -> None:
        self.lockout.failures = 0
        self.assertEqual({self.guess(0) for _ in range(100)}, {0})


class Rates(LockoutCase):
    """How many are tried for one account in a minute, wherever they come from."""

    def test_beyond_it_nobody_tries(self) -> None:
        for number in range(ATTEMPTS):
            self.assertEqual(self.guess(number / 10, address=f"192.0.2.{number}"), 0)
        self.assertEqual(self.guess(10, "Alice", "198.51.100.1"), 50)
        self.assertEqual(self.guess(10, "bob", "198.51.100.1"), 0)
        self.assertEqual(self.guess(60, "alice", "198.51.100.1"), 0)


class Admins(LockoutCase):
    """What an admin sees and undoes."""

    def test_locked_is_the_longest_wait(self) -> None:
        self.assertEqual(self.lockout.locked("alice", 0), 0)
        for address, start in ((HOME, 0), (OTHER, 30)):
            for _ in range(3):
                self.guess(start, address=address)
        self.guess(30, "bob")
        self.assertEqual(self.lockout.locked("Alice", 40), 50)
        self.assertEqual(self.lockout.locked("bob", 40), 0)
        self.assertEqual(self.lockout.locked("alice", 100), 0)

    def test_unlocking(self) -> None:
        for number in range(ATTEMPTS):
            self.guess(0, address=f"192.0.2.{number % 10}")
        self.guess(0, "bob")
        self.assertEqual(self.lockout.unlock("ALICE"), 10)
        self.assertEqual((self.guess(0), self.lockout.unlock("alice")), (0, 0))


class Bounds(LockoutCase):
    def test_many_names_do_not_fill_the_memory(self) -> None:
        self.patch(lockout, "REMEMBERED", 10)
        for number in range(50):
            self.guess(0, f"name{number}")
        self.assertEqual((len(self.lockout._pairs), len(self.lockout._attempts)), (10, 10))

    @given(
        st.lists(
            st.tuples(
                st.floats(0, 4000, allow_nan=False),
                st.sampled_from(["alice", "Alice", "bob"]),
                st.sampled_from([HOME, OTHER]),
                st.booleans(),
            ),
            max_size=80,
        )
    )
    def test_never_more_than_three_guesses_between_locks(
        self, attempts: list[tuple[float, str, str, bool]]
    ) -> None:
        """And no wait is longer than the longest lock, or is for nothing."""
        kept, now = Lockout(), 0.0
        wrong: dict[tuple[str, str], list[float]] = {}
        for gap, handle, address, right in attempts:
            now += gap
            pair = handle.lower(), address
            wait = kept.attempt(handle, address, now)
            self.assertTrue(0 <= wait <= LONGEST_LOCK)
            if wait:
                continue
            if right:
                kept.succeeded(handle, address)
                wrong[pair] = []
                continue
            recent = [time for time in wrong.get(pair, []) if now - time < LONGEST_LOCK]
            wrong[pair] = [*recent, now]
            self.assertLessEqual(len(wrong[pair]), 3)
            if kept.failed(handle, address, now):
                self.assertGreater(kept.locked(handle, now), 0)
                wrong[pair] = []
