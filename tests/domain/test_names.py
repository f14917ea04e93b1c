"""Names: what is usable, what is said of what is not, and which names are alike."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatd.domain.names import (
    LONGEST_DISPLAY,
    MAX_MARKS,
    clean_display,
    clean_nick,
    clean_room,
    fold,
)
from chatd.errors import Code, Refused

ANY_TEXT = st.text(st.characters(), max_size=40)
LIKELY_TEXT = st.text("aAbоОαΑηΗéё١1-_.|ßİﬁＡᴏ日ー한ไ\u0301\u0345\u200b# ", max_size=12)


class UsableNames(TestCase):
    def test_names_of_one_script(self) -> None:
        for nick in ("alice", "rand0", "Zoë", "Алёна", "Ελένη", "日本ひらカナー", "한국어", "דוד"):
            self.assertEqual(clean_nick(nick, 32), unicodedata.normalize("NFKC", nick))
            self.assertEqual(clean_room(nick, 32), unicodedata.normalize("NFKC", nick))

    def test_punctuation_of_nicks(self) -> None:
        self.assertEqual(clean_nick("-_.[a]{b}|^`", 32), "-_.[a]{b}|^`")

    def test_wide_and_taken_apart_letters_become_usual_ones(self) -> None:
        self.assertEqual(clean_nick("Ａｌｉｃｅ", 32), "Alice")
        self.assertEqual(clean_nick("e\u0301a", 32), "éa")

    def test_length_counts_characters_as_shown(self) -> None:
        self.assertEqual(clean_nick("e\u0301" * 4, 4), "é" * 4)
        self.assertEqual(clean_nick("é" * 32, 32), "é" * 32)

    def test_letters_of_one_name_may_bear_digits_of_their_own(self) -> None:
        self.assertEqual(clean_nick("علي٣", 32), "علي٣")


class UnusableNames(TestCase):
    def assert_refused(self, name: str, said: str) -> None:
        nick = self.assertRaises(Refused, clean_nick, name, 32)
        self.assertEqual(nick.code, Code.NICK_INVALID)
        self.assertIn(said, nick.text)
        room = self.assertRaises(Refused, clean_room, name, 32)
        self.assertEqual(room.code, Code.ROOM_INVALID)
        self.assertIn(said, room.text)

    def test_nothing(self) -> None:
        self.assert_refused("", "empty")

    def test_white_space_and_sigil(self) -> None:
        self.assert_refused("a b", "a space")
        self.assert_refused("a\tb", "U+0009")
        self.assert_refused("a\u00a0b", "a space")
        self.assert_refused("a\u2028b", "U+2028")
        self.assert_refused("#a", "'#'")

    def test_what_is_not_seen(self) -> None:
        unseen = "\x00\x1b\x7f\x85\u200b\u200d\u202e\u2066\ufeff\u034f\u1160\ufe0f\U000e0101"
        for character in unseen:
            self.assert_refused(f"a{character}b", f"U+{ord(character):04X}")

    def test_what_is_no_character(self) -> None:
        for character in "\ue000\ud800\U0010ffff\u0378":
            self.assert_refused(f"a{character}b", f"U+{ord(character):04X}")

    def test_symbols(self) -> None:
        for character in "@!/\\:,*?\"'<>~+=☺":
            self.assert_refused(f"a{character}b", "cannot contain")

    def test_two_scripts(self) -> None:
        self.assert_refused("alic\u0435", "'a' and U+0435 CYRILLIC SMALL LETTER IE")
        self.assert_refused("αb", "it mixes scripts")
        self.assert_refused("a٣", "it mixes scripts")

    def test_scripts_hardly_anybody_writes(self) -> None:
        self.assert_refused("\u13aa", "CHEROKEE")

    def test_no_letter(self) -> None:
        self.assert_refused("..", "needs a letter")

    def test_marks(self) -> None:
        self.assert_refused("\u0301a", "no letter under U+0301")
        self.assert_refused("a-\u0301", "no letter under U+0301")
        self.assert_refused("b" + "\u0301" * (MAX_MARKS + 1), "more than 4 marks")
        self.assert_refused("a\u20dd", "U+20DD")

    def test_nick_punctuation_in_a_room(self) -> None:
        for character in "[]{}|^`":
            refused = self.assertRaises(Refused, clean_room, f"a{character}", 32)
            self.assertEqual(refused.code, Code.ROOM_INVALID)

    def test_too_long(self) -> None:
        for name in ("a" * 33, "é" * 33, "a" * 100_000, "\ufdfa" * 2):
            nick = self.assertRaises(Refused, clean_nick, name, 32)
            self.assertEqual(nick.code, Code.NICK_TOO_LONG)
            self.assertIn("at most 32", nick.text)
            room = self.assertRaises(Refused, clean_room, name, 32)
            self.assertEqual(room.code, Code.ROOM_INVALID)


class Alike(TestCase):
    def test_case_and_form(self) -> None:
        for one, other in (
            ("Alice", "aLICE"),
            ("STRASSE", "straße"),
            ("É", "e\u0301"),
            ("Ａlice", "alice"),
            ("ΌΔΟΣ", "όδος"),
        ):
            self.assertEqual(fold(one), fold(other))

    def test_look_alikes(self) -> None:
        for one, other in (
            ("cope", "соре"),
            ("ЁЖ", "ёж"),
            ("ANNA", "ΑΝΝΑ"),
            ("bob", "bᴏb"),
            ("rand1", "rand١"),
            ("ë", "ё"),
        ):
            self.assertEqual(fold(one), fold(other), one)

    def test_names_that_are_not_alike(self) -> None:
        for one, other in (("rand1", "randl"), ("rand0", "rando"), ("zoe", "zoë"), ("Жук", "жир")):
            self.assertNotEqual(fold(one), fold(other))

    def test_names_longer_than_any_kept(self) -> None:
        self.assertEqual(fold("Ж" * 300), "ж" * 300)

    def test_every_character_has_a_fold_that_rests(self) -> None:
        for number in range(0x110000):
            character = chr(number)
            folded = fold(character)
            self.assertEqual(fold(folded), folded)


class AnyText(TestCase):
    @given(ANY_TEXT | LIKELY_TEXT)
    def test_fold_rests(self, text: str) -> None:
        self.assertEqual(fold(fold(text)), fold(text))

    @given(ANY_TEXT | LIKELY_TEXT)
    def test_a_cleaned_name_stays_as_it_is(self, text: str) -> None:
        for clean in (clean_nick, clean_room):
            try:
                name = clean(text, 20)
            except Refused:
                continue
            self.assertEqual(clean(name, 20), name)
            self.assertEqual(fold(name), fold(text))
            self.assertEqual(fold(name.upper()), fold(name))
            self.assertEqual(fold(name.lower()), fold(name))
            self.assertLessEqual(len(name), 20)
            self.assertTrue(name.isprintable())


class DisplayNames(TestCase):
    """What people show beside their handle: one line of anything that shows."""

    def test_as_written(self) -> None:
        for name in ("", "Alice in Wonderland", "Zoë (she/her)", "日本 太郎", "✨ Алёна ✨"):
            self.assertEqual(clean_display(name), name)

    def test_composed_and_without_spaces_around(self) -> None:
        self.assertEqual(clean_display("  Zoe\u0308 "), "Zoë")
        self.assertEqual(clean_display(" "), "")

    def test_length(self) -> None:
        clean_display("é" * LONGEST_DISPLAY)
        for name in ("x" * (LONGEST_DISPLAY + 1), "x" * 1_000_000):
            self.assertRaises(Refused, clean_display, name)

    def test_what_does_not_show_or_spills(self) -> None:
        for name in (
            "a\nb",
            "a\tb",
            "a\u202eb",
            "a\u200bb",
            "a\u3164b",
            "\ud800",
            "a" + "\u0323" * 6,
        ):
            error = self.assertRaises(Refused, clean_display, name)
            self.assertEqual(error.code, Code.DISPLAY_INVALID)

    def test_emoji_that_are_made_of_several_characters(self) -> None:
        """Of a chosen style, keycaps, families, with a skin and a trade, flags."""
        for name in (
            "Fréd \u2764\ufe0f",
            "\u2764\ufe0e",
            "1\ufe0f\u20e3 #\ufe0f\u20e3",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f469\U0001f3fd\u200d\U0001f692",
            "\u26f9\U0001f3fb\u200d\u2640\ufe0f",
            "\U0001f3f3\ufe0f\u200d\U0001f308",
            "\U0001f1eb\U0001f1f7",
        ):
            self.assertEqual(clean_display(name), name)

    def test_what_joins_emoji_hides_nowhere_else(self) -> None:
        for name, fault in (
            ("Al\u200dice", "U+200D ZERO WIDTH JOINER"),
            ("Alice\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
            ("a\ufe0f\u200d\u2764", "U+FE0F"),
            ("1\ufe0f", "U+FE0F"),
            ("\u200d\u2764", "U+200D"),
            ("\u2764\u200d", "U+200D"),
            ("\u2764\u200d\u200d\u2764", "U+200D"),
            ("\u2764\ufe0f\ufe0f", "U+FE0F"),
            ("\u2764\ufe00", "U+FE00"),
            ("Alice\u2800", "U+2800 BRAILLE PATTERN BLANK"),
        ):
            error = self.assertRaises(Refused, clean_display, name)
            self.assertIn(f"it cannot contain {fault}", error.text)

    def test_the_fault_is_named(self) -> None:
        for name, fault in (
            ("a\u202eb", "it cannot contain U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("a\nb", "it cannot contain U+000A"),
            ("a" + "\u0323" * 6, "there are more than 4 marks"),
            ("x" * (LONGEST_DISPLAY + 1), "at most 64 characters"),
        ):
            self.assertIn(fault, self.assertRaises(Refused, clean_display, name).text)

    @given(ANY_TEXT)
    def test_clean_stays_clean(self, text: str) -> None:
        try:
            name = clean_display(text)
        except Refused:
            return
        self.assertEqual(clean_display(name), name)
        self.assertTrue(name.replace("\u200d", "").isprintable() and len(name) <= LONGEST_DISPLAY)
