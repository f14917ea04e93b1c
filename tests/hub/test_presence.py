"""Presence: who hears that somebody comes, goes, is away or back."""

from __future__ import annotations

from chatd.domain.commands import (
    Block,
    HideSeen,
    Join,
    Leave,
    ListDirectory,
    ListUsers,
    SetAway,
    Tell,
    Unblock,
    Whois,
)
from chatd.domain.events import AwayChanged, Left, PresenceChanged
from chatd.domain.limits import Liveness
from chatd.domain.results import UserRow
from tests.hub.account_case import AccountCase, Laptop
from tests.hub.people import Person

NOW = 1_000_000_000
ONLINE = PresenceChanged("alice", "online")
GONE = PresenceChanged("alice", "offline", seen=NOW)


class PresenceCase(AccountCase):
    """alice shares a room with bob; carol knows neither."""

    wall = NOW / 1000

    def setUp(self) -> None:
        super().setUp()
        self.alice_, self.bob_ = self.enrolled("alice", "tea"), self.enrolled("bob", "tea")
        self.alice, self.bob = self.alice_.person, self.bob_.person
        self.carol_ = self.enrolled("carol")
        self.carol = self.carol_.person
        self.hush()

    def hush(self) -> None:
        """Nothing is left to hear."""
        for person in (self.alice, self.bob, self.carol):
            person.heard()

    def back(self, laptop: Laptop) -> Person:
        """A device signs in again, wherever the server is by now."""
        laptop.move(self.server)
        person = self.successResultOf(laptop.sign_in())
        self.confirm(laptop)
        return person

    def logout(self, laptop: Laptop) -> None:
        """It leaves by itself."""
        self.hub.sign_out(laptop.person.session)


class Told(PresenceCase):
    def test_those_who_share_a_room(self) -> None:
        self.logout(self.alice_)
        self.assertEqual((self.bob.heard(), self.carol.heard()), ([GONE], []))
        self.alice = self.back(self.alice_)
        self.assertEqual((self.bob.heard(), self.carol.heard()), ([ONLINE], []))
        self.assertEqual(self.alice.heard(), [])

    def test_those_who_have_talked(self) -> None:
        """Whoever of them came later; after a restart too."""
        self.alice.do(Tell("carol", "hi"))
        self.hush()
        self.logout(self.alice_)
        self.assertEqual(self.carol.heard(), [GONE])
        self.logout(self.carol_)
        self.alice, self.carol = self.back(self.alice_), self.back(self.carol_)
        self.assertEqual(self.alice.heard(), [PresenceChanged("carol", "online")])
        self.start()
        self.carol = self.back(self.carol_)
        self.alice = self.back(self.alice_)
        self.assertEqual([event.nick for event in self.carol.heard()], ["alice"])  # type: ignore[union-attr]

    def test_once(self) -> None:
        for person in (self.alice, self.bob):
            person.do(Join("den"))
        self.alice.do(Tell("bob", "hi"))
        self.hush()
        self.logout(self.alice_)
        self.assertEqual(self.bob.heard(), [GONE])

    def test_guests_in_the_room(self) -> None:
        guest = self.person("guest", None, "tea")
        self.hush()
        self.logout(self.alice_)
        self.assertEqual(guest.heard(), [GONE])

    def test_not_where_the_room_does_not_last(self) -> None:
        """Who is gone has left it."""
        guest = self.person("guest", None, "passing")
        self.alice.do(Join("passing"))
        guest.heard()
        self.logout(self.alice_)
        self.assertEqual(guest.heard(), [Left("passing", "alice", True)])
        self.alice = self.back(self.alice_)
        self.assertEqual(guest.heard(), [])

    def test_not_of_one_who_has_left_the_room(self) -> None:
        self.alice.do(Leave("tea"))
        self.hush()
        self.logout(self.alice_)
        self.assertEqual(self.bob.heard(), [])

    def test_away_and_back(self) -> None:
        phone = self.enrolled("alice").person
        self.hush()
        for text, presence in (("lunch", "away"), ("", "online")):
            self.alice.do(SetAway(text))
            told = [PresenceChanged("alice", presence, text)]
            self.assertEqual((self.bob.heard(), phone.heard()), (told, told))
            self.assertEqual(self.alice.heard(), [])

    def test_away_of_a_guest(self) -> None:
        guest = self.person("guest", None, "tea")
        self.hush()
        guest.do(SetAway("lunch"))
        self.assertEqual(self.bob.heard(), [AwayChanged("guest", "lunch")])

    def test_away_ends_with_going(self) -> None:
        self.alice.do(SetAway("lunch"))
        self.logout(self.alice_)
        self.hush()
        self.alice = self.back(self.alice_)
        self.assertEqual(self.bob.heard(), [ONLINE])

    def test_a_store_that_fails_keeps_nobody_out(self) -> None:
        """Then those in the room are told, at least."""
        self.logout(self.alice_)
        self.hush()
        self.store.only, self.store.held = frozenset({"pairs", "seen"}), True
        self.alice = self.back(self.alice_)
        self.assertEqual(self.bob.heard(), [])
        self.store.fail()
        self.assertEqual(self.bob.heard(), [ONLINE])
        self.logout(self.alice_)
        self.store.fail()
        self.assertEqual(self.bob.heard(), [GONE])

    def test_nobody_who_is_gone_before_it_is_known_whom_to_tell(self) -> None:
        self.logout(self.alice_)
        self.hush()
        self.store.only, self.store.held = frozenset({"pairs"}), True
        self.back(self.alice_)
        self.logout(self.alice_)
        self.hush()
        self.store.finish()
        self.assertEqual(self.bob.heard(), [])


