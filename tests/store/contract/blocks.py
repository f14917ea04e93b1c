"""Who has blocked whom."""

from __future__ import annotations

from chatd.domain.blocks import Party
from chatd.errors import Code
from tests.store.contract.case import NOW, StoreCase


class Blocks(StoreCase):
    async def test_one_way(self) -> None:
        """Names come as they are shown."""
        alice, bob = await self.invited("Älice"), await self.invited("bob", "other")
        for _ in range(2):
            await self.store.block(alice, bob)
        self.assertEqual(await self.store.blocks(), [(Party(alice, "Älice"), Party(bob, "bob"))])
        self.assertEqual(self.store.blocks_now(), await self.store.blocks())

    async def test_ended(self) -> None:
        alice, bob = await self.invited("alice"), await self.invited("bob", "other")
        await self.store.block(alice, bob)
        await self.store.block(bob, alice)
        for _ in range(2):
            await self.store.unblock(alice, bob)
        self.assertEqual(await self.store.blocks(), [(Party(bob, "bob"), Party(alice, "alice"))])

    async def test_nobody(self) -> None:
        alice = await self.invited("alice")
        for blocker, blocked in ((alice, bytes(16)), (bytes(16), alice)):
            await self.refused(Code.NO_SUCH_ACCOUNT, self.store.block, blocker, blocked)

    async def test_gone_with_either(self) -> None:
        people = [await self.invited(name, name) for name in ("alice", "bob", "carol")]
        alice, bob, carol = people
        for blocker, blocked in ((alice, bob), (bob, carol), (carol, alice)):
            await self.store.block(blocker, blocked)
        await self.store.remove(alice, NOW)
        self.assertEqual(await self.store.blocks(), [(Party(bob, "bob"), Party(carol, "carol"))])
