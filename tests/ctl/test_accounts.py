"""Accounts and devices, looked at and changed through a running daemon."""

from __future__ import annotations

import os
import time
from typing import Any

from chatd.domain.account import NewDevice
from tests.ctl.case import RunningCase


class AccountsTest(RunningCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(os, "environ", {**os.environ, "TZ": "UTC"})
        time.tzset()
        self.addCleanup(time.tzset)
        self.server.state.wall = lambda: 90_000_000.0

    async def add_device(self, handle: str, name: str = "laptop") -> str:
        """A device of an account, made in the store alone.

        :return: its id.
        """
        store: Any = self.server.state.store
        account = await store.account(handle)
        new = NewDevice(os.urandom(32), name)
        registered = await store.register(account.id, "", new, os.urandom(32), 90_000_000_000)
        identifier: str = registered.device.id.hex()
        return identifier

    async def test_list(self) -> None:
        self.assertEqual(
            await self.ctl("list"), "NAME  LEVEL  ROLE  STATE  PASSWORD  ONLINE  SINCE\n"
        )
        await self.ctl("enrol", "alice", "--level", "3", "--role", "admin")
        await self.ctl("enrol", "名前")
        self.pipe(b"correct horse\n")
        await self.ctl("passwd", "alice")
        self.assertEqual(
            await self.ctl("list"),
            "NAME   LEVEL  ROLE    STATE    PASSWORD  ONLINE  SINCE\n"
            "alice  3      admin   active   yes               1972-11-07 16:00\n"
            "名前   1      member  invited  no                1972-11-07 16:00\n",
        )
        told = await self.json("list")
        self.assertEqual([row["handle"] for row in told["accounts"]], ["alice", "名前"])

    async def test_more_than_a_page(self) -> None:
        names = [f"n{number:03}" for number in range(405)]
        self.pipe("".join(f"{name} p\n" for name in names).encode())
        await self.ctl("import-credentials", "-")
        told = await self.json("list")
        self.assertEqual([row["handle"] for row in told["accounts"]], names)

    async def test_show(self) -> None:
        await self.ctl("enrol", "alice")
        device = await self.add_device("alice", "old\x1b[2Jone")
        self.assertEqual(
            await self.ctl("show", "ALICE"),
            "name          alice\n"
            "display name\n"
            "level         1\n"
            "role          member\n"
            "state         invited\n"
            "password      no\n"
            "since         1972-11-07 16:00\n"
            "locked        no\n"
            "\n"
            "DEVICE    NAME        STATE   SIGNED  ENROLLED          LAST SIGN-IN      ONLINE\n"
            f"{device[:8]}  old\N{REPLACEMENT CHARACTER}[2Jone  active  no      "
            "1972-11-07 16:00  1972-11-07 16:00\n",
        )
        shown = await self.json("show", "alice")
        self.assertEqual(shown["devices"][0]["id"], device)
        self.assertEqual(await self.json("devices", "alice"), {"devices": shown["devices"]})
        self.assertIn(device[:8], await self.ctl("devices", "alice"))

    async def test_changes(self) -> None:
        await self.ctl("enrol", "Alice")
        for words, said in (
            (("level", "alice", "4"), "Alice has level 4\n"),
            (("role", "alice", "moderator"), "the role of Alice is moderator\n"),
            (("disable", "alice"), "Alice is disabled\n"),
            (("enable", "alice"), "Alice is enabled\n"),
            (("unlock", "alice"), "was not locked\n"),
        ):
            self.assertEqual(await self.ctl(*words), said)
        account = (await self.json("level", "alice", "5"))["account"]
        self.assertEqual((account["level"], account["role"]), (5, "moderator"))
        self.assertEqual(await self.json("unlock", "alice"), {"addresses": 0})
        self.assertIn("no account called bob", await self.refused("level", "bob", "4"))

    async def test_unlock(self) -> None:
        await self.ctl("enrol", "alice")
        for _ in range(3):
            self.server.state.lockout.failed("alice", "192.0.2.1", 0.0)
        self.assertRegex(await self.ctl("show", "alice"), r"locked +60 s\n")
        self.assertEqual(await self.ctl("unlock", "alice"), "unlocked for 1 address\n")

    async def test_revoke(self) -> None:
        await self.ctl("enrol", "alice")
        device = await self.add_device("alice")
        said = f"{device[:8]} (laptop) is revoked: it never signs in again\n"
        self.assertEqual(await self.ctl("revoke", device[:8]), said)
        self.assertEqual((await self.json("revoke", device))["device"]["state"], "revoked")
        self.assertIn("there is no such device", await self.refused("revoke", "zz"))

    async def test_remove(self) -> None:
        """Whoever is at a terminal is asked; a script says that it is meant."""
        for name in ("alice", "bob", "carol"):
            await self.ctl("enrol", name)
        self.assertEqual(await self.ctl("remove", "alice", "--yes"), "alice is removed\n")
        self.type("y\n")
        self.assertEqual(await self.ctl("remove", "BOB"), "bob is removed\n")
        self.assertIn("Remove bob with 0 devices for good?", self.errors.getvalue())
        for answer in ("n\n", "\n", ""):
            self.type(answer)
            self.assertEqual(await self.refused("remove", "carol"), "chatctl: nothing was removed")
        self.pipe(b"y\n")
        self.assertIn("say --yes", await self.refused("remove", "carol"))
        told = await self.json("list")
        self.assertEqual([row["handle"] for row in told["accounts"]], ["carol"])
