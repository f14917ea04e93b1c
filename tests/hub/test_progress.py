"""How far people are: what one has read is told to one's devices, what all have to its author."""

from __future__ import annotations

from chatd.domain.commands import (
    Acknowledge,
    Block,
    GetProgress,
    Join,
    Leave,
    ListReceipts,
    MarkRead,
    OpenPair,
    Say,
    SaySealed,
    Tell,
    Unblock,
)
from chatd.domain.conversation import pair_id
from chatd.domain.events import ProgressChanged, ReadMoved
from chatd.domain.limits import Limits
from chatd.domain.results import PairOpened, Progress
from chatd.errors import Code
from chatd.hub import receipts
from chatd.hub.acknowledgements import ACK_INTERVAL
from tests.hub.delivery_case import DeliveryCase
from tests.hub.people import Person


class ProgressCase(DeliveryCase):
    def setUp(self) -> None:
        super().setUp()
        self.phone = self.enrolled("alice").person
        self.number = self.alice.do(Say("tea", "hi")).id
        for person in (self.alice, self.phone, self.bob):
            person.heard()

    def acknowledge(self, person: Person, number: int = 0) -> None:
        """A device has it, and the store knows."""
        person.do(Acknowledge(self.tea, number or self.number))
        self.later()

    def later(self) -> None:
        """Acknowledgements are written, and a round has passed."""
        self.server.clock.advance(ACK_INTERVAL)
        self.server.clock.advance(receipts.INTERVAL)

    def far(self, person: Person) -> list[tuple[int, int]]:
        """What somebody heard of how far the others are: messages of theirs that all have got, and
        read; what was said before does not count."""
        return [
            (max(one.delivered - self.number + 1, 0), max(one.read - self.number + 1, 0))
            for one in person.heard()
            if isinstance(one, ProgressChanged)
        ]

    def moved(self, person: Person) -> list[int]:
        """What somebody heard that they have read."""
        return [one.number for one in person.heard() if isinstance(one, ReadMoved)]


class Authors(ProgressCase):
    def test_are_told_at_all_their_devices(self) -> None:
        self.acknowledge(self.bob)
        for person, heard in ((self.alice, [(1, 0)]), (self.phone, [(1, 0)]), (self.bob, [])):
            self.assertEqual(self.far(person), heard)
        self.bob.do(MarkRead(self.tea, self.number))
        self.later()
        for person in (self.alice, self.phone):
            self.assertEqual(self.far(person), [(1, 1)])

    def test_are_told_when_everybody_has_it(self) -> None:
        carol = self.enrolled("carol", "tea").person
        self.acknowledge(self.bob)
        second = self.alice.do(Say("tea", "all here?")).id
        self.alice.heard()
        self.acknowledge(self.bob, second)
        self.assertEqual(self.far(self.alice), [])
        self.acknowledge(carol, second)
        self.assertEqual(self.far(self.alice), [(2, 0)])

    def test_are_told_when_who_has_not_read_it_leaves(self) -> None:
        carol = self.enrolled("carol", "tea").person
        number = self.alice.do(Say("tea", "carol?")).id
        for person in (self.bob, carol):
            self.acknowledge(person, number)
        self.bob.do(MarkRead(self.tea, number))
        self.later()
        self.alice.heard()
        carol.do(Leave("tea"))
        self.later()
        self.assertEqual(self.far(self.alice), [(2, 2)])

    def test_of_their_own_devices_nothing_counts(self) -> None:
        self.acknowledge(self.phone)
        self.assertEqual(self.far(self.alice), [(0, 0)])

    def test_quiet_reading_is_told_to_ones_own_devices_alone(self) -> None:
        tablet = self.enrolled("bob").person
        self.bob.do(MarkRead(self.tea, self.number, quiet=True))
        self.later()
        self.assertEqual(self.far(self.alice), [])
        self.assertEqual((self.moved(self.bob), self.moved(tablet)), ([], [self.number]))

    def test_reading_never_goes_back(self) -> None:
        tablet = self.enrolled("bob").person
        self.bob.do(MarkRead(self.tea, self.number), MarkRead(self.tea, self.number - 1))
        self.assertEqual(self.moved(tablet), [self.number])

    def test_reading_does_not_go_back_where_it_was_quiet(self) -> None:
        tablet = self.enrolled("bob").person
        self.bob.do(
            MarkRead(self.tea, self.number, quiet=True), MarkRead(self.tea, self.number - 1)
        )
        self.assertEqual(set(self.moved(tablet)), {self.number})

    def test_nobody_reads_beyond_the_last(self) -> None:
        tablet = self.enrolled("bob").person
        self.bob.do(MarkRead(self.tea, 2**63 - 1))
        self.assertEqual(self.moved(tablet), [self.number])

    def test_nothing_is_remembered_of_those_who_left(self) -> None:
        self.assertEqual(len(self.server.state.receipts), 1)
        self.hub.sign_out(self.alice.session)
        self.assertEqual(len(self.server.state.receipts), 1)
        self.hub.sign_out(self.phone.session)
        self.assertEqual(len(self.server.state.receipts), 0)

    def test_who_has_left_before_it_was_stored_is_not_remembered(self) -> None:
        self.store.held = True
        self.bob.later(Tell("alice", "bye"))
        self.hub.sign_out(self.bob.session)
        while len(self.store):
            self.store.finish()
        self.assertEqual(len(self.server.state.receipts), 1)

    def test_others_conversations_are_none_of_theirs(self) -> None:
        carol = self.enrolled("carol").person
        for conversation in (self.tea, bytes(16), b""):
            for command in (
                GetProgress(conversation),
                ListReceipts(conversation),
                MarkRead(conversation, 1),
            ):
                self.refused(Code.NO_SUCH_CONVERSATION, carol, command)
        guest = self.person("guest")
        for command in (GetProgress(self.tea), ListReceipts(self.tea), MarkRead(self.tea, 1)):
            self.refused(Code.ACCOUNT_NEEDED, guest, command)


