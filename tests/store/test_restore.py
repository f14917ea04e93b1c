"""A store filled from an export: equal to the one it came from, or not filled at all."""

from __future__ import annotations

import json

from chatd.domain.account import NewDevice
from chatd.domain.commands import Standing
from chatd.domain.room_record import NewRoom
from chatd.domain.sign_in import Outcome
from chatd.errors import ConfigError
from chatd.store.restore import restore_store
from tests.store.folder import FolderCase, lines, url


class RestoreCase(FolderCase):
    """A store with somebody in it, and an empty place beside it."""

    async def fill(self) -> list[str]:
        """Its lines."""
        store = self.open()
        await store.invite("Älice", 3, None, b"id", 2, 1)
        done = await store.redeem(b"id", NewDevice(b"key", "läptop", b"root"), b"first", 1)
        await store.confirm(done.device.id, b"first", 1)
        owner = done.account.id, Standing.OWNER
        await store.add_room(NewRoom(b"room", "room", "", 0, False, False, *owner), 1)
        bob = await store.invite("bob", None, None, b"other id", 2, 1)
        await store.redeem(b"other id", NewDevice(b"other key", "phone"), b"second", 1)
        await store.remove(bob.id, 1)
        return await lines(store)

    @property
    def target(self) -> str:
        return url(self.folder / "restored.db")


class Restored(RestoreCase):
    async def test_equal(self) -> None:
        written = await self.fill()
        restore_store(self.target, [f"{line}\n" for line in written])
        restored = self.open(self.folder / "restored.db")
        self.assertEqual(await lines(restored), written)
        self.assertEqual(await restored.handles(), {"älice", "bob"})

    async def test_nobody_is_locked_out(self) -> None:
        """A token handed out since the backup is taken once, also after a further start."""
        restore_store(self.target, await self.fill())
        path = self.folder / "restored.db"
        await self.open(path).stop()
        store = self.open(path)
        for token, outcome in ((b"later", Outcome.REGENERATED), (b"older", Outcome.COPIED)):
            answer = await store.sign_in(b"key", token, token + b" next", False, 1)
            self.assertEqual(answer.outcome, outcome)

    async def test_into_a_started_store(self) -> None:
        """A first start has made the tables, and nobody is in them."""
        written = await self.fill()
        path = self.folder / "restored.db"
        await self.open(path).stop()
        restore_store(self.target, written)
        self.assertEqual(await lines(self.open(path)), written)


class Refused(RestoreCase):
    def told(self, given: list[str], target: str = "") -> str:
        """What a person reads; the place is still empty."""
        error = self.assertRaises(ConfigError, restore_store, target or self.target, given)
        restore_store(self.target, ['{"chatd":"store","format":1,"revision":"0001"}', '{"rows":0}'])
        return str(error)

    async def test_not_empty(self) -> None:
        """A handle that was ever used is enough."""
        written = await self.fill()
        store = self.open()
        alice = await store.account("älice")
        assert alice is not None
        await store.remove(alice.id, 1)
        await store.stop()
        self.assertIn("the store is not empty", self.told(written, url(self.path)))

    async def test_no_export(self) -> None:
        for wrong in ([], ["{}"], ['{"rows":0}'], ['{"chatd":"store"}']):
            self.assertEqual(self.told(wrong), "this is no export of a chatd store")
        for wrong in ([""], ["no json"], ["[]"], ["null"]):
            self.assertIn("line 1 is no JSON object", self.told(wrong))

    async def test_newer(self) -> None:
        header, *rest = await self.fill()
        for newer in ({"revision": "9999"}, {"format": 2}):
            changed = json.dumps({**json.loads(header), **newer})
            self.assertIn("written by a newer chatd", self.told([changed, *rest]))

    async def test_incomplete(self) -> None:
        """A line is missing, or there is one more, wherever it is."""
        written = await self.fill()
        for wrong in (written[:-1], [*written[:3], *written[4:]], [*written, written[1]]):
            self.assertIn("the export is damaged", self.told(wrong))

    async def test_damaged(self) -> None:
        written = await self.fill()
        (row,) = (json.loads(line) for line in written if '"accounts"' in line)
        for changed in (
            {"table": "none"},
            {"table": "meta"},
            {"table": "devices"},
            {"level": "3"},
            {"level": True},
            {"level": 2**80},
            {"level": 10},
            {"level": -1},
            {"role": "god"},
            {"folded": "somebody"},
            {"id": "xyz"},
            {"id": None},
            {"more": 1},
            {"folded": "bob", "id": "00"},
        ):
            damaged = [json.dumps({**row, **changed}) if '"accounts"' in x else x for x in written]
            self.assertIn("the export is damaged", self.told(damaged), changed)
        for table, changed in (("conversations", {"kind": 9}), ("members", {"standing": 3})):
            damaged = [
                json.dumps({**json.loads(line), **changed}) if f'"{table}"' in line else line
                for line in written
            ]
            self.assertIn("no such account, device or conversation", self.told(damaged), table)
        odd = [line.replace('"active"', '"odd"') for line in written]
        self.assertIn("the export is damaged", self.told(odd))
        twice = [*written[:2], written[1], *written[2:]]
        self.assertIn("rows of the table accounts do not go together", self.told(twice))
