"""An older store put back: noticed at the next start, and nobody is locked out by it."""

from __future__ import annotations

import shutil

from chatd.domain.account import NewDevice
from chatd.domain.sign_in import Outcome
from chatd.store.store import Store
from tests.store.folder import FolderCase

KEY = b"key"


async def uses(store: Store, token: bytes, successor: bytes) -> Outcome:
    """The device comes with a token."""
    return (await store.sign_in(KEY, token, successor, False, 1)).outcome


class Generations(FolderCase):
    async def enrolled(self) -> Store:
        """A store with a device whose token is ``first``."""
        store = self.open()
        await store.invite("alice", None, None, b"id", 2, 1)
        await store.redeem(b"id", NewDevice(KEY, "laptop"), b"first", 1)
        return store

    async def rolled_back(self) -> Store:
        """The device has token ``third``, of which the store has never heard."""
        store = await self.enrolled()
        await store.stop()
        copy = self.folder / "older.db"
        shutil.copy(self.path, copy)
        store = self.open()
        await uses(store, b"first", b"second")
        await uses(store, b"second", b"third")
        await store.stop()
        shutil.copy(copy, self.path)
        return self.open()

    async def test_plain_restarts(self) -> None:
        """Nothing is forgiven after those."""
        store = await self.enrolled()
        for _ in range(2):
            store = await self.restart(store)
        self.assertEqual(await uses(store, b"other", b"x"), Outcome.COPIED)

    async def test_rolled_back(self) -> None:
        """An unknown token is taken once; its successor is the only one from then on."""
        store = await self.rolled_back()
        self.assertEqual(await uses(store, b"third", b"fourth"), Outcome.REGENERATED)
        self.assertEqual(await uses(store, b"fourth", b"fifth"), Outcome.ACCEPTED)
        self.assertEqual(await uses(store, b"third", b"x"), Outcome.COPIED)

    async def test_known_token(self) -> None:
        """A sign-in with one that is known ends it for this device, too."""
        store = await self.rolled_back()
        self.assertEqual(await uses(store, b"first", b"second"), Outcome.ACCEPTED)
        self.assertEqual(await uses(store, b"third", b"x"), Outcome.COPIED)

    async def test_the_old_tokens_are_gone(self) -> None:
        store = await self.rolled_back()
        await uses(store, b"third", b"fourth")
        self.assertEqual(await uses(store, b"first", b"x"), Outcome.COPIED)

    async def test_not_for_those_who_are_out(self) -> None:
        store = await self.rolled_back()
        found = await store.device(KEY)
        assert found is not None
        await store.suspend(found[1].id)
        self.assertEqual(await uses(store, b"third", b"x"), Outcome.SUSPENDED)

    async def test_file_of_the_mark_lost(self) -> None:
        """A store without it may be an older one."""
        store = await self.enrolled()
        await store.stop()
        (self.folder / "store.mark").unlink()
        self.assertEqual(await uses(self.open(), b"other", b"x"), Outcome.REGENERATED)

    async def test_new_store_beside_an_old_mark(self) -> None:
        await self.open().stop()
        self.path.unlink()
        self.assertEqual(await uses(await self.enrolled(), b"other", b"x"), Outcome.COPIED)
