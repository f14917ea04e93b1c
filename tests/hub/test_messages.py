"""What is said: to whom it goes, in which order, how often, and what it costs."""

from __future__ import annotations

from chatd.domain.account import Role
from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import (
    Broadcast,
    Join,
    Leave,
    Rename,
    Say,
    SetAway,
    SetTopic,
    ShowTyping,
    Style,
    Tell,
)
from chatd.domain.events import BroadcastSaid, DirectSaid, Entered, NickChanged, RoomSaid
from chatd.domain.limits import Limits, Liveness
from chatd.errors import Code
from tests.hub.account_case import AccountCase
from tests.hub.people import Door, HubCase, say


class Rooms(HubCase):
    limits = Limits(message=10, rate_count=0)

    def test_to_everyone_else(self) -> None:
        alice, bob, carol = self.people("alice", "bob", "carol")
        self.person("dave", None, "elsewhere")
        accepted = alice.do(Say("ROOM", "waves", Style.ACTION, b"w\xe4ves"))
        expected = RoomSaid(
            "room", "alice", "waves", Style.ACTION, accepted.id, accepted.time, b"w\xe4ves"
        )
        for person, heard in ((alice, []), (bob, [expected]), (carol, [expected])):
            self.assertEqual(person.heard(), heard)

    def test_ids_grow_and_times_are_the_wall_clocks(self) -> None:
        self.server.state.wall = lambda: 1_763_121_600.25
        alice, bob = self.people("alice", "bob")
        answers = [alice.do(say("one")), bob.do(say("two")), alice.do(Tell("bob", "three"))]
        self.assertEqual(len({answer.id for answer in answers}), 3)
        self.assertEqual(sorted(answers, key=lambda answer: answer.id), answers)
        self.assertEqual({answer.time for answer in answers}, {1_763_121_600_250})
        self.assertLess(answers[-1].id, 2**53)

    def test_refused(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.person("carol", None, "other")
        self.refused(Code.MESSAGE_EMPTY, alice, say(""))
        alice.do(say("é" * 5))
        self.refused(Code.MESSAGE_TOO_LONG, alice, say("é" * 5 + "."))
        for room in ("other", "nowhere", ""):
            self.refused(Code.NOT_IN_ROOM, alice, say("hi", room))
        self.assertEqual(bob.texts(), ["é" * 5])

    def test_bytes_as_they_came_are_what_is_measured(self) -> None:
        """Ten bytes of Latin-1 are ten, though they are twenty of UTF-8."""
        alice, _ = self.people("alice", "bob")
        alice.do(Say("room", "é" * 10, Style.SAID, b"\xe9" * 10))
        self.refused(Code.MESSAGE_TOO_LONG, alice, Say("room", "é" * 11, Style.SAID, b"\xe9" * 11))


class Direct(HubCase):
    def test_to_one_person(self) -> None:
        alice, bob, carol = self.people("alice", "Bob", "carol")
        accepted = alice.do(Tell("bob", "psst", Style.SAID, b"psst"))
        self.assertEqual(
            bob.heard(),
            [DirectSaid("alice", "Bob", "psst", Style.SAID, accepted.id, accepted.time, b"psst")],
        )
        self.assertEqual((alice.heard(), carol.heard()), ([], []))

    def test_to_oneself(self) -> None:
        alice = self.person("alice")
        alice.do(Tell("ALICE", "note"))
        self.assertEqual(alice.texts(), ["note"])

    def test_refused(self) -> None:
        alice = self.person("alice")
        self.assertIn("bob", self.refused(Code.NO_SUCH_NICK, alice, Tell("bob", "hi")).text)
        self.refused(Code.MESSAGE_EMPTY, alice, Tell("alice", ""))

    def test_at_a_door_without_words_for_it(self) -> None:
        bob = self.person("bob", Door("deaf", deaf=(DirectSaid,)))
        self.person("alice").do(Tell("bob", "psst"))
        self.assertEqual(bob.deliveries, 0)


class Broadcasts(HubCase):
    def test_to_everyone_else_on_the_server(self) -> None:
        alice, bob = self.people("alice", "bob")
        carol = self.person("carol", Door("other"))
        accepted = alice.do(Broadcast("hear, hear"))
        said = BroadcastSaid("alice", "hear, hear", accepted.id, accepted.time)
        self.assertEqual((alice.heard(), bob.heard(), carol.heard()), ([], [said], [said]))

    def test_encoded_once_a_door(self) -> None:
        alice, _, _ = self.people("alice", "bob", "carol")
        before = len(self.door.events)
        alice.do(Broadcast("hi"))
        self.assertEqual(len(self.door.events), before + 1)

    def test_audited_without_its_text(self) -> None:
        self.person("alice").do(Broadcast("hush hush"))
        event, fields = self.server.audit.lines[-1]
        self.assertEqual((event, fields["nick"]), ("broadcast", "alice"))
        self.assertNotIn("hush", str(fields))

    def test_refused(self) -> None:
        self.refused(Code.MESSAGE_EMPTY, self.person("alice"), Broadcast(""))
        self.refused(Code.MESSAGE_TOO_LONG, self.person("bob"), Broadcast("x" * 16385))


class BroadcastLimits(AccountCase):
    limits = Limits(broadcast_level=2, broadcast_count=6, broadcast_seconds=60.0, rate_count=0)

    def test_so_many_in_a_minute(self) -> None:
        alice = self.enrolled("alice", level=2).person
        for _ in range(5):
            self.server.clock.advance(1)
            alice.do(Broadcast("hear"))
        error = self.refused(Code.TOO_MANY_MESSAGES, alice, Broadcast("more"))
        self.assertEqual(error.wait, 56.0)
        alice.do(Tell("alice", "messages have their own"))
        self.server.clock.advance(56)
        alice.do(Broadcast("again"))

    def test_whatever_device_they_come_from(self) -> None:
        one, other = (self.enrolled("alice", level=2).person for _ in range(2))
        one.do(*[Broadcast("x")] * 3)
        other.do(*[Broadcast("x")] * 2)
        self.refused(Code.TOO_MANY_MESSAGES, other, Broadcast("x"))

    def test_from_a_level_on(self) -> None:
        for low in (self.person("guest"), self.enrolled("bob").person):
            error = self.refused(Code.LEVEL_TOO_LOW, low, Broadcast("hear"))
            self.assertIn("level 2", error.text)

    def test_admins_always_may(self) -> None:
        admin = self.enrolled("root", role=Role.ADMIN).person
        admin.do(*[Broadcast("hear")] * 50)

    def test_other_ones_from_now_on(self) -> None:
        alice = self.enrolled("alice", level=2).person
        alice.do(*[Broadcast("x")] * 5)
        limits = Limits(broadcast_count=0)
        self.hub.configure(limits, Liveness(), True, "", passwords=True, devices=True)
        alice.do(*[Broadcast("x")] * 3)


class WithinOneTurn(HubCase):
    """Much happens before anything is sent; everyone hears what concerns them, in order."""

    def test_nobody_gets_an_echo_of_several_senders(self) -> None:
        alice, bob, carol = self.people("alice", "bob", "carol")
        alice.do(say("a1"), say("a2"))
        bob.do(say("b1"))
        alice.do(say("a3"))
        bob.do(say("b2"), say("b3"))
        self.assertEqual(alice.texts(), ["b1", "b2", "b3"])
        self.assertEqual(bob.texts(), ["a1", "a2", "a3"])
        self.assertEqual(carol.texts(), ["a1", "a2", "b1", "a3", "b2", "b3"])

    def test_who_only_speaks_hears_nothing(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(say("one"), say("two"))
        bob.heard()
        self.assertEqual((alice.deliveries, alice.texts()), (0, []))

    def test_who_enters_hears_only_what_is_said_after(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(say("before"))
        carol = self.person("carol", None, "room")
        alice.do(say("after"))
        self.assertEqual(carol.texts(), ["after"])
        self.assertEqual(bob.texts(), ["before", "Entered", "after"])

    def test_who_leaves_hears_what_was_said_before(self) -> None:
        alice, bob, carol = self.people("alice", "bob", "carol")
        alice.do(say("before"))
        bob.do(Leave("room"))
        alice.do(say("after"))
        self.assertEqual(bob.texts(), ["before"])
        self.assertEqual(carol.texts(), ["before", "Left", "after"])

    def test_who_leaves_and_comes_back(self) -> None:
        alice, bob = self.people("alice", "bob")
        bob.do(say("one"), Leave("room"))
        alice.do(say("unheard"))
        bob.do(Join("room"))
        alice.do(say("two"))
        self.assertEqual(bob.texts(), ["two"])
        self.assertEqual(alice.texts(), ["one", "Left", "Entered"])

    def test_what_was_said_under_the_old_nick_is_heard_before_the_new_one(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(say("one"), Rename("amy"), say("two"))
        heard = bob.heard()
        self.assertEqual(
            [getattr(event, "sender", type(event)) for event in heard],
            ["alice", NickChanged, "amy"],
        )

    def test_entered_under_the_nick_of_then(self) -> None:
        (bob,) = self.people("bob")
        alice = self.person("alice", None, "room")
        alice.do(Rename("amy"))
        self.assertEqual(bob.heard(), [Entered("room", "alice"), NickChanged("alice", "amy")])

    def test_everything_of_a_room_in_order(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.server.clock.advance(5)
        alice.do(say("one"), SetTopic("room", "t"), say("two"), SetAway("lunch"), say("three"))
        alice.do(ShowTyping(True, "room"), Rename("amy"))
        self.assertEqual(
            [type(event).__name__ for event in bob.heard()],
            [
                "RoomSaid",
                "TopicChanged",
                "RoomSaid",
                "AwayChanged",
                "RoomSaid",
                "Typing",
                "NickChanged",
            ],
        )


class Cost(HubCase):
    """What N people in a room cost."""

    def test_a_message_is_encoded_once_and_handed_over_once_each(self) -> None:
        people = self.people(*(f"p{number}" for number in range(20)))
        encoded, joins = len(self.door.events), self.door.joins
        for _ in range(10):
            people[0].do(say("hi"))
        self.server.turn()
        self.assertEqual(len(self.door.events), encoded + 10)
        self.assertEqual(self.door.joins, joins + 1)
        self.assertEqual([person.deliveries for person in people], [0] + [1] * 19)

    def test_joining_tells_each_once(self) -> None:
        people = self.people(*(f"p{number}" for number in range(20)))
        encoded = len(self.door.events)
        self.person("new", None, "room")
        self.server.turn()
        self.assertEqual(len(self.door.events), encoded + 1)
        self.assertEqual([person.deliveries for person in people], [1] * 20)

    def test_a_new_nick_is_told_each_person_once_however_many_rooms_are_shared(self) -> None:
        alice, bob, carol = self.people("alice", "bob", "carol")
        for room in ("two", "three"):
            for person in (alice, bob):
                person.do(Join(room))
        for person in (alice, bob, carol):
            person.heard()
        encoded = len(self.door.events)
        alice.do(Rename("amy"))
        self.assertEqual(len(self.door.events), encoded + 1)
        changed = [NickChanged("alice", "amy")]
        self.assertEqual((alice.heard(), bob.heard(), carol.heard()), ([], changed, changed))


class TooMany(HubCase):
    """The fifth message within 5 s is refused (seed 001)."""

    limits = Limits(rate_count=5, rate_seconds=5.0)

    def test_with_the_time_to_wait(self) -> None:
        alice, bob = self.people("alice", "bob")
        for number in range(4):
            alice.do(say(str(number)))
            self.server.clock.advance(1)
        error = self.refused(Code.TOO_MANY_MESSAGES, alice, say("4"))
        self.assertAlmostEqual(error.wait, 1.0)
        self.assertIn("1.0 s", error.text)
        self.assertEqual(bob.texts(), ["0", "1", "2", "3"])
        self.server.clock.advance(error.wait)
        alice.do(say("4"))

    def test_refused_ones_do_not_count(self) -> None:
        alice, _ = self.people("alice", "bob")
        alice.do(*map(say, "abcd"))
        for _ in range(50):
            self.server.clock.advance(0.099)
            self.refused(Code.TOO_MANY_MESSAGES, alice, say("e"))
        self.server.clock.advance(0.099)
        alice.do(say("e"))

    def test_where_refused_ones_count(self) -> None:
        """At a door that says so: seed 001's window, which never gives way to who goes on."""
        stern = Door("stern", Capabilities(counts_refused=True))
        alice = self.person("alice", stern, "room")
        alice.do(*map(say, "abcd"))
        for _ in range(20):
            self.server.clock.advance(1)
            self.refused(Code.TOO_MANY_MESSAGES, alice, say("e"))
        self.server.clock.advance(5)
        alice.do(say("e"))

    def test_all_kinds_of_messages_count_and_nothing_else(self) -> None:
        alice, _ = self.people("alice", "bob")
        alice.do(say("a"), Tell("bob", "b"), Broadcast("c"), Rename("amy"), SetTopic("room", "t"))
        alice.do(Join("other"), SetAway("x"), say("d"))
        for last in (say("e"), Tell("bob", "e"), Broadcast("e")):
            self.refused(Code.TOO_MANY_MESSAGES, alice, last)

    def test_each_person_has_a_window_of_their_own(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(*map(say, "abcd"))
        bob.do(*map(say, "abcd"))

    def test_audited_once_a_burst(self) -> None:
        alice, _ = self.people("alice", "bob")
        for _ in range(2):
            self.server.clock.advance(10)
            alice.do(*map(say, "abcd"))
            for _ in range(10):
                self.refused(Code.TOO_MANY_MESSAGES, alice, say("hush"))
        lines = [fields for event, fields in self.server.audit.lines if event == "rate_limited"]
        self.assertEqual([fields["nick"] for fields in lines], ["alice", "alice"])
        self.assertNotIn("hush", str(lines))

    def test_off(self) -> None:
        self.server.state.limits = Limits(rate_count=0)
        alice, bob = self.people("alice", "bob")
        alice.do(*[say("x")] * 1000)
        self.assertEqual(len(bob.heard()), 1000)
