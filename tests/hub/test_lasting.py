"""Rooms made by accounts last: what is in them, who is, and whose they are, is there after a
restart, and whether or not they are here."""

from __future__ import annotations

from chatd.domain import administration as orders
from chatd.domain.account import Role
from chatd.domain.commands import (
    Ban,
    Command,
    DeleteAccount,
    HideSeen,
    Invite,
    Join,
    Kick,
    Leave,
    ListBans,
    ListMine,
    ListRooms,
    ListUsers,
    SetRoom,
    SetStanding,
    SetTopic,
    Standing,
    Unban,
    Whois,
)
from chatd.domain.conversation import number_before
from chatd.domain.events import Entered, Kicked, Left, RoomChanged
from chatd.domain.limits import Limits
from chatd.domain.results import Joined, UserRow
from chatd.errors import Code
from chatd.hub.room import Room
from tests.hub.account_case import AccountCase, Laptop
from tests.hub.people import Person, heir, say


class LastingCase(AccountCase):
    """The wall clock stands; alice has made a room, in which bob is too."""

    wall = 1_000_000.0

    def setUp(self) -> None:
        super().setUp()
        self.alice_, self.bob_ = self.enrolled("alice", "tea"), self.enrolled("bob", "tea")
        self.alice, self.bob = self.alice_.person, self.bob_.person
        self.alice.heard()

    def back(self, laptop: Laptop) -> Person:
        """A device signs in again, wherever the server is by now."""
        laptop.move(self.server)
        person = self.successResultOf(laptop.sign_in())
        self.confirm(laptop)
        person.heard()
        return person

    def restart(self) -> None:
        """The server is killed, and alice is back."""
        self.start()
        self.alice = self.back(self.alice_)

    def room(self, name: str = "tea") -> Room:
        """What the hub knows of it."""
        room = self.server.state.rooms.get(name)
        assert room is not None, name
        return room

    def inside(self, name: str = "tea") -> list[tuple[str, Standing, bool]]:
        """Who is in a room, as alice sees it."""
        rows = self.alice.do(ListUsers(name)).users
        return [(row.nick, row.standing, row.online) for row in rows]


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


class Kept(LastingCase):
    """Settings, standings, invitations, bans."""

    def test_settings(self) -> None:
        self.alice.do(SetTopic("tea", "Ärger"), SetRoom("tea", 1, True, True, 86_400))
        self.restart()
        (mine,) = self.alice.do(ListMine()).rooms
        self.assertEqual(
            (mine.topic, mine.level, mine.private, mine.locked, mine.retention),
            ("Ärger", 1, True, True, 86_400),
        )

    def test_retention(self) -> None:
        self.alice.do(SetRoom("tea", retention=7 * 86_400))
        told = RoomChanged("tea", "alice", 0, False, False, 7 * 86_400)
        self.assertEqual(self.bob.heard(), [told])
        guest = self.person("guest", None, "passing")
        self.assertEqual(guest.do(Join("tea")).retention, 7 * 86_400)
        self.refused(Code.SETTING_INVALID, guest, SetRoom("passing", retention=60))
        self.alice.do(SetStanding("tea", "bob", Standing.MODERATOR))
        self.refused(Code.NOT_ALLOWED, self.bob, SetRoom("tea", retention=0))
        for seconds in (-1, 3654 * 86_400):
            self.refused(Code.SETTING_INVALID, self.alice, SetRoom("tea", retention=seconds))
        self.alice.do(SetRoom("tea", retention=0))

    def test_standings(self) -> None:
        self.hub.sign_out(self.bob.session)
        self.alice.do(SetStanding("tea", "bob", Standing.MODERATOR))
        self.restart()
        self.assertIn(("bob", Standing.MODERATOR, False), self.inside())
        self.alice.do(SetStanding("tea", "bob", Standing.OWNER))
        self.restart()
        self.assertEqual(
            self.inside(), [("alice", Standing.MODERATOR, True), ("bob", Standing.OWNER, False)]
        )

    def test_invitations(self) -> None:
        carol_, guest = self.enrolled("carol"), self.person("guest")
        self.alice.do(SetRoom("tea", private=True), Invite("tea", "carol"), Invite("tea", "guest"))
        self.restart()
        self.assertEqual(self.back(carol_).do(Join("tea")).members, 3)
        self.assertEqual(self.room().invited, set())
        self.assertFalse(guest.session.room_names)

    def test_bans_end_by_the_wall_clock(self) -> None:
        for who, seconds in (("carol", 60), ("dora", 0)):
            self.enrolled(who)
            self.alice.do(Ban("tea", who, "why", seconds))
        carol_, dora_ = self.enrolled("carol"), self.enrolled("dora")
        before = self.alice.do(ListBans("tea"))
        self.restart()
        self.assertEqual(self.alice.do(ListBans("tea")), before)
        carol, dora = self.back(carol_), self.back(dora_)
        self.server.clock.advance(59)
        self.refused(Code.BANNED, carol, Join("tea"))
        self.server.clock.advance(1)
        carol.do(Join("tea"))
        self.refused(Code.BANNED, dora, Join("tea"))
        self.alice.do(Unban("tea", "DORA"))
        self.wall += 60
        self.restart()
        self.assertEqual(self.alice.do(ListBans("tea")).bans, ())

    def test_bans_that_ended_while_nothing_ran(self) -> None:
        carol_ = self.enrolled("carol")
        self.alice.do(Ban("tea", "carol", seconds=60))
        self.wall = 1_000_060.0
        self.restart()
        self.assertEqual(self.alice.do(ListBans("tea")).bans, ())
        self.back(carol_).do(Join("tea"))

    def test_banned_guests_are_known_by_where_they_were(self) -> None:
        guest = self.person("troll", None, "tea")
        self.alice.do(Ban("tea", "troll"))
        self.assertEqual(guest.session.room_names, [])
        self.restart()
        self.refused(Code.BANNED, self.person("angel"), Join("tea"))


