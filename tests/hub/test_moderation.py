"""Keeping order in rooms: levels, privacy, standings, invitations, kicks, bans."""

from __future__ import annotations

from chatd.domain.account import Role
from chatd.domain.administration import SetLevel, SetRole
from chatd.domain.commands import (
    Ban,
    Command,
    Invite,
    Join,
    Kick,
    Leave,
    ListBans,
    ListMine,
    ListRooms,
    ListUsers,
    Rename,
    SetRoom,
    SetStanding,
    SetTopic,
    Standing,
    Unban,
)
from chatd.domain.events import Invited, Kicked, Left, RoomChanged, StandingChanged
from chatd.domain.results import BanRow
from chatd.errors import Code, Refused
from chatd.hub.bans import MAX_BANS
from chatd.hub.bans import Ban as Kept
from chatd.hub.moderation import MAX_INVITED
from tests.hub.account_case import AccountCase
from tests.hub.people import Later, Person, heir, say


class ModerationCase(AccountCase):
    def account(self, handle: str, *rooms: str, level: int = 1, role: Role = Role.MEMBER) -> Person:
        """Somebody the server knows, in these rooms."""
        return self.enrolled(handle, *rooms, level=level, role=role).person

    def from_(self, address: str, person: Person) -> Person:
        """The same guest, from elsewhere."""
        person.address = address
        return person

    def can(self, person: Person, *commands: Command) -> None:
        """It is not refused."""
        person.do(*commands)

    def hush(self, *people: Person) -> None:
        """Nothing is left to hear."""
        for person in people:
            person.heard()


class Levels(ModerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna = self.account("anna", level=3)
        self.anna.do(Join("ops", level=2))
        self.bob = self.account("bob")

    def test_below_it_there_is_no_such_room(self) -> None:
        page = self.bob.do(ListRooms())
        self.assertEqual((page.rooms, page.total), ((), 0))
        self.refused(Code.NO_SUCH_ROOM, self.bob, ListUsers("ops"))

    def test_below_it_nobody_enters(self) -> None:
        error = self.refused(Code.LEVEL_TOO_LOW, self.bob, Join("ops"))
        self.assertIn("level 2", error.text)
        self.refused(Code.LEVEL_TOO_LOW, self.person("guest"), Join("OPS"))

    def test_from_it_on_it_is_a_room_like_others(self) -> None:
        carol = self.account("carol", level=2)
        (row,) = carol.do(ListRooms()).rooms
        self.assertEqual((row.name, row.level), ("ops", 2))
        self.assertEqual(carol.do(Join("ops")).level, 2)

    def test_only_up_to_ones_own(self) -> None:
        error = self.refused(Code.LEVEL_TOO_LOW, self.bob, Join("vault", level=2))
        self.assertEqual(error.text, "a room's level cannot be above one's own, which is 1")
        self.refused(Code.LEVEL_TOO_LOW, self.anna, SetRoom("ops", level=4))
        self.refused(Code.SETTING_INVALID, self.anna, SetRoom("ops", level=10))
        self.assertEqual(self.hub.counts()["rooms"], 1)

    def test_lowered_while_the_rooms_password_is_hashed(self) -> None:
        self.server.state.passwords = passwords = Later()
        joined = self.anna.later(Join("vault", "secret", level=3))
        self.order(SetLevel("anna", 2))
        passwords.finish()
        self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.LEVEL_TOO_LOW)

    def test_a_room_that_is_there_keeps_its_settings(self) -> None:
        carol = self.account("carol", level=3)
        self.refused(Code.SETTING_INVALID, carol, Join("ops", level=3))
        self.refused(Code.SETTING_INVALID, carol, Join("ops", private=True))
        self.can(carol, Join("ops", level=2))

    def test_raised_later_it_puts_nobody_out(self) -> None:
        """Nor does what they change of themselves later."""
        dora = self.account("dora", "tea", level=3)
        self.bob.do(Join("tea"))
        dora.do(SetRoom("tea", level=2))
        self.bob.do(Rename("Bob"))
        self.can(self.bob, say("still here", "tea"))

    def test_who_is_an_admin_no_more_is_out_of_what_only_admins_could_enter(self) -> None:
        root = self.account("root", "ops", role=Role.ADMIN)
        root.do(Rename("Root"))
        self.can(root, say("mine", "ops"))
        self.order(SetRole("root", Role.MEMBER))
        self.refused(Code.NOT_IN_ROOM, root, say("still here?", "ops"))

    def test_whoever_is_lowered_below_it_is_out_at_once(self) -> None:
        carol = self.account("carol", "ops", level=2)
        self.hush(self.anna, carol)
        self.order(SetLevel("carol", 1))
        left = Left("ops", "carol", False)
        self.assertEqual((self.anna.heard(), carol.heard()), ([left], [left]))
        self.refused(Code.NOT_IN_ROOM, carol, say("still here?", "ops"))

    def test_pages_go_on_behind_rooms_nobody_may_see(self) -> None:
        self.server.state.limits = self.limits
        for number in range(self.limits.page + 5):
            self.anna.do(Join(f"a{number:03}", level=3), Leave(f"a{number:03}"))
        admin = self.account("root", role=Role.ADMIN, level=9)
        for number in range(80):
            admin.do(Join(f"b{number:03}", level=9))
        self.bob.do(Join("zebra"))
        page = self.bob.do(ListRooms())
        self.assertEqual(([row.name for row in page.rooms], page.total), (["zebra"], 1))
        self.assertFalse(page.more)


