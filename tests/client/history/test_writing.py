"""Turns, a disk that takes nothing, the end, and what is deleted."""

from __future__ import annotations

from chatd.domain.commands import Style
from client.history import entries
from client.history.batch import Batch
from client.history.database import FILE, connect
from client.history.errors import HistoryError
from client.model.conversation import Kind
from client.model.entry import Entry, EntryKind

from .history_case import KEY, HistoryCase, Run, past
from .test_file import readable


class Turns(HistoryCase):
    """One transaction for each, and the next while the one before is under way."""

    def kept(self) -> list[str]:
        """What is in the file."""
        connection = connect(self.home, KEY)
        try:
            return [text for (text,) in connection.execute("SELECT text FROM entry ORDER BY id")]
        finally:
            connection.close()

    def test_what_comes_in_one_is_written_at_its_end(self) -> None:
        now = self.run_once()
        now.hears("a", 1)
        now.hears("b", 2)
        self.assertEqual(self.kept(), [])
        now.turn()
        self.assertEqual(self.kept(), ["a", "b"])
        now.end()

    def test_what_comes_meanwhile_is_written_next(self) -> None:
        now = self.run_once()
        now.thread.held = []
        for number, text in enumerate("abc", 1):
            now.hears(text, number)
            now.turn()
        self.assertEqual(len(now.thread.held), 1)
        now.thread.let()
        now.turn()
        self.assertEqual(self.kept(), ["a", "b", "c"])
        now.end()

    def test_the_end_waits_for_all_of_it(self) -> None:
        now = self.run_once()
        now.thread.held = []
        now.hears("under way", 1)
        now.turn()
        now.hears("waits", 2)
        now.turn()
        now.hears("in this turn", 3)
        now.end()
        self.assertEqual(self.kept(), ["under way", "waits", "in this turn"])

    def test_what_the_thread_did_last_is_told_after_the_end(self) -> None:
        """As a real one does: its results go through the reactor."""
        now = self.run_once()
        now.thread.held, now.thread.tells_later = [], []
        now.hears("under way", 1)
        now.turn()
        now.hears("waits", 2)
        now.end()
        for tell in now.thread.tells_later:
            tell()
        self.assertEqual(now.thread.late, 0)
        self.assertEqual(self.kept(), ["under way", "waits"])


class FullDisk(HistoryCase):
    """Nothing more is taken, for a while."""

    def full(self, now: Run, pages: int = 1) -> None:
        """From now on. ``pages``: that the file may have; 1 is as many as it has."""
        now.keeper._writing.execute(f"PRAGMA max_page_count = {pages}")

    def test_told_once_and_made_good(self) -> None:
        now = self.run_once()
        now.hears("before", 1)
        now.turn()
        self.full(now)
        for number in range(2, 60):
            now.hears("x" * 4000, number)
            now.turn()
        self.assertEqual(len(now.told), 1)
        self.assertIn("full", now.told[0])
        self.assertIn("what you say waits", now.told[0])
        self.full(now, 2**30)
        now.hears("after", 60)
        now.turn()
        self.full(now)
        for number in range(61, 120):
            now.hears("y" * 4000, number)
            now.turn()
        self.assertEqual(len(now.told), 2)  # it had worked meanwhile
        self.full(now, 2**30)
        now.end()
        later = self.run_once()
        numbers = [entry.id for _, entry in self.shown(later)]
        self.assertEqual(numbers, list(range(119, 0, -1)))
        later.end()

    def shown(self, now: Run) -> list[tuple[int, Entry]]:
        past(now.room())
        return list(now.room().timeline.backwards())

    def test_at_the_end(self) -> None:
        now = self.run_once()
        self.full(now)
        for number in range(1, 60):
            now.hears("x" * 4000, number)
        with self.assertRaisesRegex(HistoryError, "full.*was not sent"):
            now.end()


class Batches(HistoryCase):
    """A batch that is written twice, and one that is left in the middle."""

    def test_again(self) -> None:
        now = self.run_once()
        now.hears("once", 1)
        now.turn()
        entry = Entry(EntryKind.SAID, 5, "again", "bob", 9, row=77)
        batch = Batch(added={77: (1, entry)})
        for _ in range(2):
            batch.commit(now.keeper._writing)
        self.assertEqual(self.found(now, "again"), ["again"])
        now.end()

    def test_a_number_that_is_taken(self) -> None:
        """A message of one's own that another device of one's own had told before."""
        now = self.run_once()
        now.hears("from elsewhere", 5, "alice")
        sent = now.model.echo(now.room(), "mine", Style.SAID, 1)
        now.turn()
        now.model.accepted(sent, 5, 50)
        now.turn()
        self.assertEqual(now.told, [])
        now.end()


class Deleted(HistoryCase):
    """Of a room, of a person, of everything."""

    def setUp(self) -> None:
        super().setUp()
        self.now = self.run_once()
        for number in range(1, 50):
            self.now.hears(f"colour {number}", number)
            self.now.hears(f"taste {number}", 100 + number, room="tea")
        self.now.turn()

    def forget(self, title: str | None) -> bool:
        return bool(self.successResultOf(self.now.keeper.forget(title)))

    def test_a_room(self) -> None:
        self.assertTrue(self.forget("#RED"))
        self.assertEqual(self.found(self.now, "colour"), [])
        self.assertEqual(len(self.found(self.now, "taste")), 49)
        self.now.hears("colour again", 200)
        self.now.end()
        later = self.run_once()
        self.assertEqual(past(later.room()), ["colour again"])
        self.assertEqual(len(past(later.room("tea"))), 49)
        self.assertEqual(self.found(later, "colour"), ["colour again"])
        later.end()

    def test_what_was_not_written_yet(self) -> None:
        self.now.thread.held = []
        self.now.hears("under way", 300)
        self.now.turn()
        self.now.hears("waits", 301)
        self.now.turn()
        forgotten = self.now.keeper.forget("#red")
        self.now.thread.let()
        self.assertTrue(self.successResultOf(forgotten))
        self.now.end()
        later = self.run_once()
        self.assertEqual(past(later.room()), [])
        later.end()

    def test_nothing_of_that_name(self) -> None:
        for title in ("#nowhere", "red", "bob", ""):
            self.assertFalse(self.forget(title), title)

    def test_everything(self) -> None:
        """It is smaller afterwards, and empty."""
        checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
        self.now.keeper._writing.execute(checkpoint).fetchall()
        size = (self.home / FILE).stat().st_size
        self.assertTrue(self.forget(None))
        self.assertLess((self.home / FILE).stat().st_size, size)
        self.assertEqual((self.home / f"{FILE}-wal").stat().st_size, 0)
        connection = self.now.keeper._writing
        self.assertEqual(connection.execute("SELECT count(*) FROM entry").fetchone(), (0,))
        connection.execute("INSERT INTO entry_words (entry_words) VALUES ('integrity-check')")
        self.assertEqual(entries.next_row(connection), 1)
        self.now.end()

    def test_no_trace_inside(self) -> None:
        """Where somebody has the key, too: the file written anew without a seal holds no word."""
        self.now.model.roster.close(self.now.room())
        self.now.turn()
        self.forget("#red")
        plain = self.home / "plain.db"
        connection = self.now.keeper._writing
        connection.execute("ATTACH ? AS plain KEY ''", (str(plain),))
        connection.execute("SELECT sqlcipher_export('plain')").fetchall()
        connection.execute("DETACH plain")
        self.assertEqual(readable(self.home, ("colour", "taste")), ["taste"])
        self.assertIsNone(self.now.model.roster.find(Kind.ROOM, "red"))
        self.now.end()
