"""The sweep does a bounded part in each transaction, and does not count what it has counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from chatd.domain.conversation import QueueLimits
from chatd.store import sweep
from tests.store.contract.case import NOW
from tests.store.contract.talk import LATER
from tests.store.file_case import FileCase


class Bounded(FileCase):
    async def test_one_queue(self) -> None:
        """More of it than what goes at once."""
        await self.meet("alice.phone", "bob.phone")
        await self.posted(*(self.message("alice.phone", "x") for _ in range(50)))
        self.patch(sweep, "BATCH", 20)
        await self.parts(QueueLimits(count=10), NOW, [20, 20, 0])
        self.assertEqual(await self.stored(), 10)

    async def test_many_queues(self) -> None:
        """Looking into each one costs something."""
        names = [f"p{number}" for number in range(8)]
        await self.come("alice.phone", *(f"{name}.phone" for name in names))
        for name in names:
            await self.say("alice.phone", "x", to=name)
        self.patch(sweep, "BATCH", 40)
        await self.parts(QueueLimits(), LATER, [4, 4])

    async def parts(self, limits: QueueLimits, now: int, expected: list[int]) -> None:
        """How many messages go in each transaction."""
        found: list[int] = []
        work = await self.store._read(self.store._sweep.look, limits, now)
        while work.conversations:
            before = await self.stored()
            _, work = await self.store._write(sweep.do, work, limits, now)
            found.append(before - await self.stored())
        self.assertEqual(found, expected)


class Counting(FileCase):
    async def test_only_what_grew(self) -> None:
        """Counting reads all that waits in a conversation."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2", "3")
        counted: list[Any] = []
        event.listen(
            self.store._engine,
            "before_cursor_execute",
            lambda *given: counted.append(given[2]) if "sum(" in given[2] else None,
        )
        for _ in range(3):
            await self.sweep(size=300_000)
        self.assertEqual(len(counted), 1)
        await self.say("alice.phone", "4")
        await self.sweep(size=300_000)
        self.assertEqual(len(counted), 2)
        await self.sweep(size=200_000)
        self.assertEqual(len(counted), 3)