class Privacy(ModerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna = self.account("anna")
        self.anna.do(Join("den", private=True))
        self.bob = self.account("bob")

    def test_it_is_listed_to_its_members_alone(self) -> None:
        self.assertEqual(self.bob.do(ListRooms()).rooms, ())
        self.assertTrue(self.anna.do(ListRooms()).rooms[0].private)

    def test_it_takes_an_invitation(self) -> None:
        self.refused(Code.NOT_INVITED, self.bob, Join("den"))
        self.anna.do(Invite("den", "BOB"))
        self.assertEqual(self.bob.heard(), [Invited("den", "anna")])
        self.assertTrue(self.bob.do(Join("den")).private)

    def test_an_invitation_is_for_once(self) -> None:
        self.anna.do(Invite("den", "bob"))
        self.can(self.bob, Join("den"), Leave("den"))
        self.refused(Code.NOT_INVITED, self.bob, Join("den"))

    def test_a_guest_can_be_asked_in_but_another_of_that_nick_is_not(self) -> None:
        guest = self.person("visitor")
        self.anna.do(Invite("den", "visitor"))
        self.hub.sign_out(guest.session)
        self.refused(Code.NOT_INVITED, self.person("visitor"), Join("den"))

    def test_not_any_number_is_asked_in(self) -> None:
        """Who comes makes room for another one; who is asked again takes none."""
        room = self.server.state.rooms.get("den")
        assert room is not None
        self.anna.do(Invite("den", "bob"))
        room.invited.update(b"%d" % number for number in range(MAX_INVITED - 1))
        carol = self.account("carol")
        self.refused(Code.TOO_MANY_INVITED, self.anna, Invite("den", "carol"))
        self.anna.do(Invite("den", "bob"))
        self.bob.do(Join("den"))
        self.anna.do(Invite("den", "carol"))
        self.can(carol, Join("den"))

    def test_guests_inherit_none(self) -> None:
        """They stay, and the room is nobody's until an admin gives it to an account."""
        guest = self.person("guest")
        self.anna.do(Invite("den", "guest"), Invite("den", "bob"))
        guest.do(Join("den"))
        self.anna.do(SetStanding("den", "guest", Standing.MODERATOR))
        self.bob.do(Join("den"))
        self.hush(guest)
        self.anna.do(Leave("den"))
        self.assertEqual(guest.heard()[-1], heir("bob", "den"))
        self.bob.do(Leave("den"))
        self.assertEqual(guest.heard(), [Left("den", "bob", False)])
        self.refused(Code.NOT_ALLOWED, guest, SetRoom("den", private=False))
        admin = self.account("root", role=Role.ADMIN)
        admin.do(Invite("den", "bob"))
        self.bob.do(Join("den"))
        admin.do(SetStanding("den", "bob", Standing.OWNER))
        self.can(self.bob, SetRoom("den", private=False))

    def test_guests_make_none(self) -> None:
        guest = self.person("guest")
        self.refused(Code.ACCOUNT_NEEDED, guest, Join("hole", private=True))
        guest.do(Join("open"))
        self.refused(Code.ACCOUNT_NEEDED, guest, SetRoom("open", private=True))

    def test_an_invitation_lets_nobody_past_the_level(self) -> None:
        anna = self.account("ada", level=3)
        anna.do(Join("ops", level=2))
        error = self.refused(Code.LEVEL_TOO_LOW, anna, Invite("ops", "bob"))
        self.assertIn("bob", error.text)

    def test_refused(self) -> None:
        self.refused(Code.NOT_IN_ROOM, self.bob, Invite("den", "anna"))
        self.refused(Code.ALREADY_IN_ROOM, self.anna, Invite("den", "anna"))

    def test_an_admin_sees_and_enters_all(self) -> None:
        admin = self.account("root", role=Role.ADMIN)
        self.assertEqual(len(admin.do(ListRooms()).rooms), 1)
        self.can(admin, Join("den"))

    def test_the_lobby_is_open_to_everyone_and_nobodys(self) -> None:
        anna = self.account("ada", level=3)
        self.server.state.lobby = "hall"
        self.refused(Code.SETTING_INVALID, anna, Join("hall", private=True))
        self.assertEqual(anna.do(Join("hall")).standing, Standing.MEMBER)
        self.refused(Code.NOT_ALLOWED, anna, SetRoom("hall", locked=True))


class Standings(ModerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna, self.bob, self.carol = (
            self.account(nick, "room") for nick in ("anna", "bob", "carol")
        )
        self.hush(self.anna, self.bob, self.carol)

    def standing(self, person: Person) -> Standing:
        standing: Standing = person.do(ListMine()).rooms[0].standing
        return standing

    def test_the_owner_makes_moderators(self) -> None:
        self.anna.do(SetStanding("room", "bob", Standing.MODERATOR))
        told = StandingChanged("room", "bob", Standing.MODERATOR, "anna")
        for person in (self.anna, self.bob, self.carol):
            self.assertEqual(person.heard(), [told])
        self.assertEqual(self.standing(self.bob), Standing.MODERATOR)
        self.anna.do(SetStanding("room", "bob", Standing.MEMBER))
        self.assertEqual(self.standing(self.bob), Standing.MEMBER)

    def test_a_room_is_handed_over(self) -> None:
        self.anna.do(SetStanding("room", "bob", Standing.OWNER))
        self.assertEqual(self.standing(self.anna), Standing.MODERATOR)
        self.assertEqual(self.standing(self.bob), Standing.OWNER)

    def test_nobody_else_does_either(self) -> None:
        make = SetStanding("room", "carol", Standing.MODERATOR)
        self.refused(Code.NOT_ALLOWED, self.bob, make)
        self.anna.do(SetStanding("room", "bob", Standing.MODERATOR))
        self.refused(Code.NOT_ALLOWED, self.bob, make)
        self.refused(Code.NOT_ALLOWED, self.anna, SetStanding("room", "anna", Standing.MEMBER))
        self.refused(Code.NO_SUCH_NICK, self.anna, SetStanding("room", "dora", Standing.OWNER))

    def test_the_longest_standing_moderator_inherits(self) -> None:
        self.anna.do(SetStanding("room", "carol", Standing.MODERATOR))
        self.hush(self.bob)
        self.anna.do(Leave("room"))
        self.assertEqual(self.bob.heard()[-1], heir("carol"))
        self.carol.do(Leave("room"))
        self.assertEqual(self.bob.heard()[-1], heir("bob"))

    def test_accounts_inherit_before_guests(self) -> None:
        """In a room that a guest has made: after those whom the owner has made moderators."""
        maker, guest, ben = (
            self.person("maker", None, "tea"),
            self.person("guest", None, "tea"),
            self.account("ben", "tea"),
        )
        maker.do(SetStanding("tea", "guest", Standing.MODERATOR))
        maker.do(Leave("tea"))
        self.assertEqual(self.standing(guest), Standing.OWNER)
        self.person("visitor", None, "tea")
        cleo = self.account("cleo", "tea")
        guest.do(Leave("tea"))
        self.assertEqual(self.standing(ben), Standing.OWNER)
        ben.do(Leave("tea"))
        self.assertEqual(self.standing(cleo), Standing.OWNER)

    def test_guests_inherit_nothing_that_lasts(self) -> None:
        """They may keep order in it; an account that is not here goes before them."""
        guest = self.person("guest", None, "room")
        self.anna.do(SetStanding("room", "guest", Standing.MODERATOR), Kick("room", "carol"))
        self.refused(Code.ACCOUNT_NEEDED, self.anna, SetStanding("room", "guest", Standing.OWNER))
        self.hub.sign_out(self.bob.session)
        self.hush(guest)
        self.anna.do(Leave("room"))
        self.assertEqual(guest.heard(), [Left("room", "anna", False), heir("bob")])

    def test_a_standing_ends_with_leaving(self) -> None:
        self.anna.do(SetStanding("room", "bob", Standing.MODERATOR))
        self.bob.do(Leave("room"), Join("room"))
        self.assertEqual(self.standing(self.bob), Standing.MEMBER)

    def test_a_servers_moderator_is_one_in_each_room_they_are_in(self) -> None:
        mod = self.account("mod", role=Role.MODERATOR)
        self.refused(Code.NOT_IN_ROOM, mod, Kick("room", "bob"))
        mod.do(Join("room"), Kick("room", "bob"))
        self.refused(Code.NOT_ALLOWED, mod, Kick("room", "anna"))

    def test_a_servers_admin_needs_no_standing(self) -> None:
        admin = self.account("root", role=Role.ADMIN)
        admin.do(SetStanding("room", "bob", Standing.OWNER), Kick("room", "bob"))
        self.assertEqual(self.standing(self.carol), Standing.MEMBER)
        self.refused(Code.NOT_ALLOWED, self.carol, Kick("room", "anna"))

    def test_the_topic_can_be_locked(self) -> None:
        self.anna.do(SetRoom("room", locked=True))
        self.assertEqual(self.bob.heard(), [RoomChanged("room", "anna", 0, False, True)])
        self.refused(Code.TOPIC_LOCKED, self.bob, SetTopic("room", "mine"))
        self.can(self.anna, SetTopic("room", "ours"))
        self.anna.do(SetStanding("room", "bob", Standing.MODERATOR))
        self.can(self.bob, SetTopic("room", "mine"), SetRoom("room", locked=False))
        self.refused(Code.NOT_ALLOWED, self.bob, SetRoom("room", level=1))
        self.refused(Code.NOT_ALLOWED, self.carol, SetRoom("room", locked=True))


class Kicking(ModerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna, self.bob, self.carol = (
            self.account(nick, "room") for nick in ("anna", "bob", "carol")
        )
        self.hush(self.anna, self.bob, self.carol)

    def test_everyone_is_told_and_they_are_out(self) -> None:
        self.anna.do(Kick("room", "BOB", "too loud"))
        told = Kicked("room", "bob", "anna", "too loud", False)
        for person in (self.anna, self.bob, self.carol):
            self.assertEqual(person.heard(), [told])
        self.refused(Code.NOT_IN_ROOM, self.bob, say("hello?"))
        self.can(self.bob, Join("room"))

    def test_not_against_those_with_as_much_of_a_say(self) -> None:
        for name in ("bob", "carol"):
            self.anna.do(SetStanding("room", name, Standing.MODERATOR))
        for target in ("anna", "carol", "bob"):
            self.refused(Code.NOT_ALLOWED, self.bob, Kick("room", target))
        self.account("root", "room", role=Role.ADMIN)
        self.refused(Code.NOT_ALLOWED, self.anna, Kick("room", "root"))

    def test_refused(self) -> None:
        self.refused(Code.NOT_ALLOWED, self.bob, Kick("room", "carol"))
        self.refused(Code.NO_SUCH_NICK, self.anna, Kick("room", "nobody"))
        self.refused(Code.NOT_IN_ROOM, self.anna, Kick("other", "bob"))
        self.refused(Code.REASON_TOO_LONG, self.anna, Kick("room", "bob", "x" * 256))

    def test_it_is_audited_without_the_reason(self) -> None:
        self.anna.do(Kick("room", "bob", "too loud"))
        self.assertEqual(
            self.server.audit.lines[-1], ("kicked", {"room": "room", "by": "anna", "nick": "bob"})
        )


class Banning(ModerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna, self.bob = (self.account(nick, "room") for nick in ("anna", "bob"))
        self.hush(self.anna, self.bob)

    def targets(self) -> list[str]:
        return [row.target for row in self.anna.do(ListBans("room")).bans]

    def test_they_are_out_and_stay_out(self) -> None:
        self.anna.do(Ban("room", "bob", "too loud"))
        self.assertEqual(self.bob.heard(), [Kicked("room", "bob", "anna", "too loud", True)])
        error = self.refused(Code.BANNED, self.bob, Join("room"))
        self.assertIn("too loud", error.text)

    def test_the_list_says_who_by_whom_why_and_until_when(self) -> None:
        now = self.hub.now()
        self.server.state.wall = lambda: now / 1000
        self.anna.do(Ban("room", "bob", "too loud", 60))
        row = BanRow("bob", "anna", "too loud", self.hub.now(), self.hub.now() + 60_000)
        self.assertEqual(self.anna.do(ListBans("room")).bans, (row,))
        self.refused(Code.NOT_IN_ROOM, self.bob, ListBans("room"))

    def test_it_ends_with_its_time(self) -> None:
        self.anna.do(Ban("room", "bob", seconds=60))
        self.server.clock.advance(59.9)
        self.refused(Code.BANNED, self.bob, Join("room"))
        self.server.clock.advance(0.1)
        self.can(self.bob, Join("room"))
        self.assertEqual(self.targets(), [])

    def test_not_any_number(self) -> None:
        """Those that are over do not count, and one of the same target takes no more room."""
        room = self.server.state.rooms.get("room")
        assert room is not None
        for number in range(MAX_BANS):
            row = BanRow(f"n{number}", "anna", "", 0, 0)
            room.bans.add(Kept(row, bytes([1]), frozenset(), 3660.0))
        error = self.refused(Code.TOO_MANY_BANS, self.anna, Ban("room", "bob"))
        self.assertIn("lift some", error.text)
        self.can(self.bob, say("still here"))
        self.account("n5")
        self.can(self.anna, Ban("room", "n5"))
        self.server.clock.advance(60)
        self.can(self.anna, Ban("room", "bob"))
        self.assertEqual(self.targets(), ["bob", "n5"])

    def test_it_is_lifted(self) -> None:
        self.anna.do(Ban("room", "bob"), Unban("room", "BOB"))
        self.can(self.bob, Join("room"))
        self.refused(Code.NOT_BANNED, self.anna, Unban("room", "bob"))

    def test_a_guest_is_known_by_nick_and_by_address(self) -> None:
        guest = self.from_("192.0.2.7", self.person("troll", None, "room"))
        friend = self.from_("192.0.2.7", self.person("friend", None, "room"))
        away = self.from_("192.0.2.8", self.person("away", None, "room"))
        self.anna.do(Ban("room", "troll"))
        self.assertEqual(self.targets(), ["~troll"])
        self.refused(Code.BANNED, guest, Join("room"))
        self.refused(Code.BANNED, friend, Join("room"))
        self.can(away, say("still here"))
        guest.do(Rename("angel"))
        self.refused(Code.BANNED, guest, Join("room"))
        away.do(Rename("troll"), Leave("room"))
        self.refused(Code.BANNED, away, Join("room"))

    def test_an_account_behind_a_guests_address_is_let_be(self) -> None:
        self.from_(self.bob.address, self.person("troll", None, "room"))
        self.anna.do(Ban("room", "troll"))
        self.assertEqual(self.bob.session.room_names, ["room"])

    def test_nobody_is_told_an_address(self) -> None:
        self.from_("192.0.2.7", self.person("troll", None, "room"))
        self.anna.do(Ban("room", "troll"))
        self.assertNotIn("192.0.2.7", repr(self.anna.do(ListBans("room"))))

    def test_an_invitation_does_not_lift_it(self) -> None:
        self.anna.do(Ban("room", "bob"))
        self.refused(Code.BANNED, self.anna, Invite("room", "bob"))

    def test_pages(self) -> None:
        self.anna.do(Ban("room", "bob"))
        for number in range(3):
            self.account(f"a{number}", "room")
            self.anna.do(Ban("room", f"a{number}"))
        self.assertEqual(self.targets(), ["a0", "a1", "a2", "bob"])
        rest = self.anna.do(ListBans("room", "a1"))
        self.assertEqual([row.target for row in rest.bans], ["a2", "bob"])

    def test_it_is_audited(self) -> None:
        self.anna.do(Ban("room", "bob", "too loud", 60), Unban("room", "bob"))
        self.assertEqual(
            self.server.audit.lines[-2:],
            [
                ("banned", {"room": "room", "by": "anna", "nick": "bob", "seconds": 60}),
                ("unbanned", {"room": "room", "by": "anna", "nick": "bob"}),
            ],
        )
