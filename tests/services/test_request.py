"""Requests against what a service takes: whatever comes, it fits or its field is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.results import FieldRow
from chatd.errors import Code, Refused
from chatd.services.fields import fields_of
from chatd.services.request import MAX_TEXT, check


@dataclass
class Meal:
    """One field of each kind, and one that may be left out."""

    dish: str = field(metadata={"meaning": "what to eat"})
    guests: int = field(metadata={"meaning": "how many come"})
    hot: bool = field(metadata={"meaning": "whether it is hot"})
    wine: str = field(default="", metadata={"meaning": "what to drink"})


FIELDS = fields_of(Meal)
GOOD: dict[str, Any] = {"dish": "soup", "guests": 4, "hot": True}

TEXTS = st.text(max_size=MAX_TEXT)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(NUMBERS)
)


class Requests(SynchronousTestCase):
    def refused(self, values: dict[str, Any], fields: tuple[FieldRow, ...] = FIELDS) -> str:
        error: Refused = self.assertRaises(Refused, check, fields, values)
        self.assertEqual(error.code, Code.SERVICE_REQUEST_INVALID)
        return error.text

    def test_unknown(self) -> None:
        """What there is is told; of what was asked, no more than a line."""
        told = self.refused(GOOD | {"desert": "pie"})
        self.assertEqual(
            told, "the service has no field 'desert'; it takes dish, guests, hot, wine"
        )
        told = self.refused({"desert": "pie"}, ())
        self.assertEqual(told, "the service has no field 'desert'; it takes none")
        told = self.refused(GOOD | {"\x1b[2J\n" * 1000: "pie"})
        self.assertTrue(told.isprintable() and len(told) < 300, told)

    def test_missing(self) -> None:
        told = self.refused({"dish": "soup", "hot": False})
        self.assertEqual(
            told, "guests is missing; it takes a whole number of at most 64 bits: how many come"
        )

    def test_wrong_type(self) -> None:
        """A flag is no number, whatever Python says."""
        for name, value, told in (
            (
                "dish",
                5,
                "dish is a number; it takes a text of at most 4096 characters: what to eat",
            ),
            ("guests", True, "guests is a flag; it takes a whole number of at most 64 bits: "),
            ("guests", "4", "guests is a text; it takes a whole number of at most 64 bits: "),
            ("hot", 1, "hot is a number; it takes true or false: whether it is hot"),
            ("hot", None, "hot is neither text, number nor flag; it takes true or false: "),
        ):
            self.assertTrue(self.refused(GOOD | {name: value}).startswith(told), (name, value))

    def test_bounds(self) -> None:
        check(FIELDS, GOOD | {"dish": "x" * MAX_TEXT, "guests": 2**63 - 1})
        check(FIELDS, GOOD | {"guests": -(2**63)})
        self.assertTrue(
            self.refused(GOOD | {"dish": "x" * (MAX_TEXT + 1)}).startswith("dish is too")
        )
        for number in (2**63, -(2**63) - 1):
            self.assertTrue(
                self.refused(GOOD | {"guests": number}).startswith("guests is too large")
            )
        self.assertTrue(self.refused(GOOD | {"dish": "\udcff"}).startswith("dish is no Unicode"))

    @given(TEXTS, NUMBERS, st.booleans())
    def test_fitting(self, dish: str, guests: int, hot: bool) -> None:
        values: dict[str, Any] = {"dish": dish, "guests": guests, "hot": hot}
        check(FIELDS, values)
        self.assertEqual(Meal(**values), Meal(dish, guests, hot))

    @given(st.dictionaries(st.sampled_from([*GOOD, "wine", "desert"]), ANYTHING))
    def test_anything(self, values: dict[str, Any]) -> None:
        """It is refused, or it is what was declared."""
        try:
            check(FIELDS, values)
        except Refused as error:
            self.assertEqual(error.code, Code.SERVICE_REQUEST_INVALID)
            self.assertTrue(error.text.isprintable())
            return
        meal = Meal(**values)
        kinds = [type(value) for value in (meal.dish, meal.guests, meal.hot, meal.wine)]
        self.assertEqual(kinds, [str, int, bool, str])
