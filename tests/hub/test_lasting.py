"""Rooms made by accounts last: they are there after a restart, and so are those who are in them,
whether or not they are here."""

from __future__ import annotations

from chatd.domain.commands import (
    HideSeen,
    Join,
    Leave,
    ListMine,
    ListRooms,
    ListUsers,
    SetTopic,
    Standing,
    Whois,
)
from chatd.domain.conversation import number_before
from chatd.domain.events import Entered, Left
from chatd.domain.limits import Limits
from chatd.domain.results import Joined, UserRow
from chatd.errors import Code
from tests.hub.lasting_case import LastingCase
from tests.hub.people import Person, say


class Made(LastingCase):
    def test_by_an_account(self) -> None:
        joined = self.alice.do(Join("Den", private=True, sealed=True))
        room = self.room("den")
        number = number_before(1_000_000_000)
        self.assertEqual(len(room.conversation), 16)
        self.assertEqual(
            joined,
            Joined(
                "Den",
                "",
                1,
                True,
                private=True,
                standing=Standing.OWNER,
                conversation=room.conversation,
                last=number,
                sealed=True,
            ),
        )
        self.restart()
        self.assertEqual(self.room("den").conversation, room.conversation)
        mine = {row.room: row for row in self.alice.do(ListMine()).rooms}
        self.assertEqual(mine["Den"].last, number)
        self.assertTrue(mine["Den"].sealed and mine["Den"].private)

    def test_by_a_guest_it_does_not_last(self) -> None:
        """Whoever comes in later."""
        guest = self.person("guest", None, "passing")
        joined = self.alice.do(Join("passing"))
        self.assertEqual((joined.conversation, joined.last), (b"", 0))
        self.hub.sign_out(guest.session)
        self.hub.sign_out(self.alice.session)
        self.assertIsNone(self.server.state.rooms.get("passing"))

    def test_with_a_password(self) -> None:
        self.alice.do(Join("vault", "secret"))
        self.restart()
        bob = self.back(self.bob_)
        self.refused(Code.WRONG_PASSWORD, bob, Join("vault", "wrong"))
        self.assertEqual(bob.do(Join("vault", "secret")).members, 2)

    def test_one_of_a_name(self) -> None:
        """Also while two make it at the same time: the second one enters."""
        self.store.held = True
        joins = [person.later(Join("den")) for person in (self.alice, self.bob)]
        while self.store:
            self.store.finish()
        made, entered = map(self.successResultOf, joins)
        self.assertEqual((made.created, entered.created), (True, False))
        self.assertEqual((entered.conversation, entered.members), (made.conversation, 2))

    def test_by_one_who_leaves_the_server_meanwhile(self) -> None:
        """The room is there, and they are in it."""
        self.store.held = True
        join = self.bob.later(Join("den"))
        self.store.held = False
        self.hub.sign_out(self.bob.session)
        self.store.finish()
        self.successResultOf(join)
        self.assertEqual(self.back(self.bob_).session.room_names, ["tea", "den"])


class Sealed(LastingCase):
    def test_is_for_accounts(self) -> None:
        self.alice.do(Join("den", sealed=True))
        guest = self.person("guest")
        for name in ("den", "other"):
            self.refused(Code.ACCOUNT_NEEDED, guest, Join(name, sealed=True))
        self.refused(Code.ACCOUNT_NEEDED, guest, Join("den"))
        self.assertTrue(self.bob.do(Join("den")).sealed)

    def test_is_what_it_was_made(self) -> None:
        self.enrolled("carol")
        self.refused(Code.SETTING_INVALID, self.person_("carol"), Join("tea", sealed=True))

    def person_(self, handle: str) -> Person:
        """One more device of somebody."""
        return self.enrolled(handle).person


class Members(LastingCase):
    def test_stay_while_they_are_not_here(self) -> None:
        self.hub.sign_out(self.bob.session)
        (gone,) = self.alice.heard()
        self.assertNotIsInstance(gone, Left)
        owner, member = Standing.OWNER, Standing.MEMBER
        self.assertEqual(self.inside(), [("alice", owner, True), ("bob", member, False)])
        self.restart()
        self.assertEqual(self.inside(), [("alice", owner, True), ("bob", member, False)])
        (row,) = self.alice.do(ListRooms()).rooms
        self.assertEqual(row.members, 2)

    def test_are_told_again_when_they_are_back(self) -> None:
        for away in (False, True):
            self.hub.sign_out(self.bob.session)
            if away:
                self.restart()
            self.bob = self.back(self.bob_)
            self.assertEqual(self.bob.session.room_names, ["tea"])
            self.alice.do(say("hi", "tea"))
            self.assertEqual(self.bob.texts(), ["hi"])

    def test_last_seen(self) -> None:
        self.hub.sign_out(self.bob.session)
        bob = UserRow("bob", "", True, online=False, seen=1_000_000_000)
        self.assertEqual(self.alice.do(ListUsers("tea")).users[1], bob)
        self.restart()
        self.assertEqual(self.alice.do(ListUsers("tea")).users[1], bob)
        found = self.done(self.alice, Whois("bob"))
        self.assertEqual((found.online, found.seen, found.rooms), (False, bob.seen, ("tea",)))

    def test_last_seen_when_the_server_ends(self) -> None:
        """Whoever is here then was here until then."""
        self.wall = 2_000_000.0
        self.hub.stop()
        self.restart()
        self.assertEqual(self.alice.do(ListUsers("tea")).users[1].seen, 2_000_000_000)

    def test_last_seen_hidden(self) -> None:
        for hidden, seen in ((True, 0), (False, 1_000_000_000)):
            self.done(self.bob, HideSeen(hidden))
            self.hub.sign_out(self.bob.session)
            self.assertEqual(self.alice.do(ListUsers("tea")).users[1].seen, seen)
            self.assertEqual(self.done(self.alice, Whois("bob")).seen, seen)
            self.restart()
            self.assertEqual(self.alice.do(ListUsers("tea")).users[1].seen, seen)
            self.bob = self.back(self.bob_)

    def test_leave_for_good(self) -> None:
        self.bob.do(Leave("tea"))
        self.assertEqual(self.alice.heard(), [Left("tea", "bob", False)])
        self.restart()
        self.assertEqual(self.inside(), [("alice", Standing.OWNER, True)])
        bob = self.back(self.bob_)
        self.assertEqual(bob.session.room_names, [])
        self.assertEqual(bob.do(Join("tea")).last, self.room().last)

    def test_guests_do_not_stay(self) -> None:
        guest = self.person("guest", None, "tea")
        self.assertEqual(self.alice.heard(), [Entered("tea", "guest")])
        self.hub.sign_out(guest.session)
        self.assertEqual(self.alice.heard(), [Left("tea", "guest", True)])
        self.assertEqual(len(self.inside()), 2)

    def test_nobody_is_kept_who_is_in_no_room(self) -> None:
        self.bob.do(Leave("tea"))
        self.hub.sign_out(self.bob.session)
        self.assertEqual(self.server.state.absent, {})

    def test_a_name_from_a_time_of_other_limits(self) -> None:
        """Lists go on to fit into one answer."""
        self.server.state.limits = Limits(nick=255, rate_count=0, topic=4096)
        for number in range(30):
            name = f"{number:02}" + "x" * 250
            self.alice.do(Join(name), SetTopic(name, "y" * 4096))
        self.restart()
        page = self.alice.do(ListRooms())
        self.assertTrue(page.more)
        self.assertLess(sum(len(row.topic) + 4 * len(row.name) for row in page.rooms), 60_000)
