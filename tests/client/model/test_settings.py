"""Settings: defaults, checks, and files that were edited by hand."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from client.model.settings import SETTINGS, SettingError, Settings


class Shelf:
    """Keeps settings in memory."""

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        self.values: Mapping[str, object] = values or {}

    def load(self) -> Mapping[str, object]:
        return self.values

    def save(self, values: Mapping[str, object]) -> None:
        self.values = values


class SettingsTests(TestCase):
    def test_defaults(self) -> None:
        settings = Settings()
        self.assertEqual(settings["theme"], "dark")
        self.assertTrue(settings.is_on("typing"))

    def test_changes_are_saved_and_come_back(self) -> None:
        shelf = Shelf()
        first = Settings(shelf)
        first.set("theme", "light")
        first.add_word("ignore", "Bob")
        first.set_key("jump", "Alt+j")
        second = Settings(shelf)
        self.assertEqual(second["theme"], "light")
        self.assertTrue(second.has_word("ignore", "bob"))
        self.assertEqual(second.keys["jump"], "Alt+j")

    def test_refusals_say_what_there_is(self) -> None:
        settings = Settings()
        self.assertIn("theme", str(self.assertRaises(SettingError, settings.set, "x", "y")))
        wrong = self.assertRaises(SettingError, settings.set, "theme", "pink")
        self.assertIn("high-contrast", str(wrong))

    def test_words_are_kept_once_whatever_case(self) -> None:
        settings = Settings()
        settings.add_word("mute", "#Red")
        settings.add_word("mute", "#red")
        self.assertEqual(settings.words("mute"), ("#Red",))
        self.assertTrue(settings.remove_word("mute", "#RED"))
        self.assertFalse(settings.remove_word("mute", "#red"))

    _values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
    _names = st.sampled_from([s.name for s in SETTINGS] + ["highlight", "ignore", "mute", "keys"])

    @given(st.dictionaries(_names, _values))
    def test_whatever_the_file_says_the_values_are_allowed_ones(
        self, values: dict[str, object]
    ) -> None:
        loaded = Settings(Shelf(values))
        for setting, value in loaded:
            self.assertIn(value, setting.values)
        for name in ("highlight", "ignore", "mute"):
            self.assertTrue(all(isinstance(word, str) for word in loaded.words(name)))
