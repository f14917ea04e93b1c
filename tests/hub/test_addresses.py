"""Handles that the store was asked for: found in whatever case they are written, and so many."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.blocks import Party
from chatd.hub import addresses
from chatd.hub.addresses import Addresses


class Remembered(SynchronousTestCase):
    def setUp(self) -> None:
        self.addresses = Addresses()
        self.anna = Party(b"1", "Anna")
        self.addresses.add(self.anna)

    def test_in_any_case(self) -> None:
        self.assertEqual(self.addresses.get("ANNA"), self.anna)
        self.assertIsNone(self.addresses.get("bob"))

    def test_until_it_is_gone(self) -> None:
        for _ in range(2):
            self.addresses.remove("anna")
            self.assertIsNone(self.addresses.get("Anna"))

    def test_those_asked_for_longest_ago_go_first(self) -> None:
        self.patch(addresses, "REMEMBERED", 2)
        self.addresses.add(Party(b"2", "bob"))
        self.addresses.get("anna")
        for _ in range(2):
            self.addresses.add(Party(b"3", "carol"))
        self.assertEqual(len(self.addresses), 2)
        self.assertIsNone(self.addresses.get("bob"))
        self.assertEqual(self.addresses.get("anna"), self.anna)
