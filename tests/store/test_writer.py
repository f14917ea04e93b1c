"""The one who writes: groups, those who fail in one, a full disk, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, event
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredList, gatherResults
from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogPublisher

from chatd.errors import Code, Refused
from chatd.store.engine import make_engine, parse
from chatd.store.writer import GROUP, Writer
from tests.store.folder import FolderCase, url
from tests.support.program import until

#: More than a page of a database.
_LARGE = 10_000


def add(number: int, size: int = 1) -> Callable[[Connection], int]:
    """An operation that keeps a number, and how much there was before."""

    def operation(connection: Connection) -> int:
        before: int = connection.exec_driver_sql("SELECT count(*) FROM kept").scalar_one()
        connection.exec_driver_sql("INSERT INTO kept VALUES (?, ?)", (number, "x" * size))
        return before

    return operation


def pages(count: int) -> Callable[[Connection], None]:
    """An operation that says how large the database may be."""
    return lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={count}").close()


class WriterCase(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.engine = make_engine(parse(url(self.path)))
        self.addCleanup(self.engine.dispose)
        with self.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (number INTEGER, text TEXT)")
        self.commits = 0
        event.listen(self.engine, "commit", self.count)
        self.writer = Writer(self.engine, reactor)
        self.logged: list[LogEvent] = []
        observer = cast(ILogObserver, self.observe)
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)

    def count(self, _connection: Connection) -> None:
        self.commits += 1

    def observe(self, entry: LogEvent) -> None:
        if entry["log_namespace"].startswith("chatd.store"):
            self.logged.append(entry)

    def start(self) -> None:
        self.writer.start()
        self.addCleanup(self.writer.stop)

    def kept(self) -> list[int]:
        """The numbers in the database."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT number FROM kept ORDER BY rowid")
            return list(rows.scalars())

    async def fails(self, asked: Deferred[Any]) -> Code:
        """The code it fails with."""
        with self.assertRaises(Refused) as caught:
            await asked
        code: Code = caught.exception.code
        return code


class Groups(WriterCase):
    async def test_one_commit_each(self) -> None:
        asked = [self.writer.run(add(number)) for number in range(2 * GROUP + 1)]
        self.start()
        self.assertEqual(await gatherResults(asked), list(range(2 * GROUP + 1)))
        self.assertEqual(self.kept(), list(range(2 * GROUP + 1)))
        self.assertEqual(self.commits, 3)

    async def test_refused(self) -> None:
        """It has changed nothing, so the others need no second try."""

        def refuse(connection: Connection) -> None:
            raise Refused(Code.ID_UNKNOWN)

        first, refused, last = map(self.writer.run, (add(1), refuse, add(2)))
        self.start()
        self.assertEqual(await self.fails(refused), Code.ID_UNKNOWN)
        self.assertEqual([await first, await last], [0, 1])
        self.assertEqual(self.commits, 1)

    async def test_broken(self) -> None:
        """One is undone, whatever is wrong with it; the others are done, each once."""

        def break_off(connection: Connection) -> None:
            add(99)(connection)
            raise ZeroDivisionError

        first, broken, last = map(self.writer.run, (add(1), break_off, add(2)))
        self.start()
        with self.assertRaises(ZeroDivisionError):
            await broken
        self.assertEqual([await first, await last], [0, 1])
        self.assertEqual(self.kept(), [1, 2])

    async def test_end(self) -> None:
        """All that was asked for before is done; what comes later is not."""
        asked = [self.writer.run(add(number)) for number in range(GROUP + 1)]
        self.writer.start()
        stopped = self.writer.stop()
        late = self.writer.run(add(-1))
        await stopped
        self.assertEqual([self.successResultOf(one) for one in asked], list(range(GROUP + 1)))
        self.assertEqual(await self.fails(late), Code.STORE_FAILED)
        self.assertNotIn(-1, self.kept())

    async def test_end_before_the_start(self) -> None:
        await self.writer.stop()


class Durable(WriterCase):
    async def test_a_commit_is_on_the_disk(self) -> None:
        """Not only with the system, which a kill shows: also when the power fails (FULL is 2)."""

        def settings(connection: Connection) -> list[object]:
            return [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous")
            ]

        self.start()
        self.assertEqual(await self.writer.run(settings), ["wal", 2])


class FullDisk(WriterCase):
    async def test_goes_on(self) -> None:
        """What fits is done, what does not is refused, and later there is room again."""
        self.start()
        await self.writer.run(pages(8))
        asked = [self.writer.run(add(number, _LARGE)) for number in range(20)]
        results = await DeferredList(asked, consumeErrors=True)
        before = self.kept()
        self.assertEqual(before, [number for number, (well, _) in enumerate(results) if well])
        self.assertLess(len(before), 5)
        codes = {cast(Any, result).value.code for well, result in results if not well}
        self.assertEqual(codes, {Code.STORE_FAILED})
        await self.writer.run(pages(10_000))
        self.assertEqual(await self.writer.run(add(50, _LARGE)), len(before))
        self.assertEqual(self.kept(), [*before, 50])

    async def test_told_once(self) -> None:
        """By name, without values; and when it is over."""
        self.start()
        await self.writer.run(pages(8))
        for number in range(3):
            await self.fails(self.writer.run(add(number, 10 * _LARGE)))
        await self.writer.run(pages(10_000))
        told = [(entry["log_level"], entry.get("fault")) for entry in self.logged]
        full = "OperationalError SQLITE_FULL"
        self.assertEqual(told, [(LogLevel.error, full), (LogLevel.info, None)])
        self.assertNotIn("xxx", str(self.logged))


class Idle(WriterCase):
    async def test_log_is_emptied(self) -> None:
        """Deleted content does not wait in SQLite's write-ahead log."""
        self.writer = Writer(self.engine, reactor, idle=0.001)
        self.start()
        await self.writer.run(add(1))
        log = self.path.with_name("store.db-wal")
        until(lambda: log.stat().st_size == 0, lambda: f"{log.stat().st_size} bytes are left")
        await self.writer.run(add(2))
        self.assertEqual(self.kept(), [1, 2])
