"""What only devices can read: each gets its part, and letters come before what needs them."""

from __future__ import annotations

from collections.abc import Sequence

from chatd.domain.commands import Acknowledge, Block, Fetch, Follow, Join, Kick, ListMine, SaySealed
from chatd.domain.conversation import ConversationKind
from chatd.domain.events import MailCame, SealedSaid
from chatd.domain.limits import Limits
from chatd.domain.results import Missing
from chatd.errors import Code
from chatd.hub.acknowledgements import ACK_INTERVAL
from tests.hub.account_case import Laptop
from tests.hub.delivery_case import DeliveryCase
from tests.hub.people import Person
from tests.hub.pocket import text


class SealedCase(DeliveryCase):
    """alice and bob in a sealed room, where carol's device is offline; bob has two devices."""

    limits = Limits(message=100, rate_count=0)

    def setUp(self) -> None:
        super().setUp()
        self.alice.do(Join("den", sealed=True))
        self.bob.do(Join("den"))
        self.tablet_, self.carol_ = self.enrolled("bob"), self.enrolled("carol", "den")
        self.tablet = self.tablet_.person
        self.gone(self.carol_)
        self.den = self.room("den")
        for person in (self.alice, self.bob, self.tablet):
            person.heard()

    def sealed(
        self,
        body: str = "body",
        *parts: tuple[Laptop, str],
        letters: Sequence[tuple[Laptop, str]] = (),
        to: str | None = None,
    ) -> SaySealed:
        """Something sealed, for the room or to somebody."""
        return SaySealed(
            *(b"", 0, 0, body.encode()),
            room="den" if to is None else "",
            to=to or "",
            parts={one.id: words.encode() for one, words in parts},
            letters=tuple((one.id, b"\x10" + words.encode()) for one, words in letters),
        )

    def heard(self, person: Person) -> list[str]:
        """What was said, as texts; letters in brackets."""
        said = self.said(person)
        return [f"({text(one)})" if isinstance(one, MailCame) else text(one) for one in said]


