"""Durations: as they are typed, and as they are shown."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from client.model.duration import read_duration, show_duration


class DurationTests(TestCase):
    def test_typed(self) -> None:
        typed = {"90s": 90, "5m": 300, "5 min": 300, "12H": 43_200, "7d": 604_800, "2w": 1_209_600}
        self.assertEqual({text: read_duration(text) for text in typed}, typed)

    def test_what_is_none(self) -> None:
        for text in ("", "7", "d", "0d", "7x", "-7d", "1.5h", "٣d", "9999999999d"):
            self.assertRaises(ValueError, read_duration, text)

    def test_shown(self) -> None:
        shown = {1: "1 second", 90: "90 seconds", 43_200: "12 hours", 604_800: "7 days"}
        self.assertEqual({seconds: show_duration(seconds) for seconds in shown}, shown)
