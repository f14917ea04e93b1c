"""Messages are taken: numbers, groups, pairs, parts, letters, erasing."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.domain.conversation import ConversationKind, GapReason, number_before
from chatd.domain.message import Followed, Gap, OpenBody, Posted, StoredCounts
from chatd.domain.room_record import RoomChanges
from chatd.errors import Code
from chatd.store import letters
from chatd.store.queues import ROW
from tests.store.contract.case import NOW
from tests.store.contract.talk import BASE, DAY, LATER, LOBBY, MANY, TalkCase


class Posting(TalkCase):
    async def test_post(self) -> None:
        """The message is what was given, with the next number."""
        await self.meet("alice.phone", "bob.phone")
        message = self.message("alice.phone", "hello", seq=1, time=5_000)
        self.assertEqual(await self.store.post(message), Posted(BASE + 1, 5_000))
        page = await self.store.fetch(self.ids["bob.phone"], LOBBY, BASE, 10, 1000)
        (item,) = page.items
        assert not isinstance(item, Gap)
        self.assertEqual((item.number, item.account), (BASE + 1, self.ids["alice"]))
        self.assertEqual((item.sender, item.device), ("alice", self.ids["alice.phone"]))
        self.assertEqual((item.time, item.sealed), (5_000, False))
        self.assertEqual((item.body, item.part), (message.body, b""))

    async def test_post_many_together(self) -> None:
        """Numbers in the order of the calls, whoever speaks; one who is refused harms nobody."""
        await self.meet("alice.phone", "bob.phone")
        results = await self.posted(
            self.message("alice.phone", "1", seq=1),
            self.message("bob.phone", "x", seq=2),
            self.message("bob.phone", "2", seq=1),
            self.message("alice.phone", "3", seq=2),
            self.message("alice.phone", "3", seq=2),
            self.message("alice.phone", "y", seq=1),
            self.message("bob.phone", "4", seq=2),
        )
        self.assertEqual(
            results,
            [
                Posted(BASE + 1, NOW),
                Code.OUT_OF_ORDER,
                Posted(BASE + 2, NOW),
                Posted(BASE + 3, NOW),
                Posted(BASE + 3, NOW, repeated=True),
                Code.CONFLICT,
                Posted(BASE + 4, NOW),
            ],
        )
        self.assertEqual(await self.gets("bob.phone"), ["1", "3"])
        self.assertEqual(await self.gets("alice.phone"), ["2", "4"])

    async def test_post_nowhere(self) -> None:
        await self.meet("alice.phone")
        message = self.message("alice.phone", "x", conversation=b"?" * 16)
        await self.refused(Code.NOT_IN_ROOM, self.store.post, message)

    async def test_post_by_a_device_that_is_out(self) -> None:
        """It was put out while its message waited; or its account was removed."""
        await self.meet("alice.phone", "alice.laptop", "bob.phone")
        await self.store.revoke(self.ids["alice.laptop"])
        for name in ("alice.laptop", "alice.phone"):
            message = self.message(name, "x", seq=1)
            if name == "alice.phone":
                await self.store.remove(self.ids["alice"], NOW)
            await self.refused(Code.DEVICE_REVOKED, self.store.post, message)

    async def test_post_to_a_room_that_has_ended(self) -> None:
        """What was said before gets its first answer still."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "one")
        for handle in ("alice", "bob"):
            await self.leave(handle)
        message = self.message("alice.phone", "two", seq=2)
        await self.refused(Code.NOT_IN_ROOM, self.store.post, message)
        again = await self.store.post(self.message("alice.phone", "one", seq=1))
        self.assertTrue(again.repeated)

    async def test_post_by_who_is_not_in_the_room(self) -> None:
        """They may have been put out while it was on its way."""
        await self.meet("alice.phone", "bob.phone")
        await self.come("carol.phone")
        await self.leave("bob")
        answers = await self.posted(
            self.message("bob.phone", "two", seq=1),
            self.message("alice.phone", "one", seq=1),
            self.message("carol.phone", "three", seq=1),
        )
        self.assertEqual(answers, [Code.NOT_IN_ROOM, Posted(BASE + 1, NOW), Code.NOT_IN_ROOM])

    async def test_pair_begins(self) -> None:
        """With its first message; all devices of both follow it."""
        await self.come("bob.phone", "alice.phone", "alice.laptop")
        posted = await self.store.post(self.message("alice.phone", "hi", "bob", seq=1, time=9_000))
        before = number_before(9_000)
        self.assertEqual(posted.number, before + 1)
        pair = self.pair("alice", "bob")
        self.assertEqual(
            await self.follows("bob.phone", pair),
            Followed(pair, ConversationKind.PAIR, "alice", False, before, before + 1, 0),
        )
        self.assertEqual(
            await self.follows("alice.laptop", pair),
            Followed(pair, ConversationKind.PAIR, "bob", False, before, before + 1, 0),
        )
        for name in ("bob.phone", "alice.laptop"):
            self.assertEqual(await self.gets(name, pair), ["hi"])
        self.assertEqual(await self.gets("alice.phone", pair), [])
        self.assertEqual(await self.store.pairs(self.ids["bob"]), [self.ids["alice"]])

    async def test_pair_begun_by_both_together(self) -> None:
        await self.come("alice.phone", "bob.phone")
        first, second = await self.posted(
            self.message("alice.phone", "hi", "bob", seq=1),
            self.message("bob.phone", "hey", "alice", seq=1),
        )
        self.assertEqual([first, second], [Posted(BASE + 1, NOW), Posted(BASE + 2, NOW)])

    async def test_pair_with_oneself(self) -> None:
        """Notes, for one's other devices."""
        await self.come("alice.phone", "alice.laptop")
        await self.say("alice.phone", "note", to="alice")
        notes = self.pair("alice", "alice")
        self.assertEqual(await self.gets("alice.laptop", notes), ["note"])
        self.assertEqual(await self.store.pairs(self.ids["alice"]), [])
        followed = await self.follows("alice.laptop", notes)
        assert followed is not None
        self.assertEqual(followed.name, "alice")

    async def test_pair_of_nobody(self) -> None:
        await self.come("alice.phone", "bob.phone")
        message = self.message("alice.phone", "hi", "bob", seq=1)
        await self.store.remove(self.ids["bob"], NOW)
        await self.refused(Code.NO_SUCH_CONVERSATION, self.store.post, message)

    async def test_pair_of_somebody_who_has_never_come(self) -> None:
        """It waits for their first device."""
        await self.come("alice.phone", "alice.laptop")
        self.ids["bob"] = await self.invited("bob")
        pair = self.pair("alice", "bob")
        await self.say("alice.phone", "hi", "welcome", to="bob")
        await self.ack("alice.laptop", 2, pair)
        await self.sweep(NOW + DAY)
        self.assertEqual(await self.stored(), 2)
        progress = {row.handle: row.delivered for row in await self.store.progress(pair)}
        self.assertEqual(progress, {"alice": BASE + 2, "bob": 0})
        await self.come("bob.phone", "bob.laptop")
        self.assertEqual(await self.gets("bob.phone", pair), ["hi", "welcome"])
        self.assertEqual(await self.gets("bob.laptop", pair, 2), [])
        await self.ack("bob.phone", 2, pair)
        await self.ack("bob.laptop", 2, pair)
        self.assertEqual(await self.stored(), 0)

    async def test_pair_of_somebody_who_never_comes(self) -> None:
        await self.come("alice.phone")
        self.ids["bob"] = await self.invited("bob")
        await self.say("alice.phone", "hi", to="bob")
        await self.say("alice.phone", "there?", to="bob", time=NOW + DAY)
        await self.sweep(LATER)
        self.assertEqual(await self.losses("alice.phone"), [(1, 1, GapReason.EXPIRED, "bob")])
        self.assertEqual(await self.stored(), 1)
        await self.store.remove(self.ids["bob"], NOW)
        self.assertEqual(await self.stored(), 0)

    async def test_pair_must_begin_with_the_first(self) -> None:
        """One that is refused makes no pair."""
        await self.come("alice.phone", "bob.phone")
        message = self.message("alice.phone", "hi", "bob", seq=2)
        await self.refused(Code.OUT_OF_ORDER, self.store.post, message)

    async def test_pair_of_somebody_removed(self) -> None:
        """The other one still gets what was said, then it is gone."""
        await self.come("alice.phone", "bob.phone")
        await self.say("alice.phone", "bye", to="bob")
        pair = self.pair("alice", "bob")
        message = self.message("bob.phone", "you too", "alice", seq=1)
        await self.store.remove(self.ids["alice"], NOW)
        await self.refused(Code.NO_SUCH_CONVERSATION, self.store.post, message)
        followed = await self.follows("bob.phone", pair)
        assert followed is not None
        self.assertEqual((followed.name, followed.left), ("alice", True))
        self.assertEqual(await self.gets("bob.phone", pair), ["bye"])
        await self.ack("bob.phone", 1, pair)
        self.assertEqual(await self.stored(), 0)
        self.assertIsNone(await self.follows("bob.phone", pair))
        self.assertEqual(await self.store.pairs(self.ids["bob"]), [])

    async def test_parts(self) -> None:
        """Each device gets its own; who has none is told so."""
        await self.meet("alice.phone", "bob.phone", "bob.laptop", "carol.phone", sealed=True)
        parts = {self.ids["bob.phone"]: b"for phone", self.ids["carol.phone"]: b"for carol"}
        message = self.message("alice.phone", "", sealed=True, body=b"", parts=parts)
        await self.store.post(message)
        for name, expected in (("bob.phone", b"for phone"), ("carol.phone", b"for carol")):
            page = await self.store.fetch(self.ids[name], LOBBY, BASE, 10, MANY)
            self.assertEqual([getattr(item, "part", None) for item in page.items], [expected])
        nothing = [(1, 1, GapReason.NO_PART)]
        self.assertEqual(await self.gets("bob.laptop"), nothing)
        size = ROW + len(b"for phone" + b"for carol")
        self.assertEqual((await self.store.counts()).size, size)

    async def test_letters(self) -> None:
        """They are committed with the message, numbered in their mailboxes."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        letters = (self.letter("bob.phone", "key"), self.letter("carol.phone", "kee"))
        message = self.message("alice.phone", "hi", seq=1, letters=letters)
        posted = await self.store.post(message)
        self.assertEqual(posted.letters, (BASE + 1, BASE + 1))
        mailbox = self.ids["bob.phone"]
        page = await self.store.fetch(mailbox, mailbox, BASE, 10, MANY)
        (letter,) = page.items
        assert not isinstance(letter, Gap)
        self.assertEqual((letter.body, letter.sender), (b"\x10key", "alice"))
        self.assertEqual(page.kind, ConversationKind.MAILBOX)
        size = 3 * ROW + len(message.body) + 8
        self.assertEqual(await self.store.counts(), StoredCounts(1, 2, size))
        self.assertEqual((await self.store.post(message)).letters, ())
        await self.ack("bob.phone", 1, mailbox)
        self.assertEqual((await self.store.counts()).letters, 1)

    async def test_too_many_letters(self) -> None:
        """Of one account in one mailbox, from all its devices: those of others have room."""
        await self.meet("alice.phone", "alice.laptop", "bob.phone", "carol.phone")
        self.patch(letters, "MOST", 3)
        one, two, three = ((self.letter("bob.phone", "key"),) * count for count in (1, 2, 3))
        await self.say("alice.phone", "1", letters=two)
        more = self.message("alice.laptop", "2", seq=1, letters=two)
        await self.refused(Code.TOO_MANY_MESSAGES, self.store.post, more)
        await self.say("alice.laptop", "2", letters=one)
        await self.say("carol.phone", "3", letters=three)
        to_carol = (self.letter("carol.phone", "key"),) * 3
        await self.say("alice.phone", "4", letters=to_carol)
        mailbox = self.ids["bob.phone"]
        await self.ack("bob.phone", 2, mailbox)
        await self.say("alice.phone", "5", letters=two)
        await self.refused(
            Code.TOO_MANY_MESSAGES,
            self.store.post,
            self.message("alice.phone", "6", seq=4, letters=one),
        )
        self.assertEqual(len(await self.gets("bob.phone", mailbox, 2)), 6)

    async def test_too_many_letters_together(self) -> None:
        """In messages that are taken at once; a refused one counts for nothing."""
        await self.meet("alice.phone", "bob.phone", "carol.phone")
        self.patch(letters, "MOST", 3)
        one, two, three = ((self.letter("bob.phone", "key"),) * count for count in (1, 2, 3))
        answers = await self.posted(
            self.message("alice.phone", "1", letters=two),
            self.message("alice.phone", "2", letters=two),
            self.message("carol.phone", "3", letters=three),
            self.message("alice.phone", "4", letters=one),
            self.message("alice.phone", "5", letters=one),
        )
        refused = Code.TOO_MANY_MESSAGES
        numbers = [one.number - BASE if isinstance(one, Posted) else one for one in answers]
        self.assertEqual(numbers, [1, refused, 2, 3, refused])

    async def test_devices_changed(self) -> None:
        """Parts and letters are for those who get the message; else nothing is taken."""
        await self.meet("alice.phone", "bob.phone")
        await self.come("carol.phone")
        carol = self.ids["carol.phone"]
        for changes in ({"letters": (self.letter("carol.phone", "x"),)}, {"parts": {carol: b"x"}}):
            message = self.message("alice.phone", "hi", seq=1, **changes)
            await self.refused(Code.DEVICES_CHANGED, self.store.post, message)
            first = self.message("alice.phone", "hi", "bob", seq=1, **changes)
            await self.refused(Code.DEVICES_CHANGED, self.store.post, first)
        parts = {self.ids["bob.phone"]: b"x"}
        await self.store.post(self.message("alice.phone", "hi", "bob", seq=1, parts=parts))

    async def test_erased(self) -> None:
        """Its body goes; others' messages, and what is not there, stay as they are."""
        await self.meet("alice.phone", "bob.phone", "alice.laptop")
        await self.say("alice.phone", "oops", "fine")
        await self.say("bob.phone", "mine")
        await self.say("alice.laptop", "", erases=BASE + 1)
        await self.say("alice.laptop", "", erases=BASE + 3)
        await self.say("alice.laptop", "", erases=BASE + 99)
        self.assertEqual(await self.gets("bob.phone"), ["", "fine", "", "", ""])
        self.assertEqual(await self.gets("alice.phone"), ["mine", "", "", ""])
        empty = len(OpenBody("").pack())
        size = 6 * (ROW + empty) + len("fine" + "mine")
        self.assertEqual((await self.store.counts()).size, size)

    async def test_erased_with_its_edits(self) -> None:
        """Those of the same account, whichever device made them; also one that comes later."""
        await self.meet("alice.phone", "bob.phone", "alice.laptop")
        await self.store.set_room(LOBBY, RoomChanges(retention=60))
        await self.say("alice.phone", "helo", "fine")
        await self.say("alice.phone", "hello", edits=BASE + 1)
        await self.say("alice.laptop", "good", edits=BASE + 2)
        await self.say("bob.phone", "he said hello", edits=BASE + 1)
        await self.say("alice.laptop", "", erases=BASE + 1)
        await self.say("alice.phone", "hello?", edits=BASE + 1)
        await self.say("bob.phone", "why", edits=BASE + 1)
        await self.say("alice.phone", "better", edits=BASE + 2)
        await self.come("carol.phone")
        await self.enter("carol")
        texts = ["", "fine", "", "good", "he said hello", "", "", "why", "better"]
        self.assertEqual(await self.gets("carol.phone"), texts)

    async def test_emptied_edit(self) -> None:
        """It still says what it is, so that nobody takes it for a message."""
        await self.meet("alice.phone", "bob.phone")
        await self.say("alice.phone", "helo")
        await self.say("alice.phone", "hello", edits=BASE + 1)
        await self.say("alice.phone", "", erases=BASE + 1)
        page = await self.store.fetch(self.ids["bob.phone"], LOBBY, BASE + 1, 1, MANY)
        (edit,) = page.items
        assert not isinstance(edit, Gap)
        expected = OpenBody("", relation=Relation.EDIT, ref=BASE + 1)
        self.assertEqual(OpenBody.unpack(edit.body), expected)

    async def test_erased_at_once(self) -> None:
        """A message and its deletion may wait together; nothing that comes later is erased."""
        await self.meet("alice.phone", "bob.phone")
        await self.posted(
            self.message("alice.phone", "", seq=1, erases=BASE + 3),
            self.message("alice.phone", "oops", seq=2),
            self.message("alice.phone", "fine", seq=3),
            self.message("alice.phone", "", seq=4, erases=BASE + 2),
        )
        self.assertEqual(await self.gets("bob.phone"), ["", "", "fine", ""])
