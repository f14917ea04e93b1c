"""What a device follows, and what it gets: pages, its own left out, what it never gets."""

from __future__ import annotations

from typing import Any

from chatd.domain.conversation import ConversationKind
from chatd.domain.message import Followed, Gap, OpenBody
from chatd.domain.room_record import RoomChanges
from chatd.errors import Code
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE, LOBBY, MANY, NOT_MEMBER, TalkCase


class Fetching(TalkCase):
    async def pages(self, name: str, count: int = MANY, size: int = MANY) -> list[Any]:
        """Each page's items, the number that it goes up to, and whether there is more."""
        found: list[Any] = []
        upto, more = BASE, True
        while more:
            page = await self.store.fetch(self.ids[name], LOBBY, upto, count, size)
            upto, more = page.upto, page.more
            found.append(([self.shown(item) for item in page.items], upto - BASE, more))
        return found

    async def test_followed(self) -> None:
        """Everything that a device is in, by id, in pages."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "hi", to="bob")
        await self.say("bob.phone", "hello", "there")
        phone, pair = self.ids["alice.phone"], self.pair("alice", "bob")
        self.assertEqual(
            (await self.store.follow(phone, b"", 10))[0],
            sorted(
                (
                    Followed(LOBBY, ConversationKind.ROOM, "Lobby", False, BASE, BASE + 2, BASE),
                    Followed(pair, ConversationKind.PAIR, "bob", False, BASE + 1, BASE + 1, 0),
                    Followed(phone, ConversationKind.MAILBOX, "", False, BASE, BASE, 0),
                ),
                key=lambda row: row.conversation,
            ),
        )
        found, after = [], b""
        while page := (await self.store.follow(phone, after, 2))[0]:
            self.assertLessEqual(len(page), 2)
            after = page[-1].conversation
            found += page
        self.assertEqual(found, (await self.store.follow(phone, b"", 10))[0])

    async def test_follows_nothing_else(self) -> None:
        await self.meet("alice.phone")
        await self.come("bob.phone")
        for conversation in (LOBBY, self.ids["alice.phone"], b"?" * 16):
            await self.refused(
                Code.NO_SUCH_CONVERSATION,
                self.store.fetch,
                self.ids["bob.phone"],
                conversation,
                0,
                9,
                9,
            )
        self.assertIsNone(await self.follows("bob.phone"))

    async def test_pages_by_count(self) -> None:
        """A device's own messages are left out, and passed over at the end."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("bob.phone", "1", "2", "3")
        await self.say("alice.phone", "own")
        await self.say("bob.phone", "5")
        await self.say("alice.phone", "own")
        expected = [(["1", "2"], 2, True), (["3"], 4, True), (["5"], 6, False)]
        self.assertEqual(await self.pages("alice.phone", count=2), expected)
        self.assertEqual(await self.pages("alice.phone"), [(["1", "2", "3", "5"], 6, False)])

    async def test_pages_by_size(self) -> None:
        """One message at least, however large it is."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("bob.phone", "a" * 100, "b" * 500, "c" * 100, "d" * 100)
        head = len(OpenBody("").pack())
        expected = [
            (["a" * 100], 1, True),
            (["b" * 500], 2, True),
            (["c" * 100, "d" * 100], 4, False),
        ]
        self.assertEqual(await self.pages("alice.phone", size=2 * (100 + head)), expected)
        page = await self.store.fetch(self.ids["alice.phone"], LOBBY, BASE, 1, 0)
        self.assertEqual(len(page.items), 1)

    async def test_page_after_the_last(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("bob.phone", "1")
        for after in (1, 7):
            page = await self.store.fetch(self.ids["alice.phone"], LOBBY, BASE + after, 9, 9)
            self.assertEqual((page.items, page.upto, page.more), ((), BASE + after, False))
        self.assertEqual((page.kind, page.name), (ConversationKind.ROOM, "Lobby"))

    async def test_fetched_again(self) -> None:
        """What a device has acknowledged, it has: what is gone since is no gap for it."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2", "3", "4")
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.gets("bob.phone"), ["1", "2", "3", "4"])
        await self.ack("carol.phone", 2)
        self.assertEqual(await self.gets("bob.phone"), ["3", "4"])

    async def test_newcomers(self) -> None:
        """Who enters gets what is said from then on."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "before")
        await self.come("carol.phone")
        await self.enter("carol")
        await self.say("alice.phone", "after")
        self.assertEqual(await self.gets("carol.phone"), ["after"])
        followed = await self.follows("carol.phone")
        assert followed is not None
        self.assertEqual((followed.acked - BASE, followed.last - BASE), (1, 2))

    async def test_new_devices(self) -> None:
        """So does a new device, in all that its account is in."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "before")
        await self.say("alice.phone", "before", to="bob")
        await self.come("bob.laptop")
        await self.say("alice.phone", "after")
        await self.say("alice.phone", "after", to="bob")
        for conversation in (LOBBY, self.pair("alice", "bob")):
            self.assertEqual(await self.gets("bob.laptop", conversation), ["after"])
            self.assertEqual(await self.gets("bob.phone", conversation), ["before", "after"])

    async def test_left(self) -> None:
        """What was said up to then is still got; then the room is followed no more."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        await self.leave("bob")
        await self.say("alice.phone", "3")
        followed = await self.follows("bob.phone")
        assert followed is not None
        self.assertEqual((followed.last - BASE, followed.left), (2, True))
        self.assertEqual(await self.gets("bob.phone"), ["1", "2"])
        await self.ack("bob.phone", 2)
        self.assertIsNone(await self.follows("bob.phone"))
        self.assertEqual(await self.stored(), 0)

    async def test_left_and_come_back(self) -> None:
        """What was said between is a gap, for those who were there before."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        await self.leave("bob")
        await self.say("alice.phone", "3", "4")
        await self.enter("bob")
        await self.say("alice.phone", "5")
        expected = ["1", "2", (3, 4, NOT_MEMBER), "5"]
        self.assertEqual(await self.gets("bob.phone"), expected)
        followed = await self.follows("bob.phone")
        assert followed is not None
        self.assertEqual((followed.acked - BASE, followed.last - BASE), (0, 5))
        self.assertFalse(followed.left)
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.gets("bob.phone", after=2), expected[2:])
        await self.ack("bob.phone", 5)
        self.assertEqual(await self.stored(), 0)
        self.assertEqual(await self.pages("bob.phone"), [([(1, 4, NOT_MEMBER)], 5, False)])

    async def test_came_back_at_once(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        for _ in range(2):
            await self.leave("bob")
            await self.enter("bob")
        await self.say("alice.phone", "2")
        self.assertEqual(await self.gets("bob.phone"), ["1", "2"])
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.stored(), 0)

    async def test_kept_for_newcomers(self) -> None:
        """A room with a retention: who comes later gets what is still kept, nothing twice."""
        await self.meet("alice.phone", "bob.phone")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.stored(), 2)
        await self.come("carol.phone", "bob.laptop")
        await self.enter("carol")
        for name in ("carol.phone", "bob.laptop"):
            self.assertEqual(await self.gets(name), ["1", "2"])
        await self.leave("bob")
        await self.enter("bob")
        await self.say("alice.phone", "3")
        self.assertEqual(await self.gets("bob.laptop"), ["1", "2", "3"])

    async def test_own_messages_are_no_gap(self) -> None:
        """Nor those that were said before one left, and are gone."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.say("bob.phone", "2")
        await self.leave("alice")
        await self.say("bob.phone", "3")
        await self.ack("alice.phone", 2)
        await self.enter("alice")
        self.assertEqual(await self.gets("alice.phone", after=0), [(2, 3, NOT_MEMBER)])

    async def test_nothing_of_others(self) -> None:
        """What is stored for others, but was said before one came."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.come("carol.phone")
        await self.enter("carol")
        page = await self.store.fetch(self.ids["carol.phone"], LOBBY, 0, MANY, MANY)
        self.assertEqual((page.items, page.upto - BASE), ((), 1))
        page = await self.store.fetch(self.ids["carol.phone"], LOBBY, BASE, MANY, MANY)
        self.assertEqual(page.items, (Gap(BASE + 1, BASE + 1, NOT_MEMBER),))

    async def test_mailbox_of_each_device(self) -> None:
        await self.come("alice.phone")
        followed = await self.follows("alice.phone", self.ids["alice.phone"])
        assert followed is not None
        self.assertEqual((followed.kind, followed.last), (ConversationKind.MAILBOX, BASE))
        self.assertEqual(BASE, NOW // 1000 << 20)
