"""People: nicks, away, typing, whois, lists."""

from __future__ import annotations

from chatd.domain.commands import (
    Join,
    ListUsers,
    Measure,
    Rename,
    SetAway,
    SetTopic,
    ShowTyping,
    Tell,
    Whois,
)
from chatd.domain.events import AwayChanged, NickChanged, Typing
from chatd.domain.limits import Limits
from chatd.domain.results import Nothing, Person, Renamed, UserRow
from chatd.errors import Code
from tests.hub.people import Door, HubCase, say


class Nicks(HubCase):
    limits = Limits(nick=8)

    def test_those_who_share_a_room_are_told(self) -> None:
        alice, bob = self.people("alice", "bob")
        carol = self.person("carol", None, "other")
        self.assertEqual(alice.do(Rename("Amy")), Renamed("Amy"))
        self.assertEqual(bob.heard(), [NickChanged("alice", "Amy")])
        self.assertEqual((alice.heard(), carol.heard()), ([], []))
        self.assertEqual(alice.session.nick, "Amy")

    def test_the_old_one_is_free_and_the_new_one_is_not(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(Rename("amy"))
        self.refused(Code.NO_SUCH_NICK, bob, Tell("alice", "hi"))
        bob.do(Tell("AMY", "hi"), Rename("alice"))
        self.refused(Code.NICK_TAKEN, bob, Rename("Amy"))

    def test_in_the_rooms_list_at_once(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(Rename("zoe"))
        self.assertEqual([row.nick for row in bob.do(ListUsers("room")).users], ["bob", "zoe"])

    def test_another_case_of_ones_own(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(Rename("ALICE"))
        self.assertEqual(bob.heard(), [NickChanged("alice", "ALICE")])
        bob.do(Tell("alice", "hi"))

    def test_the_same_again_is_told_nobody(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.assertEqual(alice.do(Rename("alice")), Renamed("alice"))
        self.assertEqual(bob.heard(), [])

    def test_shown_in_nfkc(self) -> None:
        self.assertEqual(self.person("alice").do(Rename("ｅ\u0301ve")), Renamed("éve"))

    def test_refused(self) -> None:
        alice, _ = self.people("alice", "bob")
        self.refused(Code.NICK_TAKEN, alice, Rename("BOB"))
        self.refused(Code.NICK_INVALID, alice, Rename("b\u200bob"))
        self.refused(Code.NICK_INVALID, alice, Rename(""))
        self.refused(Code.NICK_TOO_LONG, alice, Rename("x" * 9))
        self.assertEqual(alice.session.nick, "alice")


class Changes(HubCase):
    """What is told to others besides messages has a limit of its own."""

    limits = Limits()

    def test_ten_in_ten_seconds(self) -> None:
        alice = self.person("alice")
        alice.do(Join("room"))
        for number in range(5):
            alice.do(Rename(f"alice{number}"))
            alice.do(SetTopic("room", f"topic {number}"))
        for command in (Rename("eve"), SetTopic("room", "more"), SetAway("more")):
            error = self.refused(Code.TOO_MANY_MESSAGES, alice, command)
            self.assertEqual(error.wait, 10.0)
        alice.do(say("messages have their own"))
        self.server.clock.advance(10)
        alice.do(Rename("eve"))


class Away(HubCase):
    limits = Limits(away=10)

    def test_there_and_back(self) -> None:
        alice, bob = self.people("alice", "bob")
        for text in ("lunch", ""):
            self.assertEqual(alice.do(SetAway(text)), Nothing())
            self.assertEqual(bob.heard(), [AwayChanged("alice", text)])
        self.assertEqual(alice.heard(), [])

    def test_the_same_again_is_told_nobody(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(SetAway(""), SetAway("lunch"), SetAway("lunch"))
        self.assertEqual(len(bob.heard()), 1)

    def test_too_long(self) -> None:
        self.refused(Code.AWAY_TOO_LONG, self.person("alice"), SetAway("é" * 6))


class TypingNotices(HubCase):
    def test_to_a_room(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(ShowTyping(True, "ROOM"))
        self.assertEqual(bob.heard(), [Typing("alice", "room", True)])
        self.assertEqual(alice.heard(), [])

    def test_to_a_person(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(ShowTyping(True, "", "BOB"))
        self.assertEqual(bob.heard(), [Typing("alice", "", True)])

    def test_at_most_one_a_second_is_passed_on(self) -> None:
        alice, bob = self.people("alice", "bob")
        for _ in range(30):
            alice.do(ShowTyping(True, "room"))
            self.server.clock.advance(0.1)
        self.assertEqual(len(bob.heard()), 3)

    def test_the_end_of_it_is_passed_on_at_once(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(ShowTyping(True, "room"), ShowTyping(False, "room"))
        self.assertEqual(
            bob.heard(), [Typing("alice", "room", True), Typing("alice", "room", False)]
        )

    def test_an_end_without_a_beginning_is_told_nobody(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(ShowTyping(True, "room"), *[ShowTyping(False, "room")] * 10)
        self.assertEqual(len(bob.heard()), 2)

    def test_an_end_goes_where_the_beginning_went(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(ShowTyping(True, "room"), ShowTyping(False, "", "bob"), ShowTyping(False, "room"))
        self.assertEqual(
            bob.heard(), [Typing("alice", "room", True), Typing("alice", "room", False)]
        )

    def test_refused(self) -> None:
        alice, _ = self.people("alice", "bob")
        self.refused(Code.NOT_IN_ROOM, alice, ShowTyping(True, "other"))
        self.refused(Code.NO_SUCH_NICK, alice, ShowTyping(True, "", "carol"))


class WhoIs(HubCase):
    def test_what_one_may_know(self) -> None:
        self.server.state.wall = lambda: 1_763_121_600.5
        bob = self.person("Bob", Door("other"), "one", "secret", "two")
        alice = self.person("alice", None, "two", "one")
        bob.do(SetAway("lunch"))
        self.server.clock.advance(90.9)
        self.assertEqual(
            alice.do(Whois("bob")),
            Person("Bob", "guest", "other", "lunch", 1_763_121_600_500, 90, ("one", "two")),
        )

    def test_idle_counts_from_the_last_message(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.server.clock.advance(60)
        bob.do(say("here"))
        self.server.clock.advance(5)
        bob.do(Join("other"))
        self.assertEqual(alice.do(Whois("bob")).idle, 5)

    def test_nobody(self) -> None:
        self.refused(Code.NO_SUCH_NICK, self.person("alice"), Whois("bob"))

    def test_many_shared_rooms_fit_in_one_answer(self) -> None:
        self.server.state.limits = Limits(nick=255, rooms=1000, page=10_000)
        rooms = [f"{number:03}" + "x" * 252 for number in range(400)]
        alice, _ = self.person("alice", None, *rooms), self.person("bob", None, *rooms)
        shared = alice.do(Whois("bob")).rooms
        self.assertLess(sum(len(room) * 4 for room in shared), 60_000)


class Lists(HubCase):
    limits = Limits(page=2)

    def test_everyone_in_order_in_pages(self) -> None:
        for nick in ("delta", "Bravo", "alpha"):
            self.person(nick)
        asker = self.person("Charlie")
        asker.do(SetAway("lunch"))
        first = asker.do(ListUsers())
        self.assertEqual([row.nick for row in first.users], ["alpha", "Bravo"])
        self.assertEqual((first.total, first.more), (4, True))
        second = asker.do(ListUsers("", "bravo"))
        self.assertEqual(second.users, (UserRow("Charlie", "lunch"), UserRow("delta", "")))
        self.assertFalse(second.more)

    def test_a_rooms_members(self) -> None:
        alice, _ = self.people("alice", "bob")
        carol = self.person("carol")
        for asker in (alice, carol):
            page = asker.do(ListUsers("ROOM"))
            self.assertEqual([row.nick for row in page.users], ["alice", "bob"])

    def test_no_such_room(self) -> None:
        self.refused(Code.NO_SUCH_ROOM, self.person("alice"), ListUsers("nowhere"))

    def test_the_lag_is_measured_by_an_answer(self) -> None:
        self.assertEqual(self.person("alice").do(Measure()), Nothing())
