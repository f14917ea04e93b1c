"""Devices that have not come for as long as messages wait."""

from __future__ import annotations

from tests.store.contract.case import NOW
from tests.store.contract.talk import DAY, EXPIRED, LATER, NOT_MEMBER, TalkCase


class Asleep(TalkCase):
    async def asleep(self) -> None:
        """Bob's phone and laptop are, since they missed the first message; he has a tablet."""
        await self.meet("alice.phone", "bob.phone", "bob.tablet")
        await self.say("alice.phone", "1")
        await self.ack("bob.tablet", 1)
        await self.say("alice.phone", "2", time=NOW + DAY)
        for name in ("alice.phone", "bob.tablet"):
            await self.come_again(name, NOW + DAY)
        await self.sweep(LATER)

    async def test_nothing_waits(self) -> None:
        await self.asleep()
        self.assertEqual(await self.stored(), 1)
        await self.ack("bob.tablet", 2)
        self.assertEqual(await self.stored(), 0)
        self.assertEqual(await self.losses("alice.phone"), [])

    async def test_comes_back(self) -> None:
        """It is told what it missed, and gets what is said from then on."""
        await self.asleep()
        await self.ack("bob.tablet", 2)
        await self.come_again("bob.phone", LATER)
        await self.say("alice.phone", "3")
        await self.ack("bob.tablet", 3)
        self.assertEqual(await self.gets("bob.phone"), [(1, 2, EXPIRED), "3"])
        await self.ack("bob.phone", 3)
        self.assertEqual(await self.stored(), 0)

    async def test_a_person_of_whom_nothing_is_heard(self) -> None:
        """Each message waits for its time for the device by which they came last; the senders are
        told of what went."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1")
        await self.say("carol.phone", "hi", to="bob", time=NOW + DAY)
        await self.say("alice.phone", "2", time=NOW + DAY)
        for name in ("alice.phone", "carol.phone"):
            await self.come_again(name, NOW + DAY)
        await self.ack("carol.phone", 2)
        await self.sweep(LATER)
        self.assertEqual(await self.losses("alice.phone"), [(1, 1, EXPIRED, "bob")])
        self.assertEqual(await self.losses("carol.phone"), [])
        await self.say("alice.phone", "3", time=LATER)
        await self.come_again("bob.phone", LATER)
        self.assertEqual(await self.gets("bob.phone"), [(1, 1, EXPIRED), "2", "3"])
        self.assertEqual(await self.gets("bob.phone", self.pair("carol", "bob")), ["hi"])

    async def test_all_devices_of_a_person(self) -> None:
        """The one by which they came last is waited for, until it is put out: then another is."""
        await self.meet("alice.phone", "bob.phone", "bob.laptop")
        await self.come_again("bob.phone", NOW + 1)
        await self.say("alice.phone", "1")
        await self.say("alice.phone", "2", time=NOW + DAY)
        await self.sweep(LATER + 1)
        await self.store.revoke(self.ids["bob.phone"])
        await self.say("alice.phone", "3", time=LATER)
        await self.come_again("bob.laptop", LATER + 2)
        self.assertEqual(await self.gets("bob.laptop"), [(1, 1, EXPIRED), "2", "3"])

    async def test_who_has_it_all_is_awake(self) -> None:
        """Whoever came long ago and has stayed since: nothing is due for them."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.ack("bob.phone", 1)
        await self.sweep(LATER)
        await self.say("alice.phone", "2", time=LATER)
        self.assertEqual(await self.gets("bob.phone"), ["2"])
        await self.sweep(LATER + 1)
        self.assertEqual(await self.stored(), 1)

    async def test_letters_do_not_wait(self) -> None:
        await self.asleep()
        letters = (self.letter("bob.phone", "key"),)
        await self.store.post(self.message("alice.phone", "3", letters=letters, time=LATER))
        await self.sweep(LATER)
        self.assertEqual((await self.store.counts()).letters, 0)
        await self.come_again("bob.phone", LATER)
        mailbox = self.ids["bob.phone"]
        self.assertEqual(await self.gets("bob.phone", mailbox, 0), [(1, 1, EXPIRED)])

    async def test_left_while_asleep(self) -> None:
        await self.asleep()
        await self.leave("bob")
        await self.say("alice.phone", "3", time=LATER)
        await self.enter("bob")
        await self.come_again("bob.phone", LATER)
        expected = [(1, 1, EXPIRED), "2", (3, 3, NOT_MEMBER)]
        self.assertEqual(await self.gets("bob.phone"), expected)
