"""A server whose daemon does not run: the same commands, on its files."""

from __future__ import annotations

import json
import os
import time

from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd.config import load
from chatd.ctl import reach
from chatd.domain.link import Link
from chatd.keys import ServerKeys, lock_data_dir, server_fingerprint
from chatd.store.confirmation import Unknown
from chatd.store.writer import Writer
from tests.ctl.case import Case


class StoppedTest(Case, TestCase):
    async def ctl(self, *arguments: str) -> str:
        """What it prints."""
        printed: str = await deferToThread(self.run_ctl, *arguments)
        return printed

    async def refused(self, *arguments: str) -> str:
        told: str = await deferToThread(self.refusal, *arguments)
        return told

    def setUp(self) -> None:
        super().setUp()
        ServerKeys.load(self.home)

    async def test_no_server(self) -> None:
        """None is made by asking, nor by a mistake in the name of the directory."""
        elsewhere = self.home / "elsewhere"
        for words in (["list"], ["enrol", "alice"], ["export"]):
            told = await self.refused("--data-dir", str(elsewhere), *words)
            self.assertIn("start the daemon once", told)
        self.assertFalse(elsewhere.exists())

    async def test_before_anybody_came(self) -> None:
        """The link is the one there will be."""
        told = json.loads(await self.ctl("enrol", "alice", "--json"))
        link = Link.parse(told["link"])
        self.assertEqual((link.host, link.port, link.tls), ("127.0.0.1", 4170, False))
        self.assertEqual(link.fingerprint, server_fingerprint(self.home))
        self.assertEqual(f"{(await self.ctl('link')).strip()}/{link.one_time_id}", told["link"])

    async def test_a_database_that_does_not_say(self) -> None:
        """It may be done or not, and nobody waits for ever to learn it."""

        def break_off(*_: object) -> None:
            raise Unknown

        self.patch(Writer, "_commit", break_off)
        self.assertIn("does not say whether this was done", await self.refused("enrol", "alice"))

    async def test_public(self) -> None:
        told = await self.ctl("--public", "chat.example:99", "enrol", "alice", "--json")
        self.assertTrue(json.loads(told)["link"].startswith("chatd://chat.example:99/#"))

    async def test_nowhere(self) -> None:
        """Nobody is enrolled by a link that nobody can make."""
        settings = self.home / "own.toml"
        settings.write_text('[listen]\nnative = "systemd:domain=INET:index=0"\n')
        config = ("--config", str(settings))
        self.assertIn("--public HOST:PORT", await self.refused(*config, "enrol", "alice"))
        self.assertEqual(json.loads(await self.ctl("list", "--json")), {"accounts": []})

    async def test_what_is_done_stays_done(self) -> None:
        self.pipe(b"correct horse\n")
        for words in (
            ("enrol", "alice"),
            ("passwd", "alice"),
            ("level", "alice", "4"),
            ("disable", "alice"),
        ):
            await self.ctl(*words)
        account = json.loads(await self.ctl("show", "alice", "--json"))["account"]
        known = (account["level"], account["disabled"], account["password"])
        self.assertEqual(known, (4, True, True))
        self.assertEqual(await self.ctl("unlock", "alice"), "was not locked\n")
        self.assertEqual(json.loads(await self.ctl("rooms", "--json")), {"rooms": []})
        self.assertIn("no account called bob", await self.refused("show", "bob"))
        self.assertIn("disabled", await self.ctl("audit", "--account", "alice"))

    async def test_a_daemon_on_its_way(self) -> None:
        """One that starts or stops is waited for, but not for ever."""
        lock = lock_data_dir(self.home)
        self.patch(reach, "POLL", 0.0)
        self.patch(time, "sleep", lambda _: os.close(lock))
        self.assertEqual(json.loads(await self.ctl("list", "--json")), {"accounts": []})
        self.addCleanup(os.close, lock_data_dir(self.home))
        self.patch(reach, "PATIENCE", -1.0)
        self.assertIn("another chatd is running on", await self.refused("list"))

    async def test_another_chatctl_at_work(self) -> None:
        self.patch(reach, "PATIENCE", -1.0)

        def meanwhile() -> str:
            with reach.reach(load(None, {"data_dir": str(self.home)})):
                return self.refusal("list")

        said = await deferToThread(meanwhile)
        self.assertIn(f"chatctl is at work on {self.home}", said)
