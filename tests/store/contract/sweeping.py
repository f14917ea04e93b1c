"""What waits too long or is too much goes, and those who said it are told."""

from __future__ import annotations

from chatd.domain.message import Lost, OpenBody
from chatd.store.queues import ROW
from chatd.store.sweep import BATCH
from tests.store.contract.case import NOW
from tests.store.contract.talk import (
    BASE,
    DAY,
    EXPIRED,
    LATER,
    LIMIT,
    LOBBY,
    TalkCase,
)


class Sweeping(TalkCase):
    async def test_nothing_to_do(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        before = await self.lines()
        self.assertEqual(await self.sweep(LATER - 1), [])
        size = 2 * (ROW + len(OpenBody("1").pack()))
        self.assertEqual(await self.sweep(count=2, size=size), [])
        self.assertEqual(await self.lines(), before)

    async def test_too_old(self) -> None:
        """Whoever has not got it is told so, and so is who said it."""
        await self.meet("alice.phone", "alice.laptop", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.say("alice.phone", "3", time=NOW + DAY)
        await self.ack("carol.phone", 1)
        for name in ("alice.phone", "alice.laptop", "bob.phone", "carol.phone"):
            await self.come_again(name, NOW + DAY)
        letters = await self.sweep(LATER)
        self.assertEqual(await self.stored(), 1)
        self.assertEqual(await self.gets("bob.phone"), [(1, 2, EXPIRED), "3"])
        self.assertEqual(await self.gets("carol.phone"), [(2, 2, EXPIRED), "3"])
        told = [(1, 2, EXPIRED, "bob"), (2, 2, EXPIRED, "carol")]
        self.assertEqual(await self.losses("alice.phone"), told)
        self.assertEqual(await self.losses("alice.laptop"), told)
        self.assertEqual(await self.losses("bob.phone"), [])
        self.assertEqual(len(letters), 4)
        for one in letters:
            self.assertIn(one.device, (self.ids["alice.phone"], self.ids["alice.laptop"]))
            self.assertEqual(Lost.unpack(one.message.body).conversation, LOBBY)
        self.assertEqual(await self.sweep(LATER), [])

    async def test_too_many(self) -> None:
        """The oldest go."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2", "3", "4", "5")
        await self.sweep(count=2)
        self.assertEqual(await self.gets("bob.phone"), [(1, 3, LIMIT), "4", "5"])
        self.assertEqual(await self.losses("alice.phone"), [(1, 3, LIMIT, "bob")])
        await self.say("alice.phone", "6")
        await self.sweep(count=2)
        self.assertEqual(await self.gets("bob.phone"), [(1, 4, LIMIT), "5", "6"])
        self.assertEqual((await self.losses("alice.phone"))[1:], [(4, 4, LIMIT, "bob")])

    async def test_too_large(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", *(letter * 90_000 for letter in "abcd"))
        await self.sweep(size=200_000)
        self.assertEqual(await self.gets("bob.phone"), [(1, 2, LIMIT), "c" * 90_000, "d" * 90_000])

    async def test_many_small_ones_are_too_large(self) -> None:
        """What it takes to keep each counts as well."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2", "3")
        await self.sweep(size=2 * (ROW + len(OpenBody("1").pack())))
        self.assertEqual(await self.gets("bob.phone"), [(1, 1, LIMIT), "2", "3"])

    async def test_some_too_old_and_more_too_many(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.say("alice.phone", "2", "3", "4", time=NOW + DAY)
        await self.come_again("bob.phone", NOW + DAY)
        await self.sweep(LATER, count=1)
        self.assertEqual(await self.gets("bob.phone"), [(1, 1, EXPIRED), (2, 3, LIMIT), "4"])

    async def test_own_are_no_gap(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("bob.phone", "1")
        await self.say("alice.phone", "2")
        await self.say("bob.phone", "3", "4")
        await self.sweep(count=1)
        self.assertEqual(await self.gets("alice.phone"), [(1, 1, LIMIT), (3, 3, LIMIT), "4"])

    async def test_own_after_a_gap(self) -> None:
        """One's cursor does not pass over what one has not been told."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("bob.phone", "1")
        await self.say("alice.phone", "2")
        await self.say("bob.phone", "3", "4")
        await self.say("alice.phone", "5")
        await self.sweep(count=1)
        await self.ack("alice.phone", 1)
        self.assertEqual(await self.gets("alice.phone", after=1), [(3, 4, LIMIT)])

    async def test_got_by_one_device(self) -> None:
        """Then the message has reached the person, however little the other one got."""
        await self.meet("alice.phone", "bob.phone", "bob.laptop")
        await self.say("alice.phone", "1", "2", "3")
        await self.ack("bob.laptop", 2)
        await self.sweep(count=1)
        self.assertEqual(await self.gets("bob.phone"), [(1, 2, LIMIT), "3"])
        self.assertEqual(await self.losses("alice.phone"), [])

    async def test_lost_before_a_device_came(self) -> None:
        """A newer device that has all that it was to get has not got what came before it."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        await self.come("bob.laptop")
        await self.say("alice.phone", "3", "4")
        await self.ack("bob.laptop", 4)
        await self.sweep(count=1)
        self.assertEqual(await self.losses("alice.phone"), [(1, 2, LIMIT, "bob")])

    async def test_lost_of_several_senders(self) -> None:
        """Each is told of what is theirs; nobody that they lost their own."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1")
        await self.say("bob.phone", "2")
        await self.say("alice.phone", "3")
        await self.say("bob.phone", "4")
        await self.ack("bob.phone", 4)
        await self.sweep(count=1)
        self.assertEqual(await self.losses("alice.phone"), [(1, 3, LIMIT, "carol")])
        told = [(2, 2, LIMIT, "alice"), (2, 2, LIMIT, "carol")]
        self.assertEqual(await self.losses("bob.phone"), told)

    async def test_gap_is_forgotten(self) -> None:
        """When everybody has been told."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2", "3")
        await self.sweep(count=1)
        self.assertIn('"table":"gaps"', "".join(await self.lines()))
        await self.ack("bob.phone", 3)
        await self.sweep()
        self.assertNotIn('"table":"gaps"', "".join(await self.lines()))

    async def test_mailboxes(self) -> None:
        """They have the same limits; nobody is told."""
        await self.meet("alice.phone", "bob.phone")
        for text in "123":
            given = (self.letter("bob.phone", text),)
            await self.store.post(self.message("alice.phone", "x", letters=given))
        mailbox = self.ids["bob.phone"]
        await self.sweep(count=2)
        page = await self.store.fetch(mailbox, mailbox, BASE, 10, 100)
        gap, *letters = page.items
        self.assertEqual(self.shown(gap), (1, 1, LIMIT))
        self.assertEqual([self.shown(item) for item in letters], [b"\x102", b"\x103"])
        self.assertEqual(await self.losses("alice.phone"), [(1, 1, LIMIT, "bob")])

    async def test_much_at_once(self) -> None:
        """In more than one transaction."""
        await self.meet("alice.phone", "bob.phone")
        await self.posted(*(self.message("alice.phone", "x") for _ in range(BATCH + 100)))
        await self.sweep(count=1)
        self.assertEqual(await self.gets("bob.phone"), [(1, BATCH + 99, LIMIT), "x"])
        told = [(1, BATCH, LIMIT, "bob"), (BATCH + 1, BATCH + 99, LIMIT, "bob")]
        self.assertEqual(await self.losses("alice.phone"), told)
