"""Places in an outbox: what is the next one, what comes again, what was given up."""

from __future__ import annotations

from typing import Any

from chatd.domain.message import Posted
from chatd.errors import Code
from chatd.store.outboxes import KEPT
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE, LOBBY, TalkCase


class Outboxes(TalkCase):
    async def refuses(self, code: Code, text: str, **changes: Any) -> None:
        """A message of alice's phone is not taken."""
        await self.refused(code, self.store.post, self.message("alice.phone", text, **changes))

    async def test_place_comes_again(self) -> None:
        """It gets its first answer, after others too, and when everybody has it."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "one", "two", time=4_000)
        await self.ack("bob.phone", 2)
        self.assertEqual(await self.stored(), 0)
        for text, seq in (("one", 1), ("two", 2), ("one", 1)):
            message = self.message("alice.phone", text, seq=seq, time=9_000)
            answer = await self.store.post(message)
            self.assertEqual(answer, Posted(BASE + seq, 4_000, repeated=True))
        self.assertEqual(await self.stored(), 0)

    async def test_place_of_another_message(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "one")
        await self.refuses(Code.CONFLICT, "other", seq=1)

    async def test_place_after_a_hole(self) -> None:
        """Order is kept after a refusal: the later ones wait."""
        await self.meet("alice.phone", "bob.phone")
        await self.refuses(Code.OUT_OF_ORDER, "two", seq=2)
        await self.say("alice.phone", "one")
        await self.refuses(Code.OUT_OF_ORDER, "three", seq=3)
        self.assertEqual(await self.say("alice.phone", "two"), [2])

    async def test_places_of_each_conversation_and_device(self) -> None:
        await self.meet("alice.phone", "alice.laptop", "bob.phone")
        for name in ("alice.phone", "alice.laptop"):
            await self.say(name, "one")
            await self.say(name, "one", to="bob")
        self.assertEqual(await self.stored(), 4)

    async def test_no_place(self) -> None:
        """It is taken as often as it comes, and uses up none."""
        await self.meet("alice.phone", "bob.phone")
        for _ in range(2):
            await self.store.post(self.message("alice.phone", "x"))
        self.assertEqual(await self.say("alice.phone", "one"), [3])

    async def test_new_epoch(self) -> None:
        """It begins anew, with 1; the old one is over."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "one", "two")
        await self.refuses(Code.OUT_OF_ORDER, "x", epoch=3, seq=2)
        await self.store.post(self.message("alice.phone", "new", epoch=3, seq=1))
        for seq in (1, 2, 3):
            await self.refuses(Code.EPOCH_OLD, "two", epoch=1, seq=seq)
        await self.refuses(Code.OUT_OF_ORDER, "x", epoch=3, seq=3)
        again = await self.store.post(self.message("alice.phone", "new", epoch=3, seq=1))
        self.assertTrue(again.repeated)
        self.assertEqual((await self.store.follow(self.ids["alice.phone"], b"", 10))[1], 3)
        self.assertEqual((await self.store.follow(self.ids["bob.phone"], b"", 10))[1], 0)

    async def test_new_epoch_together_with_the_old(self) -> None:
        await self.meet("alice.phone", "bob.phone")
        results = await self.posted(
            self.message("alice.phone", "one", epoch=1, seq=1),
            self.message("alice.phone", "two", epoch=1, seq=2),
            self.message("alice.phone", "new", epoch=2, seq=1),
            self.message("alice.phone", "late", epoch=1, seq=3),
            self.message("alice.phone", "new", epoch=2, seq=1),
        )
        codes = [one if isinstance(one, Code) else one.repeated for one in results]
        self.assertEqual(codes, [False, False, False, Code.EPOCH_OLD, True])
        await self.refuses(Code.OUT_OF_ORDER, "x", epoch=2, seq=3)

    async def test_answers_are_kept_for_a_while(self) -> None:
        """Then it is known that it was taken, not when."""
        await self.meet("alice.phone", "bob.phone")
        texts = [str(number) for number in range(1, 2 * KEPT + 1)]
        await self.posted(*(self.message("alice.phone", text, seq=int(text)) for text in texts))
        oldest = KEPT + 1
        answer = await self.store.post(self.message("alice.phone", str(oldest), seq=oldest))
        self.assertEqual(answer, Posted(BASE + oldest, NOW, repeated=True))
        await self.refuses(Code.REPEATED, "1", seq=1)

    async def test_outboxes_go_with_the_device(self) -> None:
        await self.meet("alice.phone", "bob.phone", "alice.laptop")
        await self.say("alice.phone", "one")
        await self.store.revoke(self.ids["alice.phone"])
        lines = "".join(await self.lines())
        self.assertNotIn('"table":"sent"', lines)
        self.assertNotIn('"table":"outboxes"', lines)
        self.assertEqual(await self.gets("bob.phone", LOBBY), ["one"])
