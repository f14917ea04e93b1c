"""Values: compared by what they hold, with no room for anything else."""

from __future__ import annotations

from dataclasses import field

from twisted.trial.unittest import TestCase

from chatd.domain.value import value


@value
class Pair:
    left: str
    right: str = field(default="", repr=False)


class ValueTests(TestCase):
    def test_equal_fields_make_equal_values(self) -> None:
        self.assertEqual(Pair("a", "b"), Pair("a", "b"))
        self.assertNotEqual(Pair("a", "b"), Pair("a", "c"))
        self.assertEqual({Pair("a"), Pair("a"), Pair("b")}, {Pair("a", ""), Pair("b", "")})

    def test_fields_are_what_they_were_said_to_be(self) -> None:
        self.assertEqual(repr(Pair("a", "secret")), "Pair(left='a')")

    def test_there_is_no_room_for_other_fields(self) -> None:
        with self.assertRaises(AttributeError):
            setattr(Pair("a"), "middle", "m")  # noqa: B010 - the type checker would refuse it
