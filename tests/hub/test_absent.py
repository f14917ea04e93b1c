"""Who is not here is asked in or kept out: the store is asked, and the world goes on meanwhile."""

from __future__ import annotations

from chatd.domain.account import Role
from chatd.domain.commands import Ban, Invite, Join, Leave, ListBans, SetRoom, SetStanding, Standing
from chatd.domain.events import Invited, Kicked
from chatd.errors import Code
from tests.hub.account_case import AccountCase


class Absent(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.anna = self.enrolled("anna", "tea")
        self.bob = self.enrolled("bob")
        self.hub.sign_out(self.bob.person.session)

    def test_kept_out(self) -> None:
        self.done(self.anna.person, Ban("tea", "BOB"))
        bob = self.successResultOf(self.bob.sign_in())
        self.refused(Code.BANNED, bob, Join("tea"))

    def test_asked_in(self) -> None:
        self.anna.person.do(SetRoom("tea", private=True))
        self.done(self.anna.person, Invite("tea", "bob"))
        for _ in range(2):  # until they enter it
            bob = self.successResultOf(self.bob.sign_in())
            self.server.clock.advance(0)
            self.assertEqual(bob.heard(), [Invited("tea", "")])
        bob.do(Join("tea"))
        bob = self.successResultOf(self.bob.sign_in())
        self.server.clock.advance(0)
        self.assertEqual(bob.heard(), [])

    def test_asked_in_and_gone_at_once(self) -> None:
        self.done(self.anna.person, Invite("tea", "bob"))
        bob = self.successResultOf(self.bob.sign_in())
        self.hub.sign_out(bob.session)
        self.server.clock.advance(0)
        self.assertEqual(bob.heard(), [])

    def test_kept_out_they_are_not_asked_in(self) -> None:
        self.done(self.anna.person, Ban("tea", "bob"))
        self.not_done(Code.BANNED, self.anna.person, Invite("tea", "bob"))

    def test_banned_while_they_come(self) -> None:
        """And in the room by the time the store has answered: they are put out."""
        self.store.held = True
        banned = self.anna.person.later(Ban("tea", "bob"))
        self.store.held = False
        bob = self.successResultOf(self.bob.sign_in())
        bob.do(Join("tea"))
        bob.heard()
        self.store.finish()
        self.successResultOf(banned)
        self.assertEqual(bob.heard(), [Kicked("tea", "bob", "anna", "", True)])
        self.refused(Code.BANNED, bob, Join("tea"))

    def test_asked_in_while_they_come(self) -> None:
        self.store.held = True
        invited = self.anna.person.later(Invite("tea", "bob"))
        self.store.held = False
        bob = self.successResultOf(self.bob.sign_in())
        self.store.finish()
        self.successResultOf(invited)
        self.assertEqual(bob.heard(), [Invited("tea", "anna")])

    def test_by_one_who_has_no_say_any_more(self) -> None:
        root = self.enrolled("root", "tea", role=Role.ADMIN)
        self.store.held = True
        banned = self.anna.person.later(Ban("tea", "bob"))
        invited = self.anna.person.later(Invite("tea", "bob"))
        self.store.held = False
        root.person.do(SetStanding("tea", "root", Standing.OWNER))
        root.person.do(SetStanding("tea", "anna", Standing.MEMBER))
        self.store.finish()
        self.assertEqual(self.failureResultOf(banned).value.code, Code.NOT_ALLOWED)
        self.anna.person.do(Leave("tea"))
        self.store.finish()
        self.assertEqual(self.failureResultOf(invited).value.code, Code.NOT_IN_ROOM)
        self.assertEqual(root.person.do(ListBans("tea")).bans, ())
