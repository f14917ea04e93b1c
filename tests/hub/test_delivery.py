"""What lasts: stored, then told, then accepted; refused ones leave no trace."""

from __future__ import annotations

from twisted.internet.defer import fail

from chatd.domain.commands import Block, Follow, Join, Kick, Leave, Relation, Say, Style, Tell
from chatd.domain.events import DirectSaid, RoomSaid
from chatd.domain.limits import Limits
from chatd.errors import Code, Refused
from tests.hub.delivery_case import DeliveryCase, words


class Rooms(DeliveryCase):
    def test_told_under_the_rooms_number_and_accepted_with_it(self) -> None:
        answers = [self.alice.do(Say("TEA", text)) for text in ("one", "two")]
        first, second = answers
        self.assertEqual((first.conversation, second.id), (self.tea, first.id + 1))
        expected = [
            RoomSaid(
                *("tea", "alice", text, Style.SAID, answer.id, answer.time),
                conversation=self.tea,
            )
            for text, answer in zip(("one", "two"), answers, strict=True)
        ]
        self.assertEqual((self.said(self.bob), self.said(self.alice)), (expected, []))

    def test_bytes_as_they_came_and_what_it_is_about(self) -> None:
        first = self.alice.do(Say("tea", "\xe9", Style.ACTION, b"\xe9"))
        self.bob.do(Say("tea", "why?", relation=Relation.REPLY, ref=first.id))
        (said,) = self.said(self.bob)
        self.assertEqual((said.style, said.origin), (Style.ACTION, b"\xe9"))
        (reply,) = self.said(self.alice)
        self.assertEqual((reply.relation, reply.ref), (Relation.REPLY, first.id))

    def test_nobody_is_told_before_it_is_stored(self) -> None:
        self.store.held = True
        answer = self.alice.later(Say("tea", "hi"))
        self.assertEqual(self.said(self.bob), [])
        self.assertNoResult(answer)
        self.store.finish()
        self.assertEqual(words(self.said(self.bob)), ["hi"])
        self.successResultOf(answer)

    def test_told_though_the_sender_is_gone(self) -> None:
        self.store.held = True
        self.alice.later(Say("tea", "bye"))
        self.gone(self.alice_)
        self.store.finish()
        self.assertEqual(words(self.said(self.bob)), ["bye"])

    def test_again_the_same_answer_and_nobody_is_told(self) -> None:
        again = Say("tea", "hi", epoch=1, seq=1)
        self.assertEqual(self.alice.do(again), self.alice.do(again))
        self.assertEqual(words(self.said(self.bob)), ["hi"])

    def test_what_the_store_refuses(self) -> None:
        self.alice.do(Say("tea", "hi", epoch=2, seq=1))
        for code, command in (
            (Code.CONFLICT, Say("tea", "ho", epoch=2, seq=1)),
            (Code.OUT_OF_ORDER, Say("tea", "ho", epoch=2, seq=3)),
            (Code.EPOCH_OLD, Say("tea", "ho", epoch=1, seq=1)),
        ):
            self.refused(code, self.alice, command)
        self.assertEqual(words(self.said(self.bob)), ["hi"])

    def test_another_room_of_that_name(self) -> None:
        self.alice.do(Say("tea", "hi", conversation=self.tea))
        self.refused(Code.CONVERSATION_CHANGED, self.alice, Say("tea", "hi", conversation=b"x"))
        self.person("guest", None, "plain")
        self.alice.do(Join("plain"))
        command = Say("plain", "hi", conversation=self.tea)
        self.refused(Code.CONVERSATION_CHANGED, self.alice, command)

    def test_a_guest_is_heard_and_not_stored(self) -> None:
        guest = self.person("guest", None, "tea")
        answer = guest.do(Say("tea", "hello"))
        self.assertEqual(answer.conversation, b"")
        (said,) = self.said(self.bob)
        self.assertEqual((said.id, said.conversation), (answer.id, b""))
        self.assertEqual(self.stored(), 0)

    def test_after_leaving_nothing_more(self) -> None:
        self.bob.do(Leave("tea"))
        self.alice.do(Say("tea", "hi"))
        self.assertEqual(self.said(self.bob), [])

    def test_who_is_put_out_meanwhile_says_nothing_more(self) -> None:
        self.store.held = True
        kick = self.alice.later(Kick("tea", "bob"))
        words_ = self.bob.later(Say("tea", "one more thing"))
        self.store.finish(2)
        self.successResultOf(kick)
        self.assertEqual(self.failureResultOf(words_, Refused).value.code, Code.NOT_IN_ROOM)
        self.assertEqual(self.said(self.alice), [])

    def test_again_though_it_could_not_be_said_now(self) -> None:
        again = Say("tea", "hi", conversation=self.tea, epoch=1, seq=1)
        answer = self.bob.do(again)
        self.alice.do(Kick("tea", "bob"))
        self.assertEqual(self.bob.do(again), answer)
        other = Say("tea", "ho", conversation=self.tea, epoch=1, seq=1)
        later = Say("tea", "ho", conversation=self.tea, epoch=1, seq=2)
        for command in (other, later):
            self.refused(Code.NOT_IN_ROOM, self.bob, command)
        self.assertEqual(words(self.said(self.alice)), ["hi"])

    def test_a_blocked_ones_words_are_delivered_for_the_client_to_hide(self) -> None:
        self.bob.do(Block("alice"))
        self.alice.do(Say("tea", "hi"))
        self.assertEqual(words(self.said(self.bob)), ["hi"])


