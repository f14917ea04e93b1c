"""What delivery keeps is in one transaction with what it is about."""

from __future__ import annotations

from chatd.domain.commands import Relation, Style
from client.history.ledger import Ledger
from client.history.letters import Letter, all_letters
from client.history.streams import Stream
from client.history.unsent import Unsent
from client.model.conversation import Kind

from .history_case import HistoryCase

RED = b"r" * 16
MESSAGE = Unsent(0, Kind.ROOM, "Red", RED, 5, Style.ACTION, "waves", Relation.REPLY, 7, 3)


class Kept(HistoryCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = self.run_once()

    def tearDown(self) -> None:
        self.now.end()

    @property
    def ledger(self) -> Ledger:
        return self.now.keeper.ledger

    def again(self) -> Ledger:
        self.now.end()
        self.now = self.run_once()
        return self.ledger

    def test_conversations(self) -> None:
        stream = Stream(RED, 9, 2, 3, 4, 5, 6, 7)
        self.ledger.put(stream)
        self.ledger.change(RED, position=10)
        (kept,) = self.again()
        self.assertEqual(kept, Stream(RED, 10, 2, 3, 4, 5, 6, 7))

    def test_the_outbox(self) -> None:
        one, two, three = (self.ledger.add(MESSAGE) for _ in range(3))
        self.ledger.remove(two)
        self.ledger.set_unsent(three, stream=b"", entry=8)
        first, last = self.again().unsent
        self.assertEqual((first.id, last.id), (one, three))
        self.assertEqual((first.kind, first.name, first.text), (Kind.ROOM, "Red", "waves"))
        self.assertEqual((first.relation, first.ref, first.entry), (Relation.REPLY, 7, 3))
        self.assertEqual((last.stream, last.entry), (b"", 8))
        self.assertGreater(self.ledger.add(MESSAGE), three)

    def test_sequences_are_of_their_epoch(self) -> None:
        self.ledger.begin_epoch(4)
        self.ledger.used(RED, 17)
        self.assertEqual(self.again().epoch, 4)
        self.assertEqual(self.ledger.sequence(RED), 17)
        self.ledger.begin_epoch(5)
        self.assertEqual(self.ledger.sequence(RED), 0)

    def test_what_is_safe(self) -> None:
        """A message, when it is on the disk with the epoch that it goes out in."""
        self.now.thread.held = []
        one = self.ledger.add(MESSAGE)
        self.now.turn()
        self.assertFalse(self.ledger.is_safe(one))
        self.now.thread.let()
        self.assertTrue(self.ledger.is_safe(one))
        self.ledger.begin_epoch(2)
        self.assertFalse(self.ledger.is_safe(one))
        self.now.turn()
        self.assertTrue(self.ledger.is_safe(one))

    def test_letters(self) -> None:
        letter = Letter(5, "bob", b"d" * 16, 7, b"\x10hello")
        for _ in range(2):
            self.ledger.keep_letter(letter)
        self.again()
        self.assertEqual(all_letters(self.now.keeper._reading), [letter])
        self.assertNotIn("hello", repr(letter))

    def test_all_written(self) -> None:
        """Also what waits while something else is under way."""
        self.now.thread.held = []
        self.now.hears("one", 1)
        self.now.turn()
        self.now.hears("two", 2)
        written = self.ledger.all_written()
        self.assertNoResult(written)
        self.now.thread.let()
        self.successResultOf(written)
        self.successResultOf(self.ledger.all_written())

    def test_after_something_failed(self) -> None:
        """What was in the failed turn is in the next one, and only then on the disk."""
        writing = self.now.keeper._writing
        writing.execute("PRAGMA max_page_count = 1")
        one = self.ledger.add(Unsent(0, Kind.ROOM, "red", RED, 5, Style.SAID, "x" * 60_000))
        self.now.turn()
        self.ledger.change(RED, position=3)
        self.now.turn()
        self.assertFalse(self.ledger.is_safe(one))
        self.assertNoResult(self.ledger.all_written())
        writing.execute("PRAGMA max_page_count = 1000000")
        self.now.clock.advance(5)
        self.assertTrue(self.ledger.is_safe(one))
        ledger = self.again()
        self.assertEqual((len(ledger.unsent), [one.position for one in ledger]), (1, [3]))
