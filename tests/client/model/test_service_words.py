"""What is typed for a service, as the request that it takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import messages
from client.model.service_words import WordsError, read_request, split, usage

DICE = messages.ServiceRow(
    "dice",
    "rolls",
    0,
    [
        messages.FieldRow("sides", "number", True, "how many sides"),
        messages.FieldRow("for", "text", False, "what it is for"),
        messages.FieldRow("loud", "flag", False, "tell everybody"),
    ],
)
TIME = messages.ServiceRow("time", "the time", 0, [])


class ServiceWordsTests(SynchronousTestCase):
    def test_fields_of_each_kind(self) -> None:
        words = 'for="a good cause" sides=6 loud=yes'
        wanted = {"for": "a good cause", "sides": 6, "loud": True}
        self.assertEqual(read_request(DICE, split(words)), wanted)
        self.assertEqual(read_request(TIME, []), {})

    def test_one_word_is_the_first_field(self) -> None:
        self.assertEqual(read_request(DICE, ["20"]), {"sides": 20})

    def test_usage(self) -> None:
        self.assertEqual(usage(DICE), "dice sides=N [for=TEXT] [loud=yes|no]")
        self.assertEqual(usage(TIME), "time")

    def test_what_is_wrong_is_named(self) -> None:
        for words, told in (
            ("", "sides is missing: dice sides=N"),
            ("sides=six", "sides is a whole number, not six"),
            ("sides=" + "9" * 19, "sides is a whole number"),
            ("sides=6 loud=maybe", "loud is yes or no, not maybe"),
            ("sides=6 colour=red", "dice takes no colour=red"),
            ("sides=6 please", "dice takes no please"),
        ):
            error = self.assertRaises(WordsError, read_request, DICE, split(words))
            self.assertIn(told, str(error))
        self.assertRaises(WordsError, read_request, TIME, ["now"])
        self.assertRaises(WordsError, split, 'for="open')

    @given(st.text())
    def test_whatever_is_typed_is_a_request_or_refused(self, words: str) -> None:
        try:
            request = read_request(DICE, split(words))
        except WordsError:
            return
        self.assertIsInstance(request["sides"], int)