class Pairs(DeliveryCase):
    def test_to_all_devices_of_both(self) -> None:
        phone, tablet = self.enrolled("alice").person, self.enrolled("bob").person
        answer = self.alice.do(Tell("BOB", "psst", Style.SAID, b"psst"))
        conversation = self.pair(self.alice_, self.bob_)
        self.assertEqual(answer.conversation, conversation)
        expected = DirectSaid(
            *("alice", "bob", "psst", Style.SAID, answer.id, answer.time, b"psst", conversation)
        )
        for person in (phone, self.bob, tablet):
            self.assertEqual(self.said(person), [expected])
        self.assertEqual(self.said(self.alice), [])

    def test_numbers_are_the_pairs_whoever_speaks(self) -> None:
        one, other = self.alice.do(Tell("bob", "a")), self.bob.do(Tell("alice", "b"))
        self.assertEqual((other.id, other.conversation), (one.id + 1, one.conversation))

    def test_to_oneself(self) -> None:
        phone = self.enrolled("alice").person
        self.alice.do(Tell("alice", "note"))
        self.assertEqual([words(self.said(one)) for one in (self.alice, phone)], [[], ["note"]])

    def test_to_one_who_is_not_here(self) -> None:
        self.gone(self.bob_)
        for text in ("one", "two"):  # the second time without asking who that is
            self.alice.do(Tell("Bob", text))
        bob = self.back(self.bob_)
        row = next(row for row in bob.do(Follow()).rows if row.name == "alice")
        self.assertEqual(words(self.fetch(bob, row.conversation, row.acked).items), ["one", "two"])

    def test_to_nobody(self) -> None:
        for nobody in ("nobody", "tea", ""):
            self.refused(Code.NO_SUCH_NICK, self.alice, Tell(nobody, "hi"))
        self.enrolled("carol")
        self.refused(Code.NO_SUCH_NICK, self.person("guest"), Tell("dave", "hi"))

    def test_to_one_who_has_never_come(self) -> None:
        """It waits for their first device."""
        one_time_id = self.invite("carol")
        conversation = self.alice.do(Tell("carol", "welcome")).conversation
        carol = self.successResultOf(self.laptop().enrol(one_time_id))
        row = next(row for row in carol.do(Follow()).rows if row.conversation == conversation)
        self.assertEqual(words(self.fetch(carol, conversation, row.acked).items), ["welcome"])

    def test_to_one_whose_account_is_gone(self) -> None:
        self.gone(self.bob_)
        self.alice.do(Tell("bob", "hi"))
        self.successResultOf(self.store.remove(self.account(self.bob_), 0))
        for _ in range(2):
            self.refused(Code.NO_SUCH_NICK, self.alice, Tell("bob", "hi"))

    def test_with_a_guest_on_either_side_nothing_is_stored(self) -> None:
        guest = self.person("guest")
        self.assertEqual(guest.do(Tell("alice", "hi")).conversation, b"")
        self.assertEqual(self.alice.do(Tell("guest", "ho")).conversation, b"")
        self.assertEqual([words(self.said(one)) for one in (self.alice, guest)], [["hi"], ["ho"]])
        command = Tell("guest", "hi", conversation=self.tea)
        self.refused(Code.CONVERSATION_CHANGED, self.alice, command)
        self.gone(self.bob_)
        self.refused(Code.NO_SUCH_NICK, guest, Tell("bob", "are you here?"))

    def test_again_though_it_could_not_be_said_now(self) -> None:
        conversation = self.pair(self.alice_, self.bob_)
        again = Tell("bob", "hi", conversation=conversation, epoch=1, seq=1)
        answer = self.alice.do(again)
        self.bob.do(Block("alice"))
        self.assertEqual(self.alice.do(again), answer)
        self.gone(self.bob_)
        self.assertEqual(self.alice.do(again), answer)
        later = Tell("bob", "ho", conversation=conversation, epoch=1, seq=2)
        self.refused(Code.BLOCKED, self.alice, later)
        self.assertEqual(self.stored(), 1)

    def test_again_to_one_whose_nick_is_gone(self) -> None:
        conversation = self.pair(self.alice_, self.bob_)
        again = Tell("bob", "hi", conversation=conversation, epoch=1, seq=1)
        answer = self.alice.do(again)
        self.gone(self.bob_)
        self.patch(self.server.state, "handles", set())
        self.server.state.addresses.remove("bob")
        self.assertEqual(self.alice.do(again), answer)
        later = Tell("bob", "ho", conversation=conversation, epoch=1, seq=2)
        self.refused(Code.NO_SUCH_NICK, self.alice, later)

    def test_another_account_of_that_name(self) -> None:
        conversation = self.pair(self.alice_, self.bob_)
        self.alice.do(Tell("bob", "hi", conversation=conversation))
        command = Tell("bob", "hi", conversation=self.tea)
        self.refused(Code.CONVERSATION_CHANGED, self.alice, command)

    def test_whoever_has_blocked_one(self) -> None:
        self.bob.do(Block("alice"))
        for _ in range(2):
            self.refused(Code.BLOCKED, self.alice, Tell("bob", "hi"))
        self.gone(self.bob_)
        self.refused(Code.BLOCKED, self.alice, Tell("bob", "hi"))
        self.assertEqual(self.stored(), 0)
        self.alice.do(Tell("alice", "oh"))

    def test_whoever_blocks_one_before_it_is_known_who_is_meant(self) -> None:
        self.gone(self.bob_)
        self.server.state.addresses.remove("bob")
        self.store.held, self.store.only = True, frozenset({"account"})
        answer = self.alice.later(Tell("bob", "hi"))
        self.store.only = frozenset({"nothing"})
        self.back(self.bob_).do(Block("alice"))
        self.store.finish(len(self.store))
        self.assertEqual(self.failureResultOf(answer, Refused).value.code, Code.BLOCKED)
        self.assertEqual(self.stored(), 0)

    def test_whoever_is_out_before_it_is_known_who_is_meant(self) -> None:
        self.gone(self.bob_)
        self.store.held = True
        answer = self.alice.later(Tell("bob", "hi"))
        self.gone(self.alice_)
        while len(self.store):
            self.store.finish()
        self.assertEqual(self.failureResultOf(answer, Refused).value.code, Code.LOGGED_OUT)