class When(PresenceCase):
    def test_the_first_device_and_the_last_one(self) -> None:
        phone = self.enrolled("alice")
        self.assertEqual(self.bob.heard(), [])
        for laptop in (self.alice_, phone):
            self.assertEqual(self.bob.heard(), [])
            self.logout(laptop)
        self.assertEqual(self.bob.heard(), [GONE])

    def test_a_lost_connection_after_its_grace_time(self) -> None:
        self.hub.suspend(self.alice.session)
        self.server.clock.advance(29.9)
        self.assertEqual(self.bob.heard(), [])
        self.assertEqual(self.bob.do(ListUsers("tea")).users[0].online, True)
        self.server.clock.advance(0.1)
        self.assertEqual(self.bob.heard(), [GONE])

    def test_back_in_time_nobody_hears_of_it(self) -> None:
        session = self.alice.session
        self.hub.suspend(session)
        self.server.clock.advance(20)
        self.hub.resume(Person(self.server, self.door), session.id, session.secret, session.key)
        self.server.clock.advance(1000)
        self.assertEqual(self.bob.heard(), [])

    def test_replaced_by_the_same_device(self) -> None:
        self.back(self.alice_)
        self.assertEqual(self.bob.heard(), [])

    def test_quietly_after_a_start(self) -> None:
        """A restart ended nobody's stay; who goes by themselves is gone, though."""
        self.start()
        self.bob, self.alice = self.back(self.bob_), self.back(self.alice_)
        self.assertEqual(self.bob.heard(), [PresenceChanged("alice", "online", quiet=True)])
        self.logout(self.alice_)
        self.server.clock.advance(Liveness().grace)
        self.alice = self.back(self.alice_)
        self.assertEqual(self.bob.heard(), [GONE, ONLINE])


class Hidden(PresenceCase):
    def test_last_seen(self) -> None:
        self.done(self.alice, HideSeen(True))
        self.logout(self.alice_)
        self.assertEqual(self.bob.heard(), [PresenceChanged("alice", "offline")])

    def test_from_the_blocked(self) -> None:
        """For them she has just gone, and comes when she has unblocked them."""
        self.done(self.alice, Block("bob"))
        self.assertEqual(self.bob.heard(), [PresenceChanged("alice", "offline")])
        self.alice.do(SetAway("lunch"))
        self.logout(self.alice_)
        self.alice = self.back(self.alice_)
        self.alice.do(SetAway("lunch"))
        self.assertEqual(self.bob.heard(), [])
        self.done(self.alice, Unblock("bob"))
        self.assertEqual(self.bob.heard(), [PresenceChanged("alice", "away", "lunch")])

    def test_from_those_who_know_nothing_of_one_anyhow(self) -> None:
        for command in (Block("carol"), Unblock("carol")):
            self.done(self.alice, command)
        self.assertEqual(self.carol.heard(), [])

    def test_only_from_the_blocked(self) -> None:
        """Who has blocked somebody goes on hearing of them."""
        self.done(self.alice, Block("bob"))
        self.logout(self.bob_)
        self.assertEqual(self.alice.heard(), [PresenceChanged("bob", "offline", seen=NOW)])

    def test_in_lists(self) -> None:
        """Nothing tells somebody who has blocked one from somebody who is not here."""
        self.alice.do(SetAway("lunch"))
        self.done(self.alice, Block("bob"))
        seen = []
        for _ in range(2):
            row = self.bob.do(ListUsers("tea")).users[0]
            presence = self.done(self.bob, ListDirectory()).people[0].presence
            seen.append((row, presence, self.done(self.bob, Whois("alice"))))
            self.logout(self.alice_)
        self.assertEqual(seen[0], seen[1])
        row, presence, person = seen[0]
        self.assertEqual(row.online, False)
        self.assertEqual((presence, person.rooms, person.seen), ("offline", ("tea",), 0))

    def test_not_in_lists_of_others(self) -> None:
        self.done(self.alice, Block("bob"))
        self.alice.do(SetAway("lunch"))
        self.carol.do(Join("tea"))
        rows = self.carol.do(ListUsers("tea")).users
        self.assertEqual(rows[0], UserRow("alice", "lunch", True, standing=rows[0].standing))
