"""Texts of strangers, texts typed before, words that name the user."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from client.model.input_history import InputHistory
from client.model.mentions import Mentions
from client.model.visible import visible, visible_line


class VisibleTests(TestCase):
    def test_plain_text_stays(self) -> None:
        for text in ("hello", "größe", "日本語", "👍🏽", "a\nb", "العربية"):
            self.assertEqual(visible(text), text)

    def test_controls_become_symbols(self) -> None:
        self.assertEqual(visible("a\x1b[31mb\x07\x7f"), "a␛[31mb␇␡")
        self.assertEqual(visible("\x9b31m"), "‹9B›31m")

    def test_bidi_and_invisible_characters_are_shown(self) -> None:
        self.assertEqual(visible("a\u202eb"), "a‹202E›b")
        self.assertEqual(visible("a\u2066b\u2069"), "a‹2066›b‹2069›")
        self.assertEqual(visible("pay\u200bpal"), "pay‹200B›pal")
        self.assertEqual(visible("\ufeffa"), "‹FEFF›a")
        self.assertEqual(visible("a\u3164"), "a‹3164›")
        self.assertEqual(visible("a\u2028b"), "a‹2028›b")

    def test_joiners_stay_where_they_join(self) -> None:
        family = "👨\u200d👩\u200d👧"
        self.assertEqual(visible(family), family)
        self.assertEqual(visible("a\u200db"), "a‹200D›b")
        scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
        self.assertEqual(visible(scotland), scotland)
        self.assertEqual(visible("a\U000e0067"), "a‹E0067›")

    def test_spaces_and_line_ends(self) -> None:
        self.assertEqual(visible("a\tb\r\nc\rd\u00a0e"), "a    b\nc␍d e")
        self.assertEqual(visible_line("a\nb"), "a␊b")

    def test_marks_do_not_pile_up(self) -> None:
        self.assertEqual(visible("z" + "\u0301" * 50), "z" + "\u0301" * 4)

    @given(st.text(st.characters(codec=None, categories=None)))
    @settings(max_examples=300)
    def test_nothing_dangerous_comes_out(self, text: str) -> None:
        for character in visible(text):
            self.assertNotIn(unicodedata.category(character), {"Zl", "Zp", "Cs"})
            if unicodedata.category(character) == "Cc":
                self.assertEqual(character, "\n")
            self.assertNotIn(character, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        self.assertNotIn("\n", visible_line(text))


class MentionsTests(TestCase):
    def test_whole_words_whatever_case(self) -> None:
        mentions = Mentions(["alice"])
        for text in ("alice", "hi Alice!", "alice: look", "(ALICE)", "@alice"):
            self.assertTrue(mentions.found_in(text), text)
        for text in ("malice", "alices", "alice_", "bob"):
            self.assertFalse(mentions.found_in(text), text)

    def test_nicks_of_signs(self) -> None:
        mentions = Mentions(["[x]", "a.b"])
        self.assertTrue(mentions.found_in("hello [x]"))
        self.assertFalse(mentions.found_in("axb"))

    def test_spans_prefer_the_longer_word(self) -> None:
        mentions = Mentions(["al", "al-ice"])
        self.assertEqual(mentions.spans("al-ice al"), [(0, 6), (7, 9)])

    def test_no_words_name_nobody(self) -> None:
        self.assertFalse(Mentions().found_in("anything"))
        self.assertFalse(Mentions([""]).found_in("anything"))


class InputHistoryTests(TestCase):
    def test_there_and_back_keeps_the_line_in_the_making(self) -> None:
        history = InputHistory()
        history.add("one")
        history.add("two")
        self.assertEqual(history.older("draft"), "two")
        self.assertEqual(history.older("two"), "one")
        self.assertIsNone(history.older("one"))
        self.assertEqual(history.newer(), "two")
        self.assertEqual(history.newer(), "draft")
        self.assertIsNone(history.newer())

    def test_repeated_and_empty_lines_are_kept_once_and_never(self) -> None:
        history = InputHistory()
        for line in ("a", "a", "", "b"):
            history.add(line)
        self.assertEqual(len(history), 2)

    def test_changing_a_line_begins_anew(self) -> None:
        history = InputHistory()
        history.add("one")
        history.older("")
        history.leave()
        self.assertEqual(history.older("one, changed"), "one")
        self.assertEqual(history.newer(), "one, changed")

    def test_is_bounded(self) -> None:
        history = InputHistory()
        for number in range(2000):
            history.add(str(number))
        self.assertEqual(len(history), 500)
