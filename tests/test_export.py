"""An export in pages."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from chatd import export
from chatd.domain.account import Account, Role
from chatd.errors import ConfigError
from chatd.export import Export
from tests.support.server import Audit
from tests.support.store import memory_store


class ExportTest(TestCase):
    """Of a store in memory; the copying thread is real."""

    def setUp(self) -> None:
        self.store: Any = memory_store()
        for number in range(20):
            handle = f"n{number:02}"
            account = Account(handle.encode() * 5, handle, "名前", 1, Role.MEMBER, False, 0)
            self.store.add_account(account)
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.audit = Audit()

    async def test_pages(self) -> None:
        """Whole lines, all from the moment of the first; asked again, it begins anew."""
        self.patch(export, "PAGE", 300)
        whole = list(await self.store.export())
        source = Export(self.store, self.audit, self.folder, reactor)
        pages = [await source.page()]
        self.store.remove(b"n19" * 5, 0)
        while pages[-1]["more"]:
            pages.append(await source.page())
        self.assertEqual([line for page in pages for line in page["lines"]], whole)
        self.assertGreater(len(pages), 5)
        again = await source.page()
        self.assertEqual(again["lines"][0], whole[0])
        self.assertEqual(self.audit.told("backed_up"), [{"by": "admin"}] * 2)

    async def test_nothing_is_left(self) -> None:
        source = Export(self.store, self.audit, self.folder, reactor)
        await source.page()
        self.assertEqual(list(self.folder.iterdir()), [])

    async def test_room_elsewhere(self) -> None:
        whole = list(await self.store.export())
        source = Export(self.store, self.audit, self.folder / "nowhere", reactor)
        self.assertEqual((await source.page())["lines"], whole)

    async def test_no_room(self) -> None:
        nowhere = self.folder / "nowhere"
        self.patch(tempfile, "tempdir", str(nowhere))
        source = Export(self.store, self.audit, nowhere, reactor)
        try:
            await source.page()
        except ConfigError as error:
            self.assertIn(f"the store cannot be copied: {nowhere}: No such", str(error))
        else:
            self.fail("it was copied")
        self.assertEqual(self.audit.lines, [])
