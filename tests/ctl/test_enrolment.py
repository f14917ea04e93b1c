"""``chatctl enrol``: what is printed for the new user."""

from __future__ import annotations

import os
import sys
import time

from chatd.domain.account import digest
from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from chatd.invitation import command
from tests.ctl.case import LINKS, Keyboard, RunningCase


class EnrolTest(RunningCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(os, "environ", {**os.environ, "TZ": "UTC"})
        time.tzset()
        self.addCleanup(time.tzset)
        self.server.state.wall = lambda: 90_000_000.0

    async def test_printed(self) -> None:
        """Who, what to type, how long; the link stands alone in its line."""
        told = await self.ctl("enrol", "alice", "--level", "2")
        first, second, blank, line, *end = told.split("\n")
        self.assertEqual(first, f"To enrol alice (level 2, member): {command('chatc', 'enrol')}")
        self.assertEqual(second, "and paste this link, which works once, until 1972-11-10 16:00:")
        link = Link.parse(line)
        self.assertEqual(str(link), line)
        self.assertTrue(line.startswith(f"{LINKS[0]}/"), line)
        self.assertEqual((blank, end), ("", ["", ""]))

    async def test_json(self) -> None:
        told = await self.json("enrol", "alice", "--expires", "30m", "--role", "admin")
        self.assertEqual(told["expires"], 90_000_000_000 + 30 * 60_000)
        self.assertEqual(told["account"]["role"], "admin")
        self.assertEqual(told.keys(), {"account", "expires", "link"})

    async def test_the_link_lets_in(self) -> None:
        link = Link.parse((await self.json("enrol", "alice"))["link"])
        store = self.server.state.store
        assert store is not None
        lines = list(await store.export())
        self.assertIn(digest(canonical(link.one_time_id)).hex(), "".join(lines))

    async def test_a_known_account(self) -> None:
        """Another device: what is not said stays as it is."""
        await self.ctl("enrol", "alice", "--level", "5")
        self.assertIn("alice (level 5, member)", await self.ctl("enrol", "Alice"))

    async def test_a_code_for_a_camera(self) -> None:
        """On a terminal only: half blocks, which fit 80 columns and 24 rows."""
        self.output = Keyboard()
        self.patch(sys, "stdout", self.output)
        told = await self.ctl("enrol", "alice")
        code = told.partition("/#")[2].split("\n")[2:]
        rows = [row for row in code if row]
        self.assertLessEqual({*"".join(rows)}, {*" ▀▄█"})
        self.assertLess(len(rows), 24)
        self.assertLess(max(map(len, rows)), 80)
        for words in (("--no-qr",), ("--json",)):
            self.assertNotIn("█", await self.ctl("enrol", "alice", *words))
