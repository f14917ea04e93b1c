"""What people look for, and what finds it."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as some

from client.history.entries import add, search
from client.history.places import Place, put
from client.history.query import MOST_TERMS, Query
from client.history.words import words_of
from client.model.conversation import Kind
from client.model.entry import Entry, EntryKind

from .history_case import HistoryCase

SAID = (
    "The kettle is on",
    "put the Kettle away",
    "größe und Straße",
    "it's 5 o'clock AND not NEAR noon",
    "明天的会议在三楼",
    "コーヒーを飲む",
    "party 🎉 with 👨‍👩‍👧 tonight",
    "I ❤️ tea",
    'she said "never mind" twice',
    "foo_bar-baz(quux)*",
    "हिन्दी में लिखा",
    "พรุ่งนี้เจอกัน",
)


class Looking(HistoryCase):
    """In one room, by bob."""

    def setUp(self) -> None:
        super().setUp()
        self.now = self.run_once()
        for number, text in enumerate(SAID, 1):
            self.now.hears(text, number)
        self.now.turn()

    def tearDown(self) -> None:
        self.now.end()

    def test_words(self) -> None:
        for wanted, numbers in {
            "kettle": [2, 1],
            "KETTLE": [2, 1],
            "ket": [2, 1],
            "ettle": [],
            "kettle on": [1],
            '"the kettle"': [2, 1],
            '"kettle the"': [],
            "grosse": [3],
            "GRÖSSE": [3],
            "gruße": [],
            "strasse": [3],
            "grös": [3],
            "gros": [3],
            "o'clock": [4],
            "AND": [4],
            "not near": [4],
            "NEAR(5 clock)": [],
            "foo_bar": [10],
            "quux)*": [10],
            "5": [4],
        }.items():
            expected = [SAID[number - 1] for number in numbers]
            self.assertEqual(self.found(self.now, wanted), expected, wanted)

    def test_scripts_without_spaces(self) -> None:
        """Any part of a text, however short."""
        for wanted, number in {
            "会议": 5,
            "会": 5,
            "明天的会议": 5,
            "飲む": 6,
            "ｺｰﾋｰ": 6,
            "เจอ": 12,
        }.items():
            self.assertEqual(self.found(self.now, wanted), [SAID[number - 1]], wanted)
        self.assertEqual(self.found(self.now, "议会"), [])
        self.assertEqual(self.found(self.now, "लिखा"), [SAID[10]])
        self.assertEqual(self.found(self.now, "हिन्"), [SAID[10]])

    def test_emoji(self) -> None:
        for wanted, number in {"🎉": 7, "👨‍👩‍👧": 7, "👩": 7, "❤": 8, "❤️ tea": 8}.items():
            self.assertEqual(self.found(self.now, wanted), [SAID[number - 1]], wanted)

    def test_signs_alone_find_nothing(self) -> None:
        for wanted in ("", " ", '"', '""', "*", "()", "-", "^", "in:", "from:", '"\0"', "\ud800"):
            self.assertEqual(self.found(self.now, wanted), [], repr(wanted))

    def test_where_and_by_whom(self) -> None:
        self.now.hears("kettle in blue", 50, "carol", "Blue")
        self.now.hears("from the bracketed", 51, "[bob]")
        self.now.turn()
        for wanted, expected in {
            "kettle in:#blue": ["kettle in blue"],
            "kettle in:#BLUE from:Carol": ["kettle in blue"],
            "kettle in:#red": [SAID[1], SAID[0]],
            "kettle in:#red in:#blue": ["kettle in blue", SAID[1], SAID[0]],
            "kettle in:#nowhere": [],
            "kettle in:blue": [],  # a person of that name
            "kettle from:carol": ["kettle in blue"],
            "from:carol": ["kettle in blue"],
            "from:[bob]": ["from the bracketed"],
            'in:"#blue"': ["kettle in blue"],
            "c1": [],
        }.items():
            self.assertEqual(self.found(self.now, wanted), expected, wanted)
        self.assertEqual(self.found(self.now, "kettle", self.now.room()), [SAID[1], SAID[0]])
        self.assertEqual(self.found(self.now, "in:#blue", self.now.room()), [])


class Everything(HistoryCase):
    """Random texts, in a history of their own."""

    def setUp(self) -> None:
        super().setUp()
        self.now = self.run_once()
        self.addCleanup(self.now.end)
        self.connection = self.now.keeper._reading
        put(self.connection, Place(1, Kind.ROOM, "red"))

    @given(some.text(max_size=60))
    def test_whatever_is_typed_is_no_mistake(self, text: str) -> None:
        query = Query.parse(text)
        if query.terms or query.senders:
            search(self.connection, query, (), 5)

    @given(some.lists(some.text(max_size=8), min_size=40, max_size=50))
    def test_the_number_of_words_is_bounded(self, words: list[str]) -> None:
        self.assertLessEqual(len(Query.parse(" ".join(words)).terms), MOST_TERMS)

    @given(some.text(some.characters(exclude_categories=["Cs"]), max_size=40))
    def test_a_text_finds_itself(self, text: str) -> None:
        """By the whole of it as a phrase, and by each of its words."""
        self.connection.execute("DELETE FROM entry")
        self.connection.execute("INSERT INTO entry_words (entry_words) VALUES ('delete-all')")
        add(self.connection, 1, Entry(EntryKind.SAID, 0, text, "bob", row=1))
        phrase = text.replace('"', " ")
        for wanted in (f'"{phrase}"', *phrase.split()):
            query = Query.parse(wanted)
            if query.terms and not query.places and not query.senders:
                self.assertEqual(len(search(self.connection, query, (), 5)), 1, wanted)

    @given(some.text(max_size=40))
    @example("\u33c6")
    def test_words_are_words(self, text: str) -> None:
        """What splits at spaces gives them back; they do not depend on how accents are written."""
        words = words_of(text)
        self.assertEqual(" ".join(words).split(), words)
        self.assertEqual(words_of(" ".join(words)), words)
        self.assertEqual(words_of(unicodedata.normalize("NFD", text)), words)
