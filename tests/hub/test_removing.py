"""What an account has not got when it is gone is told to those who said it."""

from __future__ import annotations

from chatd.domain.administration import Remove
from chatd.domain.commands import Acknowledge, DeleteAccount, Say
from chatd.domain.conversation import GapReason
from chatd.domain.events import MailCame
from chatd.domain.message import Lost
from tests.hub.delivery_case import DeliveryCase


class Removing(DeliveryCase):
    def setUp(self) -> None:
        super().setUp()
        self.follow(self.alice)
        self.first, self.second = (self.alice.do(Say("tea", text)).id for text in ("one", "two"))

    def lost(self) -> list[Lost]:
        """What alice hears of."""
        letters = [event for event in self.alice.heard() if isinstance(event, MailCame)]
        return [Lost.unpack(letter.body) for letter in letters]

    def test_by_oneself(self) -> None:
        """What was just acknowledged is not lost."""
        self.bob.do(Acknowledge(self.tea, self.first), DeleteAccount())
        lost = Lost(self.tea, self.second, self.second, GapReason.REMOVED, "bob")
        self.assertEqual(self.lost(), [lost])

    def test_by_the_admin(self) -> None:
        self.gone(self.bob_)
        self.order(Remove("bob"))
        lost = Lost(self.tea, self.first, self.second, GapReason.REMOVED, "bob")
        self.assertEqual(self.lost(), [lost])
