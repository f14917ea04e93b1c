"""Who goes from rooms that last, whose they are then, and when they end."""

from __future__ import annotations

from chatd.domain import administration as orders
from chatd.domain.account import Role
from chatd.domain.commands import (
    Ban,
    DeleteAccount,
    Join,
    Kick,
    Leave,
    SetRoom,
    SetStanding,
    Standing,
)
from chatd.domain.events import Kicked, Left
from chatd.errors import Code
from tests.hub.lasting_case import LastingCase
from tests.hub.people import heir


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
