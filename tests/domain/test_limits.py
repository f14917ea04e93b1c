"""The sliding window that counts messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits, Liveness, RateWindow

gaps = st.lists(st.floats(0, 3, allow_nan=False).map(lambda gap: round(gap, 3)), max_size=60)


class Window(SynchronousTestCase):
    def test_the_fifth_within_five_seconds_waits(self) -> None:
        window = RateWindow(5, 5.0)
        self.assertEqual([window.wait(float(second)) for second in range(4)], [0.0] * 4)
        self.assertEqual(window.wait(4.0), 1.0)
        self.assertEqual(window.wait(4.5), 0.5)
        self.assertEqual(window.wait(5.0), 0.0)
        self.assertEqual(window.wait(5.0), 1.0)

    def test_all_at_once(self) -> None:
        window = RateWindow(5, 5.0)
        self.assertEqual([window.wait(7.0) for _ in range(6)], [0.0] * 4 + [5.0] * 2)

    def test_where_refused_ones_count(self) -> None:
        window = RateWindow(3, 10.0, count_refused=True)
        self.assertEqual([window.wait(0.0), window.wait(1.0)], [0.0, 0.0])
        self.assertEqual(window.wait(9.0), 1.0)
        self.assertEqual(window.wait(10.5), 0.5)
        self.assertEqual(window.wait(18.5), 0.5)
        self.assertEqual(window.wait(28.5), 0.0)

    def test_no_limit(self) -> None:
        window = RateWindow(0, 5.0)
        self.assertEqual({window.wait(0.0) for _ in range(100)}, {0.0})

    @given(gaps, st.integers(2, 6))
    def test_never_as_many_as_count_within_the_time(self, pauses: list[float], count: int) -> None:
        window, passed, now = RateWindow(count, 5.0), list[float](), 0.0
        for pause in pauses:
            now += pause
            if window.wait(now) == 0.0:
                passed.append(now)
        for first, last in zip(passed, passed[count - 1 :], strict=False):
            self.assertGreaterEqual(last - first, 5.0)

    @given(gaps, st.integers(2, 6))
    def test_who_waits_as_told_gets_through(self, pauses: list[float], count: int) -> None:
        window, now = RateWindow(count, 5.0), 0.0
        for pause in pauses:
            now += pause
            if wait := window.wait(now):
                # A clock's own rounding may cost a client one more try.
                now += wait + 1e-9
                self.assertEqual(window.wait(now), 0.0)

    def test_it_stays_small(self) -> None:
        for counts in (False, True):
            window = RateWindow(5, 5.0, counts)
            for number in range(10_000):
                window.wait(number / 1000)
            self.assertLess(len(window._times or ()), 5)
            self.assertTrue(window._times)


class Defaults(SynchronousTestCase):
    """What the seeds ask for."""

    def test_numbers(self) -> None:
        limits, liveness = Limits(), Liveness()
        self.assertEqual((limits.rate_count, limits.rate_seconds), (5, 5.0))
        self.assertEqual((limits.capacity, limits.nick, limits.message), (10_000, 32, 16_384))
        self.assertEqual([Limits(count).kept for count in (1, 19, 20, 10_000)], [1, 1, 2, 1000])
        self.assertEqual((liveness.heartbeat, liveness.warning, liveness.timeout), (6, 20, 30))
        self.assertEqual((liveness.grace, liveness.handshake), (30, 10))
