"""What is set in rooms that last, and who may come into them, is there after a restart; what cannot
be written has not happened."""

from __future__ import annotations

from chatd.domain.commands import (
    Ban,
    Command,
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
)
from chatd.domain.events import RoomChanged
from chatd.errors import Code
from tests.hub.lasting_case import LastingCase
from tests.hub.people import Person


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