class PutOut(LastingCase):
    """Members who are not here."""

    def setUp(self) -> None:
        super().setUp()
        self.hub.sign_out(self.bob.session)
        self.alice.heard()

    def test_kicked(self) -> None:
        self.alice.do(Kick("tea", "BOB", "too loud"))
        self.assertEqual(self.alice.heard(), [Kicked("tea", "bob", "alice", "too loud", False)])
        self.assertEqual(self.back(self.bob_).session.room_names, [])
        self.assertEqual(self.back(self.bob_).do(Join("tea")).members, 2)

    def test_banned(self) -> None:
        self.alice.do(Ban("tea", "bob"))
        self.assertEqual(self.alice.heard(), [Kicked("tea", "bob", "alice", "", True)])
        self.restart()
        self.refused(Code.BANNED, self.back(self.bob_), Join("tea"))

    def test_not_by_one_with_as_little_of_a_say(self) -> None:
        self.enrolled("root", role=Role.ADMIN).person.do(
            SetStanding("tea", "bob", Standing.MODERATOR),
            SetStanding("tea", "bob", Standing.OWNER),
        )
        for command in (Kick("tea", "bob"), Ban("tea", "bob")):
            self.refused(Code.NOT_ALLOWED, self.alice, command)

    def test_lowered(self) -> None:
        """Below the level of a room that asks for more."""
        self.order(orders.SetLevel("alice", 3))
        self.order(orders.SetLevel("bob", 3))
        self.alice.do(SetRoom("tea", level=3))
        self.alice.heard()
        self.order(orders.SetLevel("bob", 2))
        self.assertEqual(self.alice.heard(), [Left("tea", "bob", False)])
        self.restart()
        self.assertEqual(len(self.inside()), 1)

    def test_removed(self) -> None:
        self.order(orders.Remove("bob"))
        self.assertEqual(self.alice.heard(), [Left("tea", "bob", True)])
        self.assertEqual(self.server.state.absent, {})
        self.restart()
        self.assertEqual(len(self.inside()), 1)

    def test_disabled_they_stay(self) -> None:
        self.order(orders.Disable("bob"))
        self.assertEqual((self.alice.heard(), len(self.inside())), ([], 2))


