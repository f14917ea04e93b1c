"""A whole store: its export, and one restored from that."""

from __future__ import annotations

import json

from twisted.internet.threads import deferToThread

from chatd.store.export import TABLES
from chatd.store.schema import metadata
from tests.store.contract.case import NOW, secret
from tests.store.contract.talk import TalkCase


class Everything(TalkCase):
    async def test_export(self) -> None:
        """All tables, in an order in which what is referred to comes first."""
        await self.fill()
        rows = [json.loads(line) for line in await self.lines()]
        self.assertEqual(rows[0], {"chatd": "store", "format": 1, "revision": "0004"})
        self.assertEqual(rows[-1], {"rows": len(rows) - 2})
        tables = [row["table"] for row in rows[1:-1]]
        self.assertEqual([*dict.fromkeys(tables)], [table.name for table in TABLES])
        self.assertEqual({*tables}, {*metadata.tables} - {"meta"})
        self.assertNotIn("\n", "".join(await self.lines()))

    async def test_one_moment(self) -> None:
        """What is written while an export is read is not in it."""
        await self.fill()
        before = await self.lines()
        export = await self.store.export()
        first = next(export)
        await self.invited("erin", "later")
        self.assertEqual([first, *await deferToThread(list, export)], before)
        self.assertEqual(len(await self.lines()), len(before) + 2)

    async def test_many_at_a_time(self) -> None:
        """Whatever waits together is done one after the other; who is refused harms nobody."""
        await self.enrolled()
        asked = [
            self.store.sign_in(secret("laptop"), secret(token), secret(successor), True, NOW)
            for token, successor in (
                ("laptop first", "one"),
                ("none", "x"),
                ("one", "two"),
                ("laptop first", "y"),
                ("two", "three"),
            )
        ]
        outcomes = [(await each).outcome.value for each in asked]
        self.assertEqual(outcomes, ["accepted", "late", "accepted", "late", "accepted"])
