"""What names lasting conversations, and how their numbers begin."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.domain.conversation import id_before, number_before, pair_id

NOW = 1_795_000_000_500
ONE, OTHER = b"1" * 16, b"2" * 16


class Numbers(TestCase):
    """Where they begin."""

    def test_a_room_that_is_made_as_the_server_starts(self) -> None:
        """Nothing that guests say there has an id that is one of its numbers."""
        made, ids = number_before(NOW), id_before(NOW)
        self.assertGreater(ids - made, 100_000)
        self.assertGreater(number_before(NOW + 1000) - ids, 100_000)

    def test_they_fit_what_others_count_with(self) -> None:
        self.assertLess(id_before(NOW), 2**53)


class Pairs(TestCase):
    """Their ids."""

    def test_the_same_whoever_begins(self) -> None:
        self.assertEqual(pair_id(ONE, OTHER, False), pair_id(OTHER, ONE, False))

    def test_one_for_each_kind_and_each_other(self) -> None:
        found = {
            pair_id(ONE, OTHER, False),
            pair_id(ONE, OTHER, True),
            pair_id(ONE, ONE, False),
            pair_id(OTHER, OTHER, False),
        }
        self.assertEqual(len(found), 4)
