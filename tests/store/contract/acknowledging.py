"""What devices have is acknowledged, and what all have goes."""

from __future__ import annotations

from chatd.domain.conversation import GapReason
from chatd.domain.message import StoredCounts
from chatd.errors import Code
from chatd.store.queues import ROW
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE, LOBBY, NOT_MEMBER, TalkCase


class Acknowledging(TalkCase):
    async def position(self, name: str) -> int:
        """What a device has of the lobby."""
        followed = await self.follows(name)
        assert followed is not None
        return followed.acked - BASE

    async def test_goes_when_all_have_it(self) -> None:
        """The sender's other devices, too."""
        await self.meet("alice.phone", "alice.laptop", "bob.phone")
        await self.say("alice.phone", "1", "2")
        for name, left in (("bob.phone", 2), ("alice.laptop", 0)):
            await self.ack(name, 2)
            self.assertEqual(await self.stored(), left)
        self.assertEqual(await self.store.counts(), StoredCounts(0, 0, 0))

    async def test_acknowledged_together(self) -> None:
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2", "3")
        await self.store.acknowledge(
            [
                (self.ids["bob.phone"], LOBBY, BASE + 1),
                (self.ids["carol.phone"], LOBBY, BASE + 3),
                (self.ids["bob.phone"], LOBBY, BASE + 2),
            ]
        )
        self.assertEqual(await self.stored(), 1)
        self.assertEqual(await self.gets("bob.phone"), ["3"])

    async def test_passed_over(self) -> None:
        """Back, of others' conversations, of nobody."""
        await self.meet("alice.phone", "bob.phone")
        await self.come("carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 1)
        before = await self.lines()
        bob, carol = self.ids["bob.phone"], self.ids["carol.phone"]
        senseless = [(bob, LOBBY, BASE)]
        senseless += [(carol, LOBBY, BASE + 2), (b"?", LOBBY, BASE + 2), (bob, b"?", BASE + 2)]
        await self.store.acknowledge(senseless)
        await self.store.acknowledge([])
        self.assertEqual(await self.lines(), before)

    async def test_beyond_the_last(self) -> None:
        """A device may know a later state than the one that was put back: it has all there is."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2")
        for number in (3, 2**63 - 1 - BASE):
            await self.ack("bob.phone", number)
            self.assertEqual(await self.position("bob.phone"), 2)
        await self.leave("carol")
        await self.say("alice.phone", "3")
        await self.ack("carol.phone", 9)
        self.assertIsNone(await self.follows("carol.phone"))
        self.assertEqual(await self.gets("bob.phone"), ["3"])

    async def test_own_are_passed(self) -> None:
        """At once where all before is acknowledged; else with that."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        self.assertEqual(await self.position("alice.phone"), 2)
        await self.say("bob.phone", "3")
        await self.say("alice.phone", "4", "5")
        await self.say("bob.phone", "6")
        self.assertEqual(await self.position("alice.phone"), 2)
        await self.ack("alice.phone", 3)
        self.assertEqual(await self.position("alice.phone"), 5)
        await self.ack("bob.phone", 5)
        self.assertEqual(await self.position("bob.phone"), 6)
        self.assertEqual(await self.stored(), 1)

    async def test_own_are_passed_together(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        names = ("alice.phone", "alice.phone", "bob.phone", "alice.phone")
        await self.posted(*(self.message(name, "x") for name in names))
        self.assertEqual(await self.position("alice.phone"), 2)
        self.assertEqual(await self.position("bob.phone"), 0)

    async def test_alone(self) -> None:
        """Nobody else is there: nothing is stored."""
        await self.meet("alice.phone")
        await self.say("alice.phone", "1", "2")
        self.assertEqual(await self.stored(), 0)

    async def test_beyond_what_one_was_there_for(self) -> None:
        """Who has left acknowledges that much, whatever it says."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.say("alice.phone", "2")
        await self.ack("bob.phone", 2)
        self.assertIsNone(await self.follows("bob.phone"))
        self.assertEqual(await self.stored(), 0)

    async def test_not_needed_by_who_left(self) -> None:
        """What was said after somebody left goes before what they still have to get."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.say("alice.phone", "2", "3")
        await self.ack("carol.phone", 3)
        self.assertEqual(await self.stored(), 1)
        self.assertEqual(await self.gets("bob.phone"), ["1"])

    async def test_devices_that_are_put_out(self) -> None:
        """Nothing waits for them; their mailboxes are gone."""
        await self.come("bob.phone")
        for put_out in (self.store.suspend, self.store.revoke):
            name = put_out.__name__
            await self.come(f"{name}.phone", f"{name}.laptop")
            await self.say(f"{name}.laptop", "1", to="bob")
            letters = (self.letter(f"{name}.phone", "key"),)
            await self.store.post(self.message(f"{name}.laptop", "2", "bob", letters=letters))
            conversation = self.pair(name, "bob")
            await self.ack("bob.phone", 2, conversation)
            self.assertEqual(await self.stored(), 2)
            await put_out(self.ids[f"{name}.phone"])
            self.assertEqual(await self.store.counts(), StoredCounts(0, 0, 0))
            self.assertEqual(await self.store.follow(self.ids[f"{name}.phone"], b"", 9), ([], 0))

    async def test_the_last_device_that_is_put_out(self) -> None:
        """What is said to somebody waits for their next one, what was for it alone is gone."""
        await self.meet("alice.phone", "bob.phone", "carol.phone", sealed=True)
        await self.say("alice.phone", "1", "2", sealed=True)
        letters = (self.letter("bob.phone", "key"),)
        parts = {self.ids["bob.phone"]: b"bob's"}
        sealed = self.message(
            "alice.phone", "", body=b"", parts=parts, letters=letters, sealed=True
        )
        await self.store.post(sealed)
        await self.ack("bob.phone", 1)
        await self.store.suspend(self.ids["bob.phone"])
        await self.ack("carol.phone", 3)
        self.assertEqual(await self.store.counts(), StoredCounts(2, 0, 2 * ROW + 20))
        await self.say("alice.phone", "hi", to="bob")
        await self.refused(Code.DEVICES_CHANGED, self.store.post, sealed)
        await self.store.revoke(self.ids["bob.phone"])
        await self.come("bob.laptop")
        pair = self.pair("alice", "bob")
        self.assertEqual(await self.gets("bob.laptop", LOBBY, 1), ["2", (3, 3, GapReason.NO_PART)])
        self.assertEqual(await self.gets("bob.laptop", pair), ["hi"])
        await self.ack("bob.laptop", 3)
        await self.ack("bob.laptop", 1, pair)
        self.assertEqual(await self.stored(), 0)
        cursors = [line for line in await self.lines() if '"table":"cursors"' in line]
        self.assertNotIn(self.ids["bob.phone"].hex(), "".join(cursors))

    async def test_the_last_device_and_rooms_that_were_left(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.store.revoke(self.ids["bob.phone"])
        await self.say("alice.phone", "2")
        await self.come("bob.laptop")
        self.assertEqual(await self.gets("bob.laptop"), ["1"])
        await self.enter("bob")
        await self.say("alice.phone", "3")
        await self.store.revoke(self.ids["bob.laptop"])
        await self.come("bob.tablet")
        self.assertEqual(await self.gets("bob.tablet"), ["1", (2, 2, NOT_MEMBER), "3"])
        await self.ack("bob.tablet", 3)
        self.assertEqual(await self.stored(), 0)

    async def test_an_account_without_devices_is_removed(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.store.revoke(self.ids["bob.phone"])
        self.assertEqual(await self.stored(), 1)
        await self.store.remove(self.ids["bob"], NOW)
        self.assertEqual(await self.stored(), 0)

    async def test_removed_accounts(self) -> None:
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        letters = (self.letter("bob.phone", "key"),)
        await self.store.post(self.message("alice.phone", "1", letters=letters))
        await self.ack("carol.phone", 1)
        _, (told,) = await self.store.remove(self.ids["bob"], NOW)
        await self.ack("alice.phone", told.message.number - BASE, told.device)
        self.assertEqual(await self.store.counts(), StoredCounts(0, 0, 0))
        self.assertNotIn(self.ids["bob.phone"].hex(), "".join(await self.lines()))
