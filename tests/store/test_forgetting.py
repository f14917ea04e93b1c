"""What was deleted is in none of the files of an SQLite store, once nobody writes for a while."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from random import Random

from twisted.internet.defer import gatherResults
from twisted.internet.task import Clock

from chatd.store import forgetting, store
from chatd.store.engine import make_engine, parse
from chatd.store.forgetting import RATE, Forgetting
from chatd.store.writer import Writer
from tests.store.contract.talk import BASE, LOBBY
from tests.store.file_case import FileCase
from tests.store.folder import FolderCase, url
from tests.support.program import until

_MARKER = "MARKER"


def found(folder: Path) -> set[bytes]:
    """The marked texts in the files of a store."""
    files = folder.glob("store.db*")
    return {text for file in files for text in re.findall(rb"MARKER[0-9]*", file.read_bytes())}


class Forgotten(FileCase):
    """A store whose writer rests at once, with readers that have read."""

    def setUp(self) -> None:
        self.patch(store, "Writer", partial(Writer, idle=0.001))
        super().setUp()

    async def test_nothing_is_left(self) -> None:
        """Bodies of any size, parts, letters, what was erased, and what was too much."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        for length in (1, 10, 100, 1000, 10_000):
            await self.say("alice.phone", _MARKER * length)
            letters = (self.letter("bob.phone", _MARKER * length),)
            parts = {self.ids["bob.phone"]: _MARKER.encode() * length}
            await self.say("alice.phone", "x", letters=letters, parts=parts)
            await self.say("bob.phone", "", erases=(await self.say("bob.phone", _MARKER))[0])
        await gatherResults([self.store.counts() for _ in range(4)])  # each on its connection
        self.assertTrue(found(self.folder))
        await self.sweep(count=3)
        for name in ("alice.phone", "bob.phone", "carol.phone"):
            await self.ack(name, 20)
        await self.ack("bob.phone", 5, self.ids["bob.phone"])
        self.assertEqual(await self.stored(), 0)
        until(lambda: not found(self.folder), lambda: f"there is still {found(self.folder)}")
        self.assertEqual(await self.gets("bob.phone", LOBBY), [])

    async def test_what_was_erased_while_it_waits(self) -> None:
        """A message that was edited and then deleted."""
        await self.meet("alice.phone", "bob.phone")
        (number,) = await self.say("alice.phone", _MARKER)
        place = BASE + number
        await self.say("alice.phone", f"{_MARKER}2", f"{_MARKER}3", edits=place)
        self.assertTrue(found(self.folder))
        await self.say("alice.phone", "", erases=place)
        self.assertEqual(await self.stored(), 4)
        until(lambda: not found(self.folder), lambda: f"there is still {found(self.folder)}")


class MovedCase(FolderCase):
    """A table like that of the messages, in which rows came and went."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = make_engine(parse(url(self.path)))
        self.addCleanup(self.engine.dispose)
        self.clock = Clock()
        self.forgetting = Forgetting(self.engine, self.clock.seconds)
        with self.engine.begin() as connection:
            columns = "place BLOB, number INTEGER, body BLOB, PRIMARY KEY (place, number)"
            connection.exec_driver_sql(f"CREATE TABLE kept ({columns})")
        random = Random(1)
        for start in range(0, 2000, 20):
            self.come_and_go(random, range(start, start + 20))

    def come_and_go(self, random: Random, numbers: range) -> None:
        """Rows of several sizes in several places; then some of the oldest."""
        places = [b"%016d" % number for number in range(40)]
        rows = [
            (random.choice(places), number, b"MARKER%08d" % number * random.choice((1, 5, 60)))
            for number in numbers
        ]
        gone = [(place, random.randrange(numbers.stop)) for place in random.sample(places, 10)]
        with self.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES (?, ?, ?)", rows)
            connection.exec_driver_sql("DELETE FROM kept WHERE place = ? AND number < ?", gone)

    def left(self) -> set[bytes]:
        """What is in the files and not in the table."""
        with self.engine.begin() as connection:
            bodies = connection.exec_driver_sql("SELECT body FROM kept").scalars()
            kept = set(re.findall(rb"MARKER[0-9]*", b" ".join(bodies)))
        return found(self.folder) - kept


class Moved(MovedCase):
    def test_copies_of_moved_rows(self) -> None:
        """Those that SQLite leaves in unused parts of pages, too."""
        self.assertTrue(self.left())
        self.assertTrue(self.forgetting.forget())
        self.assertEqual(self.left(), set())

    def test_room_is_given_back(self) -> None:
        self.forgetting.forget()
        before = self.path.stat().st_size
        self.execute("DELETE FROM kept")
        self.clock.advance(before)
        self.forgetting.forget()
        self.assertLess(self.path.stat().st_size, before / 4)

    def test_the_more_the_rarer(self) -> None:
        """The log is emptied every time."""
        self.forgetting.forget()
        size = self.path.stat().st_size
        self.execute("DELETE FROM kept WHERE number % 2")
        self.assertFalse(self.forgetting.forget())
        self.assertEqual(self.path.with_name("store.db-wal").stat().st_size, 0)
        self.clock.advance(2 * size / RATE)
        self.assertTrue(self.forgetting.forget())

    def test_too_much(self) -> None:
        """What is still used is not written anew; the log is emptied."""
        self.patch(forgetting, "LARGEST", 4096)
        self.assertTrue(self.forgetting.forget())
        size = self.path.stat().st_size
        self.execute("DELETE FROM kept WHERE number % 8")
        self.assertTrue(self.forgetting.forget())
        self.assertEqual(self.path.stat().st_size, size)
        self.assertEqual(self.path.with_name("store.db-wal").stat().st_size, 0)

    def test_not_while_somebody_reads(self) -> None:
        with self.engine.connect() as reader:
            reader.exec_driver_sql("SELECT * FROM kept").all()
            self.execute("DELETE FROM kept")
            self.assertFalse(self.forgetting.forget())
            self.assertTrue(self.left())
        self.assertTrue(self.forgetting.forget())
        self.assertFalse(self.left())