class Refusals(DeliveryCase):
    limits = Limits(message=200, rate_count=0)

    def test_relations_that_make_no_sense(self) -> None:
        for command in (
            Say("tea", "hi", relation=Relation.REPLY),
            Say("tea", "hi", relation=Relation.EDIT, ref=2**53),
            Say("tea", "hi", ref=7),
            Say("tea", "hi", relation=Relation.DELETION, ref=7),
            Say("tea", "x" * 65, relation=Relation.REACTION, ref=7),
        ):
            self.refused(Code.RELATION_INVALID, self.alice, command)

    def test_empty_ones(self) -> None:
        for relation in (Relation.REPLY, Relation.EDIT):
            command = Say("tea", "", relation=relation, ref=7)
            self.refused(Code.MESSAGE_EMPTY, self.alice, command)
        for relation in (Relation.DELETION, Relation.REACTION):
            self.alice.do(Say("tea", "", relation=relation, ref=7))

    def test_what_is_not_stored_refers_to_nothing(self) -> None:
        guest = self.person("guest", None, "tea")
        said = Say("tea", "hi", relation=Relation.REPLY, ref=7)
        told = Tell("guest", "hi", relation=Relation.REPLY, ref=7)
        self.refused(Code.RELATION_INVALID, guest, said)
        self.refused(Code.RELATION_INVALID, self.alice, told)

    def test_too_long(self) -> None:
        for command in (Say("tea", "x" * 201), Tell("bob", "x" * 201)):
            self.refused(Code.MESSAGE_TOO_LONG, self.alice, command)

    def test_only_sealed_ones_in_a_sealed_room(self) -> None:
        self.alice.do(Join("vault", sealed=True))
        self.refused(Code.KIND_MISMATCH, self.alice, Say("vault", "hi"))

    def test_what_is_wrong_in_the_daemon_is_not_hidden(self) -> None:
        self.patch(self.store, "post", lambda message: fail(ValueError()))
        for command in (Say("tea", "hi"), Tell("bob", "hi")):
            self.assertRaises(ValueError, self.alice.do, command)

    def test_a_deleted_one_is_stored_without_its_text(self) -> None:
        first = self.alice.do(Say("tea", "oops"))
        self.alice.do(Say("tea", "", relation=Relation.DELETION, ref=first.id))
        page = self.fetch(self.bob, self.tea, first.id - 1)
        self.assertEqual(words(page.items), ["", ""])

    def test_a_deleted_one_takes_its_edits_with_it(self) -> None:
        first = self.alice.do(Say("tea", "oops"))
        self.alice.do(Say("tea", "ooops", relation=Relation.EDIT, ref=first.id))
        self.alice.do(Say("tea", "", relation=Relation.DELETION, ref=first.id))
        page = self.fetch(self.bob, self.tea, first.id - 1)
        self.assertEqual(words(page.items), ["", "", ""])