class Asking(ProgressCase):
    limits = Limits(rate_count=0, page=2)

    def test_how_far_the_others_are(self) -> None:
        self.acknowledge(self.bob)
        self.assertEqual(self.alice.do(GetProgress(self.tea)).delivered, self.number)
        self.assertLess(self.alice.do(GetProgress(self.tea)).read, self.number)

    def test_whoever_asks_hears_more(self) -> None:
        for device in (self.alice, self.phone):
            self.hub.sign_out(device.session)
        alice = self.back(self.alice_)
        alice.do(GetProgress(self.tea))
        self.acknowledge(self.bob)
        self.assertEqual(self.far(alice), [(1, 0)])

    def test_alone_with_oneself(self) -> None:
        conversation = self.alice.do(Tell("alice", "note")).conversation
        self.assertEqual(self.alice.do(GetProgress(conversation)), Progress(0, 0))

    def test_who_has_it(self) -> None:
        for nick in ("carol", "dave"):
            self.enrolled(nick, "tea")
        self.acknowledge(self.bob)
        first = self.alice.do(ListReceipts(self.tea))
        self.assertEqual([row.nick for row in first.people], ["bob", "carol"])
        self.assertEqual(first.people[0].delivered, self.number)
        self.assertTrue(first.more)
        second = self.alice.do(ListReceipts(self.tea, "carol"))
        self.assertEqual(([row.nick for row in second.people], second.more), (["dave"], False))

    def test_who_left(self) -> None:
        """What waits for them is not delivered; nobody is told of them, nor are they of others."""
        carol = self.enrolled("carol", "tea").person
        number = self.alice.do(Say("tea", "carol?")).id
        self.acknowledge(self.bob, number)
        self.bob.do(MarkRead(self.tea, number))
        self.gone(self.bob_)
        carol.do(Leave("tea"))
        self.assertEqual(self.alice.do(GetProgress(self.tea)), Progress(self.number, number))
        self.assertEqual(
            [row.nick for row in self.alice.do(ListReceipts(self.tea)).people], ["bob"]
        )
        self.refused(Code.NO_SUCH_CONVERSATION, carol, GetProgress(self.tea))
        self.acknowledge(carol, number)
        self.assertEqual(self.alice.do(GetProgress(self.tea)), Progress(number, number))

    def test_who_came_later(self) -> None:
        self.acknowledge(self.bob)
        self.enrolled("carol", "tea")
        bob, carol = self.alice.do(ListReceipts(self.tea)).people
        self.assertLess(bob.after, self.number)
        self.assertEqual((carol.after, carol.read), (self.number, self.number))

    def test_nothing_of_those_who_have_blocked_one(self) -> None:
        self.acknowledge(self.bob)
        self.bob.do(Block("alice"))
        self.assertEqual(self.alice.do(GetProgress(self.tea)), Progress(0, 0))
        self.assertEqual(self.alice.do(ListReceipts(self.tea)).people, ())
        self.bob.do(Unblock("alice"))
        self.assertEqual(self.alice.do(GetProgress(self.tea)).delivered, self.number)


class Alone(DeliveryCase):
    def test_in_a_room(self) -> None:
        self.alice.do(Join("den"))
        self.assertTrue(self.alice.do(Say("den", "hello?")).alone)
        guest = self.person("guest")
        guest.do(Join("den"))
        self.assertTrue(self.alice.do(Say("den", "hi guest")).alone)
        self.bob.do(Join("den"))
        self.gone(self.bob_)
        self.assertFalse(self.alice.do(Say("den", "hi all")).alone)
        self.back(self.bob_).do(Leave("den"))
        self.assertTrue(self.alice.do(Say("den", "hello?")).alone)
        self.assertFalse(guest.do(Say("den", "hi alice")).alone)

    def test_in_a_sealed_room(self) -> None:
        self.alice.do(Join("den", sealed=True))
        said = SaySealed(self.room("den"), 0, 0, b"?", "den")
        self.assertTrue(self.alice.do(said).alone)
        self.bob.do(Join("den"))
        self.assertFalse(self.alice.do(said).alone)

    def test_with_oneself(self) -> None:
        self.assertFalse(self.alice.do(Tell("alice", "note")).alone)


class Opening(DeliveryCase):
    def test_pairs_of_accounts(self) -> None:
        ids = self.account(self.alice_), self.account(self.bob_)
        self.assertEqual(self.alice.do(OpenPair("BOB")), PairOpened("bob", pair_id(*ids, False)))
        self.assertEqual(self.alice.do(OpenPair("bob", True)).conversation, pair_id(*ids, True))
        self.gone(self.bob_)
        for _ in range(2):
            self.assertEqual(self.alice.do(OpenPair("bob")).conversation, pair_id(*ids, False))

    def test_with_guests_nothing_lasts(self) -> None:
        guest = self.person("guest")
        self.assertEqual(self.alice.do(OpenPair("GUEST")), PairOpened("guest", b""))
        self.assertEqual(guest.do(OpenPair("Alice")), PairOpened("alice", b""))

    def test_with_nobody(self) -> None:
        self.gone(self.bob_)
        self.refused(Code.NO_SUCH_NICK, self.person("guest"), OpenPair("bob"))
        self.refused(Code.NO_SUCH_NICK, self.alice, OpenPair("nobody"))