class Rooms(SealedCase):
    def test_one_body_for_all(self) -> None:
        answer = self.alice.do(self.sealed())
        said = SealedSaid(
            *(self.den, "den", "alice", "", self.alice_.id, answer.id, answer.time), b"body"
        )
        for person in (self.bob, self.tablet):
            self.assertEqual(self.said(person), [said])
        self.assertEqual(self.said(self.alice), [])

    def test_a_part_for_each(self) -> None:
        parts = (self.bob_, " for bob"), (self.tablet_, " for his tablet")
        answer = self.alice.do(self.sealed("it is", *parts))
        self.assertEqual(self.heard(self.bob), ["it is for bob"])
        self.assertEqual(self.heard(self.tablet), ["it is for his tablet"])
        page = self.fetch(self.tablet, self.den, answer.id - 1)
        self.assertEqual([text(one) for one in page.items], ["it is for his tablet"])

    def test_a_room_knows_what_was_said_last(self) -> None:
        for sealed in (self.sealed("one"), self.sealed("two", (self.bob_, "!"))):
            number = self.alice.do(sealed).id
            self.assertEqual(self.bob.do(ListMine()).rooms[-1].last, number)

    def test_no_part_and_no_body(self) -> None:
        number = self.alice.do(self.sealed("", (self.bob_, "bob's"))).id
        self.assertEqual((self.heard(self.bob), self.heard(self.tablet)), (["bob's"], []))
        (missing,) = self.fetch(self.tablet, self.den, number - 1).items
        assert isinstance(missing, Missing)
        self.assertEqual((missing.first, missing.last), (number, number))

    def test_in_order_with_what_was_said_before(self) -> None:
        second = self.sealed("two", (self.bob_, "!"))
        self.alice.do(self.sealed("one"), second, self.sealed("three"))
        self.assertEqual(self.heard(self.bob), ["one", "two!", "three"])
        self.assertEqual(self.heard(self.tablet), ["one", "two", "three"])

    def test_who_has_to_fetch_is_told_nothing(self) -> None:
        first = self.alice.do(self.sealed("one")).id
        self.bob.heard()
        self.bob.do(Follow())
        self.alice.do(self.sealed("", (self.bob_, "two")), self.sealed("three"))
        self.assertEqual((self.heard(self.bob), self.heard(self.tablet)), ([], ["one", "three"]))
        page = self.fetch(self.bob, self.den, first - 1)
        self.assertEqual([text(one) for one in page.items], ["one", "two", "three"])
        self.alice.do(self.sealed("", (self.bob_, "four")))
        self.assertEqual(self.heard(self.bob), ["four"])

    def test_repeated_ones_are_told_once(self) -> None:
        letters = [(self.bob_, "key")]
        command = SaySealed(
            *(self.den, 1, 1, b"hi", "den"), letters=self.sealed(letters=letters).letters
        )
        self.follow(self.bob)
        self.assertEqual(self.alice.do(command), self.alice.do(command))
        self.assertEqual(self.heard(self.bob), ["(key)", "hi"])

    def test_repeated_ones_are_answered_though_they_could_not_be_said_now(self) -> None:
        command = SaySealed(self.den, 1, 1, b"hi", "den")
        answer = self.bob.do(command)
        self.alice.do(Kick("den", "bob"))
        self.assertEqual(self.bob.do(command), answer)
        self.refused(Code.NOT_IN_ROOM, self.bob, SaySealed(self.den, 1, 2, b"hi", "den"))

    def test_other_parts_make_it_another_message(self) -> None:
        self.alice.do(SaySealed(self.den, 1, 1, b"hi", "den", parts={self.bob_.id: b"1"}))
        for other in (
            SaySealed(self.den, 1, 1, b"hi", "den", parts={self.bob_.id: b"2"}),
            SaySealed(self.den, 1, 1, b"hi", "den", letters=((self.bob_.id, b"\x101"),)),
        ):
            self.refused(Code.CONFLICT, self.alice, other)


class Pairs(SealedCase):
    def test_a_conversation_of_its_own(self) -> None:
        answer = self.alice.do(self.sealed("hi", to="BOB"))
        self.assertEqual(answer.conversation, self.pair(self.alice_, self.bob_, sealed=True))
        said = SealedSaid(
            *(answer.conversation, "", "alice", "bob", self.alice_.id, answer.id, answer.time),
            b"hi",
        )
        self.assertEqual(self.said(self.bob), [said])
        page = self.fetch(self.tablet, answer.conversation, answer.id - 1)
        self.assertEqual(page.items, (said,))

    def test_parts_for_the_devices_of_both(self) -> None:
        phone_ = self.enrolled("alice")
        parts = (self.bob_, "bob"), (self.tablet_, "tablet"), (phone_, "phone")
        self.alice.do(self.sealed("", *parts, to="bob"))
        heard = [self.heard(one) for one in (self.bob, self.tablet, phone_.person, self.alice)]
        self.assertEqual(heard, [["bob"], ["tablet"], ["phone"], []])

    def test_to_one_who_is_not_here(self) -> None:
        for _ in range(2):
            number = self.alice.do(self.sealed("hi", (self.carol_, "!"), to="carol")).id
        carol = self.back(self.carol_)
        conversation = self.pair(self.alice_, self.carol_, sealed=True)
        page = self.fetch(carol, conversation, number - 2)
        self.assertEqual([text(one) for one in page.items], ["hi!", "hi!"])

    def test_refused(self) -> None:
        self.person("guest")
        for nobody in ("nobody", "guest", ""):
            self.refused(Code.NO_SUCH_NICK, self.alice, self.sealed(to=nobody))
        self.bob.do(Block("alice"))
        self.refused(Code.BLOCKED, self.alice, self.sealed(to="bob"))


