"""Following: pages of what there is and of what was said, and when a session is told at once."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain import answer
from chatd.domain.commands import Acknowledge, Fetch, Follow, Join, Leave, Say, Tell
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.events import DirectSaid, RoomSaid
from chatd.domain.results import Missing
from chatd.errors import Code, Refused
from chatd.hub import following
from chatd.hub.acknowledgements import ACK_INTERVAL
from tests.hub.account_case import Laptop
from tests.hub.delivery_case import DeliveryCase, words
from tests.hub.people import Door, Person


class Rows(DeliveryCase):
    def test_what_a_device_is_to_get(self) -> None:
        before = self.alice.do(Say("tea", "one")).id
        self.bob.do(Tell("alice", "psst"))
        page = self.alice.do(Follow())
        self.assertEqual((page.more, page.epoch), (False, 0))
        rows = {(row.kind, row.name): row for row in page.rows}
        tea = rows[ConversationKind.ROOM, "tea"]
        # One's own message is nothing to fetch.
        self.assertEqual((tea.conversation, tea.acked, tea.last), (self.tea, before, before))
        pair = rows[ConversationKind.PAIR, "bob"]
        self.assertEqual(pair.last, pair.acked + 1)
        mailbox = rows[ConversationKind.MAILBOX, ""]
        self.assertEqual(mailbox.conversation, self.alice_.id)

    def test_the_highest_epoch(self) -> None:
        self.alice.do(Say("tea", "one", epoch=3, seq=1))
        self.assertEqual(self.alice.do(Follow()).epoch, 3)
        self.assertEqual(self.enrolled("alice").person.do(Follow()).epoch, 0)

    def test_in_pages(self) -> None:
        self.patch(following, "FOLLOW_COUNT", 2)
        self.alice.do(*map(Join, ("one", "two", "three")))
        found: list[bytes] = []
        command, pages = Follow(), 0
        while True:
            page = self.alice.do(command)
            found += [row.conversation for row in page.rows]
            pages += 1
            if not page.more:
                break
            self.assertEqual(len(page.rows), 2)
            command = Follow(found[-1])
        self.assertEqual(pages, 3)
        self.assertEqual(len(found), 5)  # with tea and the mailbox
        self.assertEqual(found, sorted(set(found)))

    def test_guests_follow_nothing(self) -> None:
        guest = self.person("guest")
        for command in (Follow(), Fetch(self.tea, 0), Acknowledge(self.tea, 1)):
            self.refused(Code.ACCOUNT_NEEDED, guest, command)


class Pages(DeliveryCase):
    def test_as_it_was_told(self) -> None:
        listener = self.enrolled("bob").person
        first = self.alice.do(Say("tea", "caf\xe9", origin=b"caf\xe9"))
        told = self.alice.do(Tell("bob", "psst"))
        heard = self.said(listener)
        room = self.fetch(self.bob, self.tea, first.id - 1)
        pair = self.fetch(self.bob, told.conversation, told.id - 1)
        self.assertEqual([*pair.items, *room.items], heard)
        self.assertEqual([type(one) for one in heard], [DirectSaid, RoomSaid])
        self.assertEqual((room.upto, room.more), (first.id, False))

    def test_in_a_pair_each_side_sees_who_it_was_to(self) -> None:
        phone = self.enrolled("alice").person
        sent = self.alice.do(Tell("bob", "hi"))
        for person in (phone, self.bob):
            (said,) = self.fetch(person, sent.conversation, sent.id - 1).items
            assert isinstance(said, DirectSaid)
            self.assertEqual((said.sender, said.to), ("alice", "bob"))

    def test_ones_own_are_left_out_and_passed_over(self) -> None:
        self.bob.do(Say("tea", "theirs"))
        own = self.alice.do(Say("tea", "mine"))
        page = self.fetch(self.alice, self.tea, own.id - 2)
        self.assertEqual((words(page.items), page.upto), (["theirs"], own.id))

    def test_no_longer_than_an_answer(self) -> None:
        first = self.alice.do(Say("tea", "x" * 16_000)).id
        for _ in range(6):
            self.alice.do(Say("tea", "x" * 16_000))
        after, counts = first - 1, []
        while True:
            page = self.fetch(self.bob, self.tea, after)
            counts.append(len(page.items))
            after = page.upto
            if not page.more:
                break
        self.assertEqual((sum(counts), after), (7, first + 6))
        self.assertLessEqual(max(counts) * 16_000, answer.ANSWER_SIZE)

    def test_what_was_said_while_one_was_not_a_member(self) -> None:
        self.follow(self.bob)
        first = self.alice.do(Say("tea", "one")).id
        self.bob.do(Leave("tea"))
        self.alice.do(Say("tea", "two"))
        self.bob.do(Join("tea"))
        self.alice.do(Say("tea", "three"))
        page = self.fetch(self.bob, self.tea, first - 1)
        missing = Missing(first + 1, first + 1, GapReason.NOT_MEMBER)
        self.assertEqual([one for one in page.items if isinstance(one, Missing)], [missing])
        self.assertEqual(words(page.items), ["one", "Missing", "three"])

    def test_of_others_conversations(self) -> None:
        self.enrolled("carol")
        self.alice.do(Join("den"), Tell("carol", "psst"))
        pair = self.alice.do(Tell("carol", "psst")).conversation
        for conversation in (self.room("den"), pair, self.alice_.id, b"", bytes(16)):
            self.refused(Code.NO_SUCH_CONVERSATION, self.bob, Fetch(conversation, 0))


class AtOnce(DeliveryCase):
    """A session is told at once where it has fetched everything, and of nothing elsewhere."""

    def test_who_does_not_follow_is_told_all(self) -> None:
        self.alice.do(Say("tea", "one"), Tell("bob", "two"))
        self.assertEqual(sorted(words(self.said(self.bob))), ["one", "two"])

    def test_where_nothing_waits(self) -> None:
        self.follow(self.bob)
        self.alice.do(Say("tea", "one"), Tell("bob", "two"))
        self.assertEqual(sorted(words(self.said(self.bob))), ["one", "two"])

    def test_not_before_all_is_fetched(self) -> None:
        first = self.alice.do(Say("tea", "one")).id
        self.bob.heard()
        self.bob.do(Follow())
        self.alice.do(Say("tea", "two"))
        self.assertEqual(self.said(self.bob), [])
        self.patch(following, "FETCH_COUNT", 1)
        page = self.fetch(self.bob, self.tea, first - 1)
        self.assertEqual((words(page.items), page.more), (["one"], True))
        self.alice.do(Say("tea", "three"))
        self.assertEqual(self.said(self.bob), [])
        self.patch(following, "FETCH_COUNT", 256)
        page = self.fetch(self.bob, self.tea, first)
        self.assertEqual((words(page.items), page.more), (["two", "three"], False))
        self.alice.do(Say("tea", "four"))
        self.assertEqual(words(self.said(self.bob)), ["four"])

    def test_what_waits_in_one_keeps_nothing_back_in_another(self) -> None:
        self.alice.do(Say("tea", "one"))
        self.bob.heard()
        self.bob.do(Follow())
        self.alice.do(Say("tea", "two"), Tell("bob", "psst"))
        self.assertEqual(words(self.said(self.bob)), ["psst"])

    def test_the_others_are_told_all_the_same(self) -> None:
        carol = self.enrolled("carol", "tea").person
        self.alice.do(Say("tea", "one"))
        self.bob.do(Follow())
        self.alice.do(Say("tea", "two"))
        self.assertEqual(words(self.said(carol)), ["one", "two"])

    def test_rooms_that_are_entered_later(self) -> None:
        self.follow(self.bob)
        self.alice.do(Join("den"), Say("den", "before"))
        self.bob.do(Join("den"))
        self.alice.do(Say("den", "after"))
        self.assertEqual(words(self.said(self.bob)), ["after"])

    def test_nothing_that_lasts_is_kept_for_a_lost_connection(self) -> None:
        self.follow(self.bob)
        self.hub.suspend(self.bob.session)
        guest = self.person("guest", None, "tea")
        self.alice.do(Say("tea", "one"), Tell("bob", "two"))
        guest.do(Say("tea", "hello"), Tell("bob", "hello"))
        self.server.turn()
        bob, kept = self.taken_back(self.bob_)
        self.assertEqual(kept, ["hello", "Entered", "hello"])
        self.alice.do(Say("tea", "three"))
        self.assertEqual(self.said(bob), [])
        rows = {row.name: row for row in bob.do(Follow()).rows}
        page = self.fetch(bob, self.tea, rows["tea"].acked)
        self.assertEqual(words(page.items), ["one", "three"])
        self.alice.do(Say("tea", "four"))
        self.assertEqual(words(self.said(bob)), ["four"])

    def test_taken_back_while_the_old_connection_seemed_open(self) -> None:
        self.follow(self.bob)
        bob, _ = self.taken_back(self.bob_)
        self.alice.do(Say("tea", "one"))
        self.assertEqual(self.said(bob), [])

    def taken_back(self, laptop: Laptop) -> tuple[Person, list[Any]]:
        """A new connection for a session; the words that were kept for it."""
        session = laptop.person.session
        person = Person(self.server, self.door)
        person.session, kept, _ = self.hub.resume(person, session.id, session.secret, laptop.key)
        return person, words(self.door.decode(b"".join(kept)))


class WhileReading(DeliveryCase):
    """The store answers later than it read: what was said meanwhile is not in the answer."""

    def setUp(self) -> None:
        super().setUp()
        self.first = self.alice.do(Say("tea", "one")).id
        self.bob.heard()
        self.reads: list[tuple[Deferred[Any], Any]] = []
        for name in ("follow", "fetch"):
            self.patch(self.store, name, self.late(getattr(self.store, name)))

    def late(self, read: Any) -> Any:
        def reading(*given: Any) -> Deferred[Any]:
            self.reads.append((Deferred(), self.successResultOf(read(*given))))
            return self.reads[-1][0]

        return reading

    def answered(self) -> None:
        """What was read first is told."""
        answer, found = self.reads.pop(0)
        answer.callback(found)

    def read(self, person: Person, command: Follow | Fetch, *meanwhile: Say | Tell) -> Any:
        """The answer to a command, while somebody speaks."""
        asked = person.later(command)
        self.alice.do(*meanwhile)
        self.answered()
        return self.successResultOf(asked)

    def test_rows_send_to_fetch_what_was_said_meanwhile(self) -> None:
        self.bob.do(Acknowledge(self.tea, self.first))
        self.server.clock.advance(ACK_INTERVAL)
        page = self.read(self.bob, Follow(), Say("tea", "two"))
        tea = next(row for row in page.rows if row.name == "tea")
        self.assertEqual((tea.acked, tea.last), (self.first, self.first + 1))
        self.alice.do(Say("tea", "three"))
        self.assertEqual(self.said(self.bob), [])

    def test_conversations_that_begin_meanwhile_are_read_again(self) -> None:
        asked = self.bob.later(Follow())
        self.alice.do(Tell("bob", "psst"))
        self.answered()
        self.assertNoResult(asked)
        self.answered()
        rows = self.successResultOf(asked).rows
        self.assertIn("alice", [row.name for row in rows])

    def test_what_is_said_while_pages_are_asked_for(self) -> None:
        """It is told at once where the row is known, else the row that comes says so."""
        names = [f"room{number}" for number in range(4)]
        for person in (self.alice, self.bob):
            person.do(*map(Join, names))
        self.bob.heard()
        self.patch(following, "FOLLOW_COUNT", 2)
        known = self.read(self.bob, Follow()).rows
        self.alice.do(*(Say(name, name) for name in names))
        told = words(self.said(self.bob))
        self.assertEqual(set(told), {row.name for row in known}.intersection(names))
        rows = list(known)
        for _ in range(2):
            rows += self.read(self.bob, Follow(rows[-1].conversation)).rows
        behind = {row.name for row in rows[2:] if row.last > row.acked}
        self.assertEqual(behind - {"tea"}, set(names).difference(told))

    def test_a_page_is_not_the_last_where_something_was_said_meanwhile(self) -> None:
        self.read(self.bob, Follow())
        page = self.read(self.bob, Fetch(self.tea, self.first - 1), Say("tea", "two"))
        self.assertEqual((words(page.items), page.more), (["one"], True))
        self.alice.do(Say("tea", "three"))
        self.assertEqual(self.said(self.bob), [])
        page = self.read(self.bob, Fetch(self.tea, page.upto))
        self.assertEqual((words(page.items), page.more), (["two", "three"], False))

    def test_elsewhere_does_not_matter(self) -> None:
        self.read(self.bob, Follow())
        page = self.read(self.bob, Fetch(self.tea, self.first - 1), Tell("bob", "psst"))
        self.assertFalse(page.more)
        self.assertEqual(words(self.said(self.bob)), ["psst"])

    def test_an_answer_to_a_connection_that_is_gone_changes_nothing(self) -> None:
        self.read(self.bob, Follow())
        asked = self.bob.later(Fetch(self.tea, self.first - 1))
        self.hub.suspend(self.bob.session)
        self.answered()
        self.assertEqual(self.failureResultOf(asked, Refused).value.code, Code.LOGGED_OUT)
        self.alice.do(Say("tea", "two"))
        self.server.turn()
        self.assertEqual(self.bob.session.peer.pieces, [])

    def test_an_answer_to_an_earlier_connection_spoils_no_later_one(self) -> None:
        late = self.bob.later(Follow())
        session = self.bob.session
        self.hub.suspend(session)
        again = Person(self.server, Door())
        again.door = self.door
        again.session, _, _ = self.hub.resume(again, session.id, session.secret, self.bob_.key)
        asked = again.later(Follow())
        self.answered()
        self.failureResultOf(late, Refused)
        self.alice.do(Say("tea", "two"))
        self.assertEqual(self.said(again), [])
        self.answered()
        tea = next(row for row in self.successResultOf(asked).rows if row.name == "tea")
        self.assertGreater(tea.last, tea.acked)


class Acknowledging(DeliveryCase):
    def test_what_all_have_is_gone(self) -> None:
        number = self.alice.do(Say("tea", "one")).id
        self.assertEqual(self.stored(), 1)
        self.bob.do(Acknowledge(self.tea, number))
        self.assertEqual(self.stored(), 1)
        self.server.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.stored(), 0)
        tea = next(row for row in self.bob.do(Follow()).rows if row.name == "tea")
        self.assertEqual(tea.acked, number)

    def test_what_makes_no_sense_is_passed_over(self) -> None:
        self.alice.do(Say("tea", "one"))
        for conversation in (b"", bytes(16), self.tea):
            self.bob.do(Acknowledge(conversation, 0))
        self.server.clock.advance(ACK_INTERVAL)
        self.assertEqual(self.stored(), 1)

    def test_at_the_end_of_the_server_they_are_written_first(self) -> None:
        number = self.alice.do(Say("tea", "one")).id
        self.hub.start()
        self.bob.do(Acknowledge(self.tea, number))
        self.server.turn()
        self.hub.stop()
        self.assertEqual(self.stored(), 0)
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
