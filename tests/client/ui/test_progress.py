"""How far messages came: shown behind each, asked for, and what to do where one failed."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.errors import Code
from chatd.wire import messages
from client.model.uplink import Online, Waiting

from .lasting_desk import STREAM, LastingDesk


class FailedTests(LastingDesk):
    def refuse(self, *texts: str) -> None:
        """Say something that is refused for good."""
        for text in texts:
            self.desk.line(text)
            self.wire.refuse(messages.Say, Code.NOT_ALLOWED, "no")

    def test_all_are_sent_again_or_the_marked_one(self) -> None:
        self.refuse("one", "two")
        self.desk.press("meta up")
        self.assertIn("marked · /retry /drop", self.desk.rows()[-2])
        self.assertEqual(self.says("/retry", 4).text, "two")
        self.assertEqual(self.said(), [])
        self.assertEqual(self.says("/retry", 5).text, "one")
        self.refused("/retry", "nothing here failed to be sent")

    def test_what_is_given_up_says_so(self) -> None:
        self.refuse("one", "two")
        self.desk.line("/drop")
        self.assertEqual(self.desk.text().count("not sent, and given up"), 2)
        self.refused("/drop", "nothing here failed to be sent")

    def test_one_that_waits_can_be_given_up(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("later")
        self.desk.press("meta up")
        self.assertIn("marked · /drop", self.desk.rows()[-2])
        self.desk.line("/drop")
        self.desk.listener.connection_changed(Online())
        self.assertEqual(self.said(), [])
        self.assertIn("not sent, and given up", self.desk.text())

    def test_what_waits_did_not_fail(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("later")
        self.refused("/drop", "what waits goes out by itself")
        self.desk.line("/edit sooner")
        self.assertIn("given up until then: mark it", self.last())

    def test_what_did_not_fail_stays(self) -> None:
        self.desk.press("meta up", "meta up")
        self.refused("/retry", "the marked message did not fail to be sent")
        self.desk.press("meta up", "meta up")
        self.refused("/drop", "the marked message did not fail to be sent")
        self.assertIn("there is ✓", self.desk.text())

    def test_neither_takes_words(self) -> None:
        self.refused("/retry all", "type /retry")
        self.refused("/drop all", "type /drop")

    def test_a_change_that_is_refused(self) -> None:
        self.desk.line("/edit no")
        self.wire.refuse(messages.Say, Code.RELATION_INVALID, "not that one")
        self.assertEqual(self.last(), "your edit was not taken: not that one")


class ExpiredTests(LastingDesk):
    """Bob never got “there is”."""

    def setUp(self) -> None:
        super().setUp()
        self.expire(2, "bob never got it: it waited too long")

    def test_the_marked_one_is_said_anew(self) -> None:
        self.assertIn("there is ✗ bob never got it: it waited too long", self.desk.text())
        self.refused("/retry", "mark what somebody never got (Alt+Up)")
        self.desk.press("meta up", "meta up")
        self.assertIn("/retry /reply", self.desk.rows()[-2])
        said = self.says("/retry", 4)
        self.assertEqual((said.text, said.relation), ("there is", Relation.NONE))
        rows = self.desk.text()
        self.assertIn("there is ✗", rows)
        self.assertIn("there is ✓", rows)

    def test_an_answer_stays_one(self) -> None:
        self.says("/reply only black", 4)
        self.expire(4, "bob never got it: it waited too long")
        self.desk.press("meta up")
        said = self.says("/retry", 5)
        self.assertEqual((said.text, said.relation, said.ref), ("only black", Relation.REPLY, 3))


class ReceiptsTests(LastingDesk):
    def test_who_has_got_and_read_it(self) -> None:
        self.hears("bob", "👍", 4, Relation.REACTION, 2)
        self.desk.line("/receipts")
        rows = [
            messages.ReceiptRow("bob", 3, 2),
            messages.ReceiptRow("carol", 2, 0),
            messages.ReceiptRow("dave", 1, 1),
        ]
        asked = self.wire.answer(messages.Receipts, messages.ReceiptPage(rows, False))
        self.assertEqual(asked.conversation, STREAM)
        self.assertEqual(
            self.last(),
            "“there is”: read by bob; delivered to carol; not yet to dave; 👍 bob",
        )

    def test_who_never_got_it(self) -> None:
        """They are in no other group; who came later is in none at all."""
        self.expire(2, "bob never got it: it waited too long")
        self.desk.line("/receipts")
        people = [("Bob", 3, 2, 0), ("carol", 0, 0, 1), ("dave", 3, 3, 2), ("erin", 9, 9, 5)]
        rows = [messages.ReceiptRow(*person) for person in people]
        self.wire.answer(messages.Receipts, messages.ReceiptPage(rows, False))
        self.assertEqual(
            self.last(), "“there is”: not yet to carol; never got by bob: it waited too long"
        )

    def test_nobody_else(self) -> None:
        self.desk.line("/receipts ^1")
        self.wire.answer(messages.Receipts, messages.ReceiptPage([], False))
        self.assertEqual(self.last(), "“there is”: nobody else is here")


class ProgressTests(LastingDesk):
    def test_the_last_one_that_was_read_says_so(self) -> None:
        self.says("in the pot", 4)
        self.says("take some", 5)
        told = [(4, 0, "there is ✓✓$", "in the pot ✓✓$", "take some ✓$")]
        told += [(5, 4, "there is ✓✓$", "in the pot ✓✓ read$", "take some ✓✓$")]
        for delivered, read, *shown in told:
            self.desk.listener.received(messages.ProgressChanged(STREAM, delivered, read))
            for words in shown:
                self.assertRegex(
                    "\n".join(row.rstrip() for row in self.desk.rows()), f"(?m){words}"
                )


class NarrowTests(LastingDesk):
    size = (40, 16)

    def test_everything_fits(self) -> None:
        self.says("/reply ^3 a long answer that has to wrap under itself", 4)
        self.hears("bob", "👍", 5, Relation.REACTION, 4)
        self.desk.press("meta up")
        self.assertEqual(
            [row.rstrip() for row in self.desk.rows()[8:]],
            [
                "alice │ there is ✓",
                "  bob │ with milk?",
                "alice ┃ ↪ bob: is there tea?",
                "      ┃ a long answer that has to wrap",
                "      ┃ under itself ✓",
                "      ┃ 👍",
                " /reply /react /edit /delete /receipts",
                "alice›",
            ],
        )
