"""``chatctl export``, ``backup`` and ``restore``, at a server whose daemon does not run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd import export
from chatd.archive import opened
from chatd.keys import ServerKeys, lock_data_dir
from tests.ctl.case import Case


class KeepingTest(Case, TestCase):
    async def ctl(self, *arguments: str) -> str:
        """What it prints."""
        printed: str = await deferToThread(self.run_ctl, *arguments)
        return printed

    async def refused(self, *arguments: str) -> str:
        told: str = await deferToThread(self.refusal, *arguments)
        return told

    async def setUp(self) -> None:  # type: ignore[override]
        super().setUp()
        ServerKeys.load(self.home)
        self.file = self.home / "backup"
        await self.ctl("enrol", "alice", "--public", "chat.example:4170")

    def events(self) -> list[dict[str, Any]]:
        """What was audited, without the time."""
        lines = (self.home / "audit.log").read_text().splitlines()
        return [{key: row[key] for key in row if key != "time"} for row in map(json.loads, lines)]

    async def test_export(self) -> None:
        told = await self.ctl("export")
        rows = [json.loads(line) for line in told.splitlines()]
        handles = [row["handle"] for row in rows if row.get("table") == "accounts"]
        self.assertEqual(handles, ["alice"])
        self.assertEqual(rows[-1], {"rows": len(rows) - 2})
        self.assertEqual(self.events()[-1], {"event": "backed_up", "by": "admin"})

    async def test_export_in_pages(self) -> None:
        told = await self.ctl("export")
        self.patch(export, "PAGE", 100)
        self.assertEqual(await self.ctl("export"), told)

    async def test_export_to_a_file(self) -> None:
        """Its owner's alone; what is there stays unless told otherwise."""
        file = self.home / "lines"
        self.assertEqual(await self.ctl("export", "--output", str(file)), "")
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(file.read_text(), await self.ctl("export"))
        said = await self.refused("export", "--output", str(file))
        self.assertIn("is there already; --force overwrites it", said)
        await self.ctl("export", "--force", "--output", str(file))

    async def test_backup(self) -> None:
        settings = self.home / "chatd/chatd.toml"
        settings.parent.mkdir()
        settings.write_text("guests = true\n")
        told = await self.ctl("backup", str(self.file))
        self.assertIn("chatd.toml, server.key, store.jsonl, tls.key, tls.pem\n", told)
        with opened(self.file) as backup:
            self.assertEqual(backup.read("chatd.toml"), b"guests = true\n")
            for name in ("server.key", "tls.key", "tls.pem"):
                self.assertEqual(backup.read(name), (self.home / name).read_bytes())
            self.assertEqual("".join(backup.lines()), await self.ctl("export"))

    async def test_nothing_is_overwritten(self) -> None:
        self.file.write_text("mine")
        self.assertIn("is there already", await self.refused("backup", str(self.file)))
        self.assertEqual(self.file.read_text(), "mine")
        await self.ctl("backup", "--force", str(self.file))
        said = await self.refused("restore", str(self.file))
        self.assertIn("there is a server already; --force overwrites it", said)

    async def test_restore(self) -> None:
        """What came after the backup is gone, tokens of that time are good once."""
        before = await self.ctl("export")
        await self.ctl("backup", str(self.file), "--json")
        await self.ctl("enrol", "bob", "--public", "chat.example:4170")
        told = await self.ctl("restore", "--force", str(self.file))
        self.assertIn(f"  {self.home}/store.db\n", told)
        self.assertEqual(await self.ctl("export"), before)
        self.assertEqual(self.events()[-2], {"event": "restored", "by": "admin"})

    async def test_restore_elsewhere(self) -> None:
        settings = self.home / "own.toml"
        settings.write_text('name = "Works"\n')
        await self.ctl("--config", str(settings), "backup", str(self.file))
        before, elsewhere = await self.ctl("export"), self.home / "else"
        words = ("--data-dir", str(elsewhere))
        told = json.loads(await self.ctl(*words, "restore", str(self.file), "--json"))
        self.assertIn(str(elsewhere / "chatd.toml"), told["files"])
        self.assertEqual(await self.ctl(*words, "export"), before)
        self.assertEqual(await self.ctl(*words, "fingerprint"), await self.ctl("fingerprint"))
        told = await self.ctl(*words, "restore", "--force", str(self.file))
        self.assertIn(f"start with --config {elsewhere}/chatd.toml\n", told)

    async def test_not_while_it_runs(self) -> None:
        await self.ctl("backup", str(self.file))
        lock = lock_data_dir(self.home)
        self.addCleanup(os.close, lock)
        said = await self.refused("restore", "--force", str(self.file))
        self.assertIn("another chatd is running on", said)

    async def test_no_backup(self) -> None:
        said = await self.refused("restore", "--force", str(Path(os.devnull)))
        self.assertIn("is no backup of chatd", said)
