"""How far people are: what their devices have got, what they have read."""

from __future__ import annotations

from chatd.errors import Code
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE, LOBBY, TalkCase


class Reading(TalkCase):
    async def progress(self, conversation: bytes = LOBBY) -> dict[str, tuple[int, int]]:
        """What each person has got and read; 0 for what was before the first number."""
        rows = await self.store.progress(conversation)
        return {row.handle: (row.delivered - BASE, max(0, row.read - BASE)) for row in rows}

    async def read(self, handle: str, number: int, quiet: bool = False) -> int:
        """Somebody has read the lobby up to a number: how far they are then, 0 for no further."""
        read = await self.store.mark_read(self.ids[handle], LOBBY, BASE + number, quiet)
        return max(0, read - BASE)

    async def test_progress(self) -> None:
        """One device is enough."""
        await self.meet("bob.phone", "bob.laptop", "alice.phone")
        await self.say("alice.phone", "1", "2", "3")
        self.assertEqual(await self.progress(), {"alice": (3, 0), "bob": (0, 0)})
        await self.ack("bob.phone", 1)
        await self.ack("bob.laptop", 2)
        self.assertEqual(await self.progress(), {"alice": (3, 0), "bob": (2, 0)})
        rows = await self.store.progress(LOBBY)
        self.assertEqual([row.account for row in rows], [self.ids["alice"], self.ids["bob"]])

    async def test_progress_of_a_pair(self) -> None:
        await self.come("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", to="bob")
        pair = self.pair("alice", "bob")
        self.assertEqual(await self.progress(pair), {"alice": (1, 0), "bob": (0, 0)})
        await self.store.mark_read(self.ids["bob"], pair, BASE + 1, False)
        self.assertEqual(await self.progress(pair), {"alice": (1, 0), "bob": (0, 1)})

    async def test_progress_of_a_new_device(self) -> None:
        """It began later: what came before it was not got by it."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        await self.come("bob.laptop")
        await self.say("alice.phone", "3")
        await self.ack("bob.laptop", 3)
        self.assertEqual((await self.progress())["bob"], (0, 0))
        await self.ack("bob.phone", 2)
        self.assertEqual((await self.progress())["bob"], (3, 0))

    async def test_progress_without_devices(self) -> None:
        """What waits for the next one has not been delivered."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.ack("bob.phone", 1)
        await self.store.revoke(self.ids["bob.phone"])
        await self.say("alice.phone", "2")
        self.assertEqual(await self.progress(), {"alice": (2, 0), "bob": (1, 0)})

    async def test_who_comes_later_has_read_what_was_before(self) -> None:
        """It was not for them; also where they had been in the room before."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2")
        await self.leave("bob")
        await self.say("alice.phone", "3")
        await self.enter("bob")
        await self.say("alice.phone", "4")
        self.assertEqual((await self.progress())["bob"], (0, 3))
        await self.read("bob", 2)
        self.assertEqual((await self.progress())["bob"], (0, 3))

    async def test_what_is_for_whom(self) -> None:
        """Not what was said before they came; what an older device of theirs got is for them."""
        await self.meet("alice.phone")
        await self.say("alice.phone", "1", "2")
        await self.come("bob.phone")
        await self.enter("bob")
        await self.say("alice.phone", "3")
        await self.come("bob.laptop", "alice.laptop")
        rows = await self.store.progress(LOBBY)
        after = {row.handle: row.after - BASE for row in rows}
        self.assertEqual(after, {"alice": 0, "bob": 2})
        await self.say("alice.phone", "hi", to="bob")
        rows = await self.store.progress(self.pair("alice", "bob"))
        self.assertEqual([row.after for row in rows], [0, 0])

    async def left(self) -> dict[str, int]:
        """Who has left the lobby, and up to where they have got what was said before."""
        rows = await self.store.progress(LOBBY)
        return {row.handle: row.delivered - BASE for row in rows if row.left}

    async def test_progress_of_those_who_left(self) -> None:
        """They count until they have what waits for them."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.say("bob.phone", "3")
        await self.say("alice.phone", "4")
        await self.ack("bob.phone", 1)
        await self.leave("bob")
        await self.say("alice.phone", "5")
        self.assertEqual(await self.left(), {"bob": 1})
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.left(), {"bob": 3})
        await self.ack("bob.phone", 4)
        self.assertEqual(await self.left(), {})

    async def test_who_left_and_came_back_is_there(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.leave("bob")
        await self.enter("bob")
        self.assertEqual(await self.left(), {})
        self.assertEqual((await self.progress())["bob"][0], 0)

    async def test_of_those_who_left_one_device_is_enough(self) -> None:
        await self.meet("alice.phone", "bob.phone", "bob.laptop")
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 1)
        await self.leave("bob")
        self.assertEqual(await self.left(), {"bob": 1})
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.left(), {})

    async def test_for_those_who_left_nothing_waits_that_was_dropped(self) -> None:
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.leave("bob")
        await self.say("alice.phone", "3")
        await self.sweep(count=2)
        self.assertEqual(await self.left(), {"bob": 1})
        await self.sweep(count=1)
        self.assertEqual(await self.left(), {})

    async def test_progress_of_those_here(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1")
        await self.ack("bob.phone", 1)
        await self.leave("bob")
        self.assertEqual(await self.progress(), {"alice": (1, 0)})
        self.assertEqual(await self.progress(b"?"), {})
        self.assertEqual(await self.progress(self.ids["alice.phone"]), {})

    async def test_read(self) -> None:
        """It never goes back, and not beyond the last."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "1", "2", "3")
        answers = [await self.read("bob", number) for number in (2, 1, 2, 9, 9)]
        self.assertEqual(answers, [2, 0, 0, 3, 0])
        self.assertEqual((await self.progress())["bob"], (0, 3))
        followed = await self.follows("bob.phone")
        assert followed is not None
        self.assertEqual(followed.read - BASE, 3)

    async def test_read_quietly(self) -> None:
        """Only one's own devices know."""
        await self.meet("alice.phone", "bob.phone", "bob.laptop")
        await self.say("alice.phone", "1", "2", "3")
        self.assertEqual(await self.read("bob", 1), 1)
        self.assertEqual(await self.read("bob", 3, quiet=True), 3)
        self.assertEqual((await self.progress())["bob"], (0, 1))
        followed = await self.follows("bob.laptop")
        assert followed is not None
        self.assertEqual(followed.read - BASE, 3)
        self.assertEqual(await self.read("bob", 2), 3)
        self.assertEqual((await self.progress())["bob"], (0, 2))

    async def test_read_of_nothing(self) -> None:
        await self.meet("alice.phone")
        await self.come("bob.phone")
        for conversation in (LOBBY, b"?"):
            await self.refused(
                Code.NO_SUCH_CONVERSATION,
                self.store.mark_read,
                self.ids["bob"],
                conversation,
                1,
                False,
            )

    async def test_pairs(self) -> None:
        await self.come("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "hi", to="bob")
        await self.say("carol.phone", "hi", to="alice")
        both = sorted([self.ids["bob"], self.ids["carol"]])
        self.assertEqual(await self.store.pairs(self.ids["alice"]), both)
        await self.store.remove(self.ids["carol"], NOW)
        self.assertEqual(await self.store.pairs(self.ids["alice"]), [self.ids["bob"]])