class Letters(SealedCase):
    def test_before_the_message_that_needs_them(self) -> None:
        self.follow(self.bob)
        answer = self.alice.do(self.sealed("hi", letters=[(self.bob_, "key"), (self.carol_, "k")]))
        came, said = self.said(self.bob)
        self.assertEqual(came, MailCame(came.id, "alice", self.alice_.id, answer.time, b"\x10key"))
        self.assertEqual(text(said), "hi")

    def test_in_the_mailbox_until_they_are_acknowledged(self) -> None:
        self.alice.do(self.sealed("hi", letters=[(self.carol_, "1"), (self.carol_, "2")]))
        carol = self.back(self.carol_)
        row = next(row for row in carol.do(Follow()).rows if row.kind is ConversationKind.MAILBOX)
        self.assertEqual((row.conversation, row.last), (self.carol_.id, row.acked + 2))
        page = self.fetch(carol, row.conversation, row.acked)
        self.assertEqual([text(one) for one in page.items], ["1", "2"])
        carol.do(Acknowledge(row.conversation, row.last))
        self.server.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.successResultOf(self.store.counts()).letters, 0)

    def test_told_to_whoever_follows_and_has_fetched_what_lies_there(self) -> None:
        letter = self.sealed("hi", letters=[(self.bob_, "key")])
        self.alice.do(letter)  # bob's device does not follow yet
        self.assertEqual(self.heard(self.bob), ["hi"])
        row = next(row for row in self.bob.do(Follow()).rows if row.conversation == self.bob_.id)
        self.alice.do(letter)
        self.assertEqual(self.heard(self.bob), [])
        page = self.fetch(self.bob, row.conversation, row.acked)
        self.assertEqual(len(page.items), 2)
        self.alice.do(letter)
        self.assertEqual(self.heard(self.bob), ["(key)"])

    def test_nobody_else_sees_them(self) -> None:
        self.alice.do(self.sealed("hi", letters=[(self.bob_, "key")]))
        self.refused(Code.NO_SUCH_CONVERSATION, self.tablet, Fetch(self.bob_.id, 0))


class Refusals(SealedCase):
    def test_where_it_may_not_be_said(self) -> None:
        for code, command in (
            (Code.KIND_MISMATCH, SaySealed(b"", 0, 0, b"hi", "tea")),
            (Code.NOT_IN_ROOM, SaySealed(b"", 0, 0, b"hi", "elsewhere")),
            (Code.CONVERSATION_CHANGED, SaySealed(self.tea, 0, 0, b"hi", "den")),
            (Code.CONVERSATION_CHANGED, SaySealed(self.den, 0, 0, b"hi", to="bob")),
            (Code.SETTING_INVALID, SaySealed(self.den, 0, 0, b"hi", "den", "bob")),
        ):
            self.refused(code, self.alice, command)
        self.refused(Code.ACCOUNT_NEEDED, self.person("guest"), self.sealed(to="bob"))

    def test_what_may_not_be_said(self) -> None:
        long, letter = "x" * 101, (self.bob_.id, b"\x0fkey")
        for code, command in (
            (Code.MESSAGE_EMPTY, self.sealed("")),
            (Code.MESSAGE_TOO_LONG, self.sealed(long)),
            (Code.MESSAGE_TOO_LONG, self.sealed("hi", (self.bob_, long))),
            (Code.MESSAGE_TOO_LONG, self.sealed("hi", letters=[(self.bob_, long)])),
            (Code.KIND_MISMATCH, SaySealed(b"", 0, 0, b"hi", "den", letters=(letter,))),
            (Code.KIND_MISMATCH, SaySealed(b"", 0, 0, b"hi", "den", letters=((b"", b""),))),
        ):
            self.refused(code, self.alice, command)

    def test_for_devices_that_do_not_get_it(self) -> None:
        dave_ = self.enrolled("dave")
        for command in (
            self.sealed("hi", (dave_, "part")),
            self.sealed("hi", letters=[(dave_, "letter")]),
        ):
            self.refused(Code.DEVICES_CHANGED, self.alice, command)
        self.assertEqual((self.heard(self.bob), self.stored()), ([], 0))
