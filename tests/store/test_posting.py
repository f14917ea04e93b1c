"""Messages that are posted together where something goes wrong: each is taken once, or not at all,
and the numbers have no holes."""

from __future__ import annotations

from threading import Event

from sqlalchemy import event
from twisted.internet.defer import ensureDeferred

from chatd.domain.message import NewMessage, Posted
from chatd.errors import Code, Refused
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE
from tests.store.file_case import FileCase


class Together(FileCase):
    async def together(self, *messages: NewMessage) -> list[Posted | Code]:
        """What becomes of messages that are all asked for before the first one is taken."""
        gate = Event()
        held = self.write(lambda _: gate.wait())
        results = ensureDeferred(self.posted(*messages))
        gate.set()
        await held
        return await results

    async def test_few_statements(self) -> None:
        """One commit, and no more statements for many than for a few."""
        await self.meet("alice.phone", "bob.phone")
        commits: list[object] = []
        statements: list[object] = []
        event.listen(self.store._engine, "commit", commits.append)
        event.listen(
            self.store._engine, "before_cursor_execute", lambda *given: statements.append(given)
        )
        count = 500
        messages = [self.message("alice.phone", str(seq), seq=seq) for seq in range(1, count + 1)]
        results = await self.together(*messages)
        self.assertEqual(results, [Posted(BASE + seq, NOW) for seq in range(1, count + 1)])
        self.assertLessEqual(len(commits), 2)
        self.assertLess(len(statements), 40)

    async def test_one_breaks(self) -> None:
        """Whatever is wrong with it, the others are taken, in their order."""
        await self.meet("alice.phone", "bob.phone")
        trigger = (
            "CREATE TRIGGER break BEFORE INSERT ON messages WHEN NEW.sender = 'broken' "
            "BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        await self.write(lambda connection: connection.exec_driver_sql(trigger).close())
        results = await self.together(
            self.message("alice.phone", "1", seq=1),
            self.message("bob.phone", "2", seq=1),
            self.message("alice.phone", "x", seq=2, sender="broken"),
            self.message("bob.phone", "3", seq=2),
            self.message("alice.phone", "y", seq=3),
            self.message("alice.phone", "4", seq=2),
        )
        taken = [Posted(BASE + number, NOW) for number in (1, 2, 3, 4)]
        refused = [Code.STORE_FAILED, Code.OUT_OF_ORDER]
        self.assertEqual(results, [*taken[:2], refused[0], taken[2], refused[1], taken[3]])
        self.assertEqual(await self.gets("bob.phone"), ["1", "4"])


class FullDisk(FileCase):
    async def say_until_full(self) -> list[str]:
        """Messages that were taken, in their order."""
        taken: list[str] = []
        with self.assertRaises(Refused) as caught:
            while len(taken) < 100:
                text = f"{len(taken)} {'x' * 5000}"
                await self.say("alice.phone", text)
                taken.append(text)
        self.assertEqual(caught.exception.code, Code.STORE_FAILED)
        return taken

    async def test_goes_on(self) -> None:
        """What was taken is there; the next one has the place that was refused, and no number is
        left out."""
        await self.meet("alice.phone", "bob.phone")
        await self.pages(100)
        taken = await self.say_until_full()
        self.assertGreater(len(taken), 1)
        self.assertEqual(await self.gets("bob.phone"), taken)
        self.assertEqual(await self.stored(), len(taken))
        await self.pages(10_000)
        self.assertEqual(await self.say("alice.phone", "next"), [len(taken) + 1])
        self.assertEqual(await self.gets("bob.phone"), [*taken, "next"])

    async def test_room_is_made_by_those_who_come(self) -> None:
        """What everybody has goes from a full store, too; then it takes more."""
        await self.meet("alice.phone", "bob.phone")
        await self.pages(100)
        taken = await self.say_until_full()
        await self.ack("bob.phone", len(taken))
        self.assertEqual(await self.stored(), 0)
        self.assertEqual(await self.say("alice.phone", "next"), [len(taken) + 1])

    async def test_nothing_of_a_pair(self) -> None:
        """One that could not begin begins later."""
        await self.come("alice.phone", "bob.phone")
        await self.pages(1)
        message = self.message("alice.phone", "x" * 10_000, "bob", seq=1)
        await self.refused(Code.STORE_FAILED, self.store.post, message)
        await self.pages(10_000)
        self.assertEqual(await self.store.post(message), Posted(BASE + 1, NOW))