class Inherited(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        self.carol_ = self.enrolled("carol", "tea")
        self.guest = self.person("guest", None, "tea")
        self.hub.sign_out(self.bob.session)
        self.hub.sign_out(self.carol_.person.session)
        self.guest.heard()

    def test_by_one_who_is_not_here(self) -> None:
        self.alice.do(SetStanding("tea", "carol", Standing.MODERATOR))
        self.guest.heard()
        self.alice.do(Leave("tea"))
        self.assertEqual(self.guest.heard(), [Left("tea", "alice", False), heir("carol", "tea")])
        self.restart()
        self.assertIn(("carol", Standing.OWNER, False), self.inside())

    def test_not_by_one_who_is_disabled(self) -> None:
        self.order(orders.Disable("bob"))
        self.done(self.alice, DeleteAccount())
        told = [Left("tea", "alice", True), heir("carol", "tea")]
        self.assertEqual(self.guest.heard()[:2], told)
        self.start()
        owner = self.room().owner
        assert owner is not None
        self.assertEqual(owner.nick, "carol")


class Ended(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        self.bob.do(Leave("tea"))
        self.guest = self.person("guest", None, "tea")
        self.alice.do(SetRoom("tea", retention=60))
        self.guest.heard()

    def test_with_the_last_account(self) -> None:
        """Its name is free then."""
        self.hub.sign_out(self.guest.session)
        was = self.room().conversation
        self.alice.do(Leave("tea"))
        self.assertIsNone(self.server.state.rooms.get("tea"))
        self.assertNotEqual(self.bob.do(Join("TEA")).conversation, was)

    def test_guests_stay_and_own_what_does_not_last(self) -> None:
        self.alice.do(Leave("tea"))
        self.assertEqual(self.guest.heard(), [Left("tea", "alice", False), heir("guest", "tea")])
        self.assertEqual((self.room().conversation, self.room().retention), (b"", 0))
        self.assertEqual(self.bob.do(Join("tea")).conversation, b"")
        self.start()
        self.assertEqual(self.hub.counts()["rooms"], 0)

    def test_with_the_account(self) -> None:
        self.order(orders.Remove("alice"))
        self.assertEqual(self.room().conversation, b"")
        self.hub.sign_out(self.guest.session)
        self.assertEqual(self.hub.counts()["rooms"], 0)


class Lobby(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.server.state.lobby = "hall"

    def lasts(self) -> bool:
        room = self.server.state.rooms.get("hall")
        assert room is not None
        return bool(room.conversation)

    def test_lasts_from_the_first_account_on(self) -> None:
        guest = self.person("guest")
        self.assertFalse(self.lasts())
        alice = self.enrolled("alice").person
        self.assertTrue(self.lasts())
        self.assertEqual(guest.heard(), [Entered("hall", "alice", True)])
        (row,) = alice.do(ListMine()).rooms
        self.assertEqual((row.room, row.standing, row.members), ("hall", Standing.MEMBER, 2))
        self.hub.sign_out(guest.session)
        self.start()
        self.assertTrue(self.lasts())

    def test_who_left_it_comes_in_again_with_the_next_sign_in(self) -> None:
        laptop = self.enrolled("alice")
        laptop.person.do(Leave("hall"))
        self.hub.sign_out(laptop.person.session)
        self.assertEqual(self.successResultOf(laptop.sign_in()).session.room_names, ["hall"])

    def test_a_guest_comes_while_it_is_made(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        guest = self.person("guest")
        self.assertEqual(guest.session.room_names, ["hall"])
        self.assertNoResult(knock)
        self.store.finish()
        self.assertEqual(self.successResultOf(knock).session.room_names, ["hall"])
        self.assertTrue(self.lasts())

    def test_nobody_enters_for_a_connection_that_gave_up(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        knock.addErrback(lambda failure: None)
        knock.cancel()
        self.store.finish()
        self.assertEqual(self.hub.counts()["sessions"], 0)

    def test_a_full_disk_keeps_nobody_out_of_the_server(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        self.store.full = True
        self.store.fail()
        self.assertEqual(self.successResultOf(knock).session.room_names, [])


class FullDisk(LastingCase):
    """A write that fails changes nothing, here or in the store, and nobody hears of it."""

    def test_nothing_changes(self) -> None:
        carol = self.enrolled("carol").person
        self.alice.do(Ban("tea", "carol"), Join("den", private=True))
        commands: tuple[tuple[Person, Command], ...] = (
            (carol, Join("new")),
            (self.bob, Leave("tea")),
            (self.alice, Leave("tea")),
            (self.alice, SetTopic("tea", "lost")),
            (self.alice, SetRoom("tea", 1, True, True, 60)),
            (self.alice, SetStanding("tea", "bob", Standing.OWNER)),
            (self.alice, Invite("den", "bob")),
            (self.alice, Kick("tea", "bob")),
            (self.alice, Ban("tea", "bob")),
            (self.alice, Unban("tea", "carol")),
            (self.bob, HideSeen(True)),
        )
        for person in (self.alice, self.bob, carol):
            person.heard()
        before = self.known()
        self.store.full = True
        for person, command in commands:
            self.refused(Code.STORE_FAILED, person, command)
        self.assertEqual(self.known(), before)
        self.assertEqual([one.heard() for one in (self.alice, self.bob, carol)], [[], [], []])
        self.store.full = False
        self.alice.do(Unban("tea", "carol"))
        carol.do(Join("tea"))

    def known(self) -> list[object]:
        """What alice sees."""
        names = [row.name for row in self.alice.do(ListRooms()).rooms]
        return [
            [self.alice.do(ListUsers(name)) for name in names],
            [self.alice.do(ListBans(name)) for name in names],
            [self.room(name).invited for name in names],
            self.alice.do(ListMine()),
            self.bob.do(ListMine()),
        ]
