"""What an account has not got when it is removed is told to those who said it."""

from __future__ import annotations

from tests.store.contract.case import NOW
from tests.store.contract.talk import REMOVED, TalkCase


class Removing(TalkCase):
    async def remove(self, handle: str) -> set[bytes]:
        """The devices that are told."""
        _, letters = await self.store.remove(self.ids[handle], NOW)
        return {letter.device for letter in letters}

    async def test_what_no_device_had(self) -> None:
        await self.meet("alice.phone", "alice.laptop", "bob.phone", "bob.laptop", "carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.say("carol.phone", "3")
        await self.say("bob.laptop", "4")
        await self.say("alice.phone", "only yours", to="bob")
        await self.ack("bob.laptop", 1)
        told = {self.ids[name] for name in ("alice.phone", "alice.laptop", "carol.phone")}
        self.assertEqual(await self.remove("bob"), told)
        for name in ("alice.phone", "alice.laptop"):
            losses = await self.losses(name)
            self.assertEqual(sorted(losses), [(1, 1, REMOVED, "bob"), (2, 2, REMOVED, "bob")])
        self.assertEqual(await self.losses("carol.phone"), [(3, 3, REMOVED, "bob")])

    async def test_what_waited_since_they_left(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.say("alice.phone", "2")
        await self.remove("bob")
        self.assertEqual(await self.losses("alice.phone"), [(1, 1, REMOVED, "bob")])

    async def test_what_waited_for_their_first_device(self) -> None:
        await self.come("alice.phone")
        self.ids["bob"] = await self.invited("bob", "unused")
        await self.say("alice.phone", "1", to="bob")
        await self.remove("bob")
        self.assertEqual(await self.losses("alice.phone"), [(1, 1, REMOVED, "bob")])

    async def test_nothing_of_what_they_had(self) -> None:
        await self.meet("alice.phone", "bob.phone", "bob.laptop")
        await self.say("alice.phone", "1")
        await self.say("bob.phone", "note", to="bob")
        await self.ack("bob.phone", 1)
        self.assertEqual(await self.remove("bob"), set())
