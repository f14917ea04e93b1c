"""Accounts: display names, leaving for good, the directory, what others may know."""

from __future__ import annotations

from chatd.domain.account import Role
from chatd.domain.administration import Disable, Remove, SetLevel, SetRole
from chatd.domain.commands import (
    DeleteAccount,
    Join,
    ListDirectory,
    ListUsers,
    Rename,
    SetAway,
    SetPassword,
    Whois,
)
from chatd.domain.events import DisplayChanged, Left, PresenceChanged
from chatd.domain.limits import Limits
from chatd.domain.results import DirectoryRow, Person, Renamed, UserRow
from chatd.errors import Code, Refused
from tests.hub.account_case import AccountCase


class Guests(AccountCase):
    def test_have_none(self) -> None:
        guest = self.person("guest")
        for command in (SetPassword("", "a password"), DeleteAccount(), ListDirectory()):
            self.not_done(Code.ACCOUNT_NEEDED, guest, command)


class DisplayNames(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice", "room")
        self.phone = self.enrolled("alice")
        self.bob = self.enrolled("bob", "room")
        self.carol = self.enrolled("carol", "other")
        for here in (self.alice, self.phone):
            here.person.heard()

    def test_those_who_share_a_room_and_ones_own_devices_are_told(self) -> None:
        renamed = self.done(self.alice.person, Rename("Alice in Wonderland"))
        self.assertEqual(renamed, Renamed("alice", "Alice in Wonderland"))
        told = [DisplayChanged("alice", "Alice in Wonderland")]
        self.assertEqual(self.bob.person.heard(), told)
        self.assertEqual(self.phone.person.heard(), told)
        self.assertEqual((self.alice.person.heard(), self.carol.person.heard()), ([], []))

    def test_the_handle_stays(self) -> None:
        self.done(self.alice.person, Rename("dora"))
        self.assertEqual(self.alice.person.session.nick, "alice")
        self.assertEqual(self.bob.person.heard(), [DisplayChanged("alice", "dora")])

    def test_nobody_passes_for_another_account(self) -> None:
        """Nor for one that was; but for oneself in capitals."""
        self.order(Remove("carol"))
        for name in ("bob", " BOB ", "b\u043eb", "Carol"):  # a Cyrillic letter
            self.not_done(Code.DISPLAY_INVALID, self.alice.person, Rename(name))
        self.assertEqual(self.bob.person.heard(), [])
        self.done(self.alice.person, Rename("ALICE"))

    def test_the_same_again_is_told_nobody(self) -> None:
        self.done(self.alice.person, Rename(""))
        self.assertEqual(self.bob.person.heard(), [])

    def test_it_is_kept(self) -> None:
        self.done(self.alice.person, Rename("A"))
        self.successResultOf(self.alice.sign_in())
        self.assertEqual(self.alice.person.session.account.display, "A")

    def test_it_is_gone_again(self) -> None:
        self.done(self.alice.person, Rename("A"))
        self.assertEqual(self.done(self.alice.person, Rename("")), Renamed("alice", ""))

    def test_refused(self) -> None:
        for name in ("x" * 65, "two\nlines", "a\u202eb"):
            self.refused(Code.DISPLAY_INVALID, self.alice.person, Rename(name))

    def test_in_lists(self) -> None:
        self.done(self.alice.person, Rename("Alice"))
        self.person("guest", None, "room")
        rows = self.bob.person.do(ListUsers("room")).users
        self.assertEqual(
            [(row.nick, row.account, row.display) for row in rows],
            [("alice", True, "Alice"), ("bob", True, ""), ("guest", False, "")],
        )
        everyone = self.bob.person.do(ListUsers()).users
        self.assertIn(UserRow("alice", "", True, "Alice"), everyone)


class Deleting(AccountCase):
    def test_all_its_sessions_end(self) -> None:
        alice, phone = self.enrolled("alice", "room"), self.enrolled("alice")
        bob = self.enrolled("bob", "room").person
        self.done(alice.person, DeleteAccount())
        self.assertIsNone(alice.person.closed, "it has its answer first")
        self.server.turn()
        self.assertEqual([one.person.closed for one in (alice, phone)], [Code.LOGGED_OUT] * 2)
        self.assertEqual(bob.heard()[0], Left("room", "alice", True))
        self.turned_away(Code.DEVICE_UNKNOWN, phone.sign_in())
        (line,) = self.server.audit.told("account_removed")
        self.assertEqual((line["account"], line["by"]), ("alice", "alice"))

    def test_a_device_that_comes_while_the_asking_one_goes(self) -> None:
        """It has come into an account that is gone by the time the store has answered."""
        alice, phone = self.enrolled("alice"), self.enrolled("alice")
        self.hub.sign_out(phone.person.session)
        self.store.held = True
        deleted = alice.person.later(DeleteAccount())
        self.store.held = False
        self.hub.sign_out(alice.person.session)
        here = self.successResultOf(phone.sign_in())
        self.store.finish()
        self.successResultOf(deleted)
        self.assertEqual(here.closed, Code.LOGGED_OUT)
        self.assertEqual(self.hub.counts()["sessions"], 0)

    def test_nobody_gets_the_handle(self) -> None:
        alice = self.enrolled("alice")
        self.done(alice.person, DeleteAccount())
        self.assertRaises(Refused, self.person, "alice")
        self.assertRaises(AssertionError, self.invite, "alice")


class Others(AccountCase):
    """What one may know of an account."""

    def setUp(self) -> None:
        super().setUp()
        self.server.state.wall = lambda: 1_000_000.0
        self.alice = self.enrolled("Alice", level=3)
        self.bob = self.enrolled("bob").person
        self.root = self.alice.new.root

    def test_here(self) -> None:
        self.done(self.alice.person, Rename("Al"))
        expected = Person(
            "Alice", "account", "usual", "", 10**9, 0, (), "Al", 3, "member", self.root
        )
        for asker in (self.bob, self.person("guest")):
            self.assertEqual(asker.do(Whois("alice")), expected)

    def test_not_here(self) -> None:
        self.hub.sign_out(self.alice.person.session)
        self.assertEqual(
            self.done(self.bob, Whois("alice")),
            Person("Alice", "account", "", "", 0, 0, (), "", 3, "member", self.root, False, 10**9),
        )
        self.refused(Code.NO_SUCH_NICK, self.person("guest"), Whois("alice"))

    def test_nobody(self) -> None:
        self.not_done(Code.NO_SUCH_NICK, self.bob, Whois("carol"))

    def test_changed_by_the_admin_while_here(self) -> None:
        self.order(SetLevel("alice", 9))
        self.order(SetRole("alice", Role.MODERATOR))
        known = self.bob.do(Whois("alice"))
        self.assertEqual((known.level, known.role), (9, "moderator"))


class Directory(AccountCase):
    limits = Limits(page=2, rate_count=0)

    def test_everyone_in_order_in_pages(self) -> None:
        asker = self.enrolled("Delta", role=Role.ADMIN)
        self.invite("charlie")
        self.enrolled("bravo").person.do(SetAway("lunch"))
        alpha = self.enrolled("Alpha")
        self.done(alpha.person, Rename("A"))
        self.hub.sign_out(alpha.person.session)
        first = self.done(asker.person, ListDirectory())
        self.assertEqual(
            first.people[0], DirectoryRow("Alpha", "A", 1, "member", "offline", alpha.new.root)
        )
        self.assertEqual((first.people[1].presence, first.more), ("away", True))
        second = self.done(asker.person, ListDirectory("BRAVO"))
        shown = [(row.nick, row.presence, row.role) for row in second.people]
        self.assertEqual(shown, [("charlie", "offline", "member"), ("Delta", "online", "admin")])
        self.assertFalse(second.more)


class PutOut(AccountCase):
    def test_who_is_disabled_is_gone_at_once(self) -> None:
        """And stays a member of the rooms that last: it may be for a while only."""
        alice = self.enrolled("alice", "one").person
        bob = self.person("bob", None, "one", "passing")
        alice.do(Join("passing"))
        bob.heard()
        self.order(Disable("alice"))
        self.assertEqual(alice.closed, Code.ACCOUNT_DISABLED)
        left, told = bob.heard()
        self.assertEqual(left, Left("passing", "alice", True))
        self.assertIsInstance(told, PresenceChanged)
        self.assertEqual(bob.do(ListUsers("one")).total, 2)
        self.assertEqual(self.server.state.accounts, {})

    def test_who_is_removed_is_out_of_all_rooms(self) -> None:
        alice = self.enrolled("alice", "one", "two").person
        bob = self.person("bob", None, "one")
        self.order(Remove("alice"))
        self.assertEqual(alice.closed, Code.ACCOUNT_DISABLED)
        self.assertEqual(bob.heard()[0], Left("one", "alice", True))
        self.assertEqual(self.hub.counts(), {"sessions": 1, "rooms": 1})
        state = self.server.state
        self.assertEqual((state.accounts, state.absent), ({}, {}))
