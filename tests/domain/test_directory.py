"""Directories against the plainest model of one: a sorted list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.directory import Directory
from chatd.domain.names import fold

names = st.sampled_from(["a", "A", "ä", "Ä", "b", "scope", "ѕсоре", "B2", "b10", "Ｂ2", "z"])


class Directories(SynchronousTestCase):
    def directory(self, *entries: str) -> Directory[str]:
        made: Directory[str] = Directory()
        for name in entries:
            made.add(name, name)
        return made

    def test_a_name_is_found_in_any_case(self) -> None:
        made = self.directory("Alice")
        self.assertIn("ALICE", made)
        self.assertEqual(made.get("alice"), "Alice")
        self.assertIsNone(made.get("bob"))
        self.assertEqual((len(made), list(made)), (1, ["Alice"]))

    def test_a_taken_name_stays_who_has_it(self) -> None:
        made = self.directory("Alice")
        self.assertRaises(KeyError, made.add, "aLICE", "other")
        self.assertEqual(made.page("", 9), (["Alice"], False))

    def test_what_is_not_there_cannot_be_removed(self) -> None:
        made = self.directory("a", "c")
        self.assertRaises(KeyError, made.remove, "b")
        self.assertEqual(made.page("", 9), (["a", "c"], False))

    def test_pages(self) -> None:
        made = self.directory("d", "B", "a", "C")
        self.assertEqual(made.page("", 2), (["a", "B"], True))
        self.assertEqual(made.page("b", 2), (["C", "d"], False))
        self.assertEqual(made.page("B", 1), (["C"], True))
        self.assertEqual(made.page("bb", 2), (["C", "d"], False), "after one that is gone")
        self.assertEqual(made.page("d", 2), ([], False))
        self.assertEqual(self.directory().page("", 2), ([], False))

    def test_pages_of_some(self) -> None:
        """However many in between do not count."""
        made = self.directory(*(f"n{number:03}" for number in range(500)), "y", "z")
        self.assertEqual(made.page("", 1, lambda name: name > "n498"), (["n499"], True))
        self.assertEqual(made.page("n499", 2, lambda name: name > "n498"), (["y", "z"], False))
        self.assertEqual(made.page("", 2, lambda name: False), ([], False))

    @given(st.lists(st.tuples(st.booleans(), names)), st.integers(1, 4))
    def test_all_pages_are_the_sorted_list(
        self, changes: list[tuple[bool, str]], count: int
    ) -> None:
        made, model = self.directory(), dict[str, str]()
        for add, name in changes:
            if add and fold(name) not in model:
                made.add(name, name)
                model[fold(name)] = name
            elif not add and fold(name) in model:
                made.remove(name)
                del model[fold(name)]
        found: list[str] = []
        more = True
        while more:
            page, more = made.page(found[-1] if found else "", count)
            found += page
        self.assertEqual(found, [model[key] for key in sorted(model)])
        self.assertEqual(len(made), len(model))
