"""Rooms that keep what was said, for those who come later."""

from __future__ import annotations

from chatd.domain.room_record import RoomChanges
from tests.store.contract.case import NOW
from tests.store.contract.talk import EXPIRED, LOBBY, TalkCase


class Retention(TalkCase):
    async def test_kept(self) -> None:
        """For its time; then it goes if everybody has it."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 1)
        await self.sweep(NOW + 59_999)
        self.assertEqual(await self.stored(), 2)
        await self.sweep(NOW + 60_000)
        self.assertEqual(await self.stored(), 1)
        self.assertEqual(await self.gets("bob.phone"), ["2"])

    async def test_kept_longer_than_others_wait(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1")
        await self.sweep(NOW + 59_999, age=1000)
        self.assertEqual(await self.stored(), 1)
        await self.sweep(NOW + 60_000, age=1000)
        self.assertEqual(await self.gets("bob.phone"), [(1, 1, EXPIRED)])

    async def test_kept_for_the_next_device(self) -> None:
        """Of somebody whose last one was put out: all that is kept, whenever it was said."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.say("alice.phone", "2")
        await self.enter("bob")
        await self.say("alice.phone", "3")
        await self.ack("bob.phone", 1)
        await self.store.revoke(self.ids["bob.phone"])
        await self.come("bob.laptop")
        self.assertEqual(await self.gets("bob.laptop"), ["1", "2", "3"])

    async def test_no_more(self) -> None:
        """Where the retention ends, what everybody has goes."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1")
        await self.ack("bob.phone", 1)
        await self.store.set_room(LOBBY, RoomChanges(retention=0))
        await self.sweep(NOW)
        self.assertEqual(await self.stored(), 0)

    async def test_limits_hold(self) -> None:
        """Nobody misses what everybody has."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1", "2", "3")
        await self.ack("bob.phone", 2)
        await self.sweep(NOW, count=1)
        self.assertEqual(await self.gets("bob.phone"), ["3"])
        self.assertNotIn('"table":"gaps"', "".join(await self.lines()))
        self.assertEqual(await self.losses("alice.phone"), [])

    async def test_room_that_ended(self) -> None:
        """Nothing is left of it."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 2)
        for handle in ("alice", "bob"):
            await self.leave(handle)
        for _ in range(2):
            await self.sweep(NOW)
        self.assertNotIn(LOBBY.hex(), "".join(await self.lines()))
