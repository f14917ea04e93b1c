"""Who never got a message: all of them, in words and back."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from client.model.losses import never_got, shown, with_another

LATE, MUCH = "it waited too long", "too much waited for them"


class LossesTests(SynchronousTestCase):
    def test_one_after_the_other(self) -> None:
        text = ""
        for nick, why in (("bob", LATE), ("carol", MUCH), ("dave", LATE), ("bob", MUCH)):
            text = with_another(text, nick, why)
        self.assertEqual(text, f"bob, dave never got it: {LATE}; carol never got it: {MUCH}")
        self.assertEqual(never_got(text), {LATE: ["bob", "dave"], MUCH: ["carol"]})
        self.assertEqual(shown(text), text)

    def test_many_are_counted(self) -> None:
        text = ""
        for number in range(7):
            text = with_another(text, f"nick{number}", LATE)
        self.assertEqual(shown(text), f"nick0, nick1, nick2, 4 more never got it: {LATE}")

    def test_what_stands_behind_other_messages(self) -> None:
        for failure in ("", "not sent: no"):
            self.assertEqual(never_got(failure), {})
            self.assertEqual(shown(failure), failure)
