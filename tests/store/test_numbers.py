"""Numbers after an older state of the store was put back: none is given twice."""

from __future__ import annotations

import shutil
import time

from twisted.internet import reactor

from chatd.domain.conversation import number_before
from chatd.domain.message import Gap
from chatd.store import following
from chatd.store.generation import MARK
from chatd.store.restore import restore_store
from chatd.store.store import open_store
from tests.store.contract.talk import BASE, LATER, LIMIT, LOBBY, MANY, NOT_MEMBER
from tests.store.file_case import FileCase
from tests.store.folder import url


class PutBack(FileCase):
    """Bob has three messages, carol one; the store knows of two, which alice's phone has said."""

    async def rolled_back(self, restored: bool = False) -> int:
        """The store as it was after the second message.

        :return: the number that it goes on behind.
        """
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        await self.say("alice.phone", "1", "2")
        await self.ack("bob.phone", 2)
        await self.ack("carol.phone", 1)
        lines = await self.lines()
        await self.store.stop()
        copy = self.folder / "older.db"
        shutil.copy(self.path, copy)
        await self.reopen()
        await self.say("bob.phone", "3")
        await self.store.stop()
        if restored:
            self.path.unlink()
            restore_store(url(self.path), lines)
        else:
            shutil.copy(copy, self.path)
        before = number_before(int(time.time() * 1000))
        await self.reopen()
        return before

    async def reopen(self) -> None:
        self.store = open_store(url(self.path), self.folder, reactor)
        self.store.start()
        self.addCleanup(self.store.stop)

    async def told(self, name: str, after: int) -> tuple[list[str], int]:
        """What a device gets after a number, and up to where that goes."""
        page = await self.store.fetch(self.ids[name], LOBBY, after, MANY, MANY)
        return [self.shown(item) for item in page.items], page.upto

    async def check(self, before: int) -> None:
        """The next message has a number that nobody knows; those between are in no page. All that
        follow are told that there is nothing, for ever."""
        number = BASE + (await self.say("bob.phone", "new"))[0]
        self.assertGreater(number, before)
        self.assertEqual(await self.told("alice.phone", BASE + 3), (["new"], number))
        self.assertEqual(await self.told("carol.phone", BASE + 1), (["2", "new"], number))
        followed = await self.follows("bob.phone")
        assert followed is not None
        self.assertEqual((followed.acked, followed.last), (number, number))
        self.assertEqual(await self.say("bob.phone", "newer"), [number + 1 - BASE])
        for name in ("alice.phone", "carol.phone"):
            await self.ack(name, number + 1 - BASE)
        self.assertEqual(await self.stored(), 0)
        await self.sweep()
        for name in ("alice.phone", "bob.phone", "carol.phone"):
            followed = await self.follows(name)
            assert followed is not None
            self.assertEqual(followed.leaps, ((BASE + 3, number - 1),))

    async def test_rolled_back(self) -> None:
        before = await self.rolled_back()
        self.seqs[LOBBY, "bob.phone"] = 0
        await self.check(before)

    async def test_restored(self) -> None:
        before = await self.rolled_back(restored=True)
        self.seqs[LOBBY, "bob.phone"] = 0
        await self.check(before)

    async def test_nothing_was_put_back(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.reopen()
        await self.say("alice.phone", "1")
        await self.say("alice.phone", "hi", to="bob")
        rows, _ = await self.store.follow(self.ids["bob.phone"], b"", MANY)
        self.assertEqual([row.leaps for row in rows], [()] * 3)

    async def test_the_last_leaps(self) -> None:
        await self.rolled_back()
        self.seqs[LOBBY, "bob.phone"] = 0
        begun = time.time()
        for turn in (1, 2):
            await self.say("bob.phone", "new")
            await self.store.stop()
            self.patch(time, "time", lambda now=begun + turn: now)
            (self.folder / MARK).write_bytes(b"another")
            await self.reopen()
        last, *_ = await self.say("bob.phone", "newest")
        self.patch(following, "MOST_LEAPS", 2)
        followed = await self.follows("alice.phone")
        assert followed is not None
        one, other = followed.leaps
        self.assertLess(BASE + 3, one[0])
        self.assertEqual((one[1] + 2, BASE + last), (other[0], other[1] + 1))

    async def test_a_pair_that_is_made_anew(self) -> None:
        """What was said in it before is lost, all of it; the same device asks after that."""
        await self.rolled_back()
        number = BASE + (await self.say("bob.phone", "hi", to="alice", time=LATER))[0]
        pair = self.pair("alice", "bob")
        followed = await self.follows("alice.phone", pair)
        assert followed is not None
        self.assertEqual(followed.leaps, ((1, number - 1),))
        page = await self.store.fetch(self.ids["alice.phone"], pair, BASE + 2, MANY, MANY)
        self.assertEqual([self.shown(item) for item in page.items], ["hi"])

    async def test_who_was_not_there(self) -> None:
        """They are told how much was said meanwhile, and nothing of the gap."""
        await self.rolled_back()
        self.seqs[LOBBY, "bob.phone"] = 0
        await self.leave("carol")
        first, last = await self.say("bob.phone", "new", "newer")
        await self.enter("carol")
        self.assertEqual((await self.told("carol.phone", BASE + 2))[0], [(first, last, NOT_MEMBER)])

    async def test_dropped(self) -> None:
        """What is dropped on both sides of the gap is told; nobody hears of the gap."""
        await self.rolled_back()
        self.seqs[LOBBY, "bob.phone"] = 0
        first, _ = await self.say("bob.phone", "new", "newer")
        await self.sweep(count=1)
        gaps = [self.shown(Gap(BASE + one, BASE + one, LIMIT)) for one in (2, first)]
        self.assertEqual((await self.told("carol.phone", BASE + 1))[0], [*gaps, "newer"])

    async def test_mailboxes(self) -> None:
        """So do letters, the store's own too."""
        before = await self.rolled_back()
        self.seqs[LOBBY, "bob.phone"] = 0
        letters = (self.letter("carol.phone", "key"),)
        await self.say("bob.phone", "4", letters=letters)
        mailbox = self.ids["carol.phone"]
        page = await self.store.fetch(mailbox, mailbox, BASE, 9, MANY)
        self.assertGreater(page.upto, before)
        self.assertEqual(len(page.items), 1)
        (lost,) = await self.sweep(count=1)
        self.assertGreater(lost.message.number, before)
