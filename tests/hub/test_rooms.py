"""Rooms: made by their first join, gone with their last member, at one door or several."""

from __future__ import annotations

from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import Join, Leave, ListMine, ListRooms, SetTopic
from chatd.domain.events import Entered, Left, TopicChanged
from chatd.domain.limits import Limits
from chatd.domain.results import Joined, Nothing, RoomRow
from chatd.errors import Code
from tests.hub.people import Door, HubCase, heir, made, say


class Joining(HubCase):
    limits = Limits(rooms=3, nick=8, rate_count=0)

    def test_the_first_join_makes_it(self) -> None:
        alice = self.person("alice")
        self.assertEqual(alice.do(Join("Tea")), made("Tea"))
        self.assertEqual(alice.session.room_names, ["Tea"])
        self.assertEqual(alice.heard(), [])

    def test_the_others_are_told(self) -> None:
        alice, bob = self.people("alice", "bob")
        carol = self.person("carol")
        alice.do(SetTopic("room", "green"))
        self.assertEqual(carol.do(Join("ROOM")), Joined("room", "green", 3, False))
        self.assertEqual(alice.heard(), [Entered("room", "carol")])
        self.assertEqual(bob.heard()[-1:], [Entered("room", "carol")])
        self.assertEqual(carol.heard(), [])

    def test_names_that_look_alike_are_one_room(self) -> None:
        self.person("alice", None, "scope")
        bob = self.person("bob")
        self.assertEqual(bob.do(Join("ѕсоре")).room, "scope")

    def test_refused(self) -> None:
        (alice,) = self.people("alice")
        self.refused(Code.ALREADY_IN_ROOM, alice, Join("Room"))
        for name in ("", "a b", "#tea", "x" * 9, "a\u200bb", "tеa"):
            self.refused(Code.ROOM_INVALID, alice, Join(name))
        alice.do(Join("two"), Join("three"))
        self.refused(Code.TOO_MANY_ROOMS, alice, Join("four"))
        self.assertEqual(self.hub.counts()["rooms"], 3)
        alice.do(Leave("two"), Join("four"))


class Leaving(HubCase):
    def test_the_others_are_told(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.assertEqual(alice.do(Leave("ROOM")), Nothing())
        self.assertEqual(bob.heard(), [Left("room", "alice", False), heir("bob")])
        self.assertEqual(alice.heard(), [])
        self.assertEqual(alice.session.room_names, [])

    def test_a_room_nobody_is_in_vanishes(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(SetTopic("room", "old"), Leave("room"))
        self.assertEqual(self.hub.counts()["rooms"], 1)
        bob.do(Leave("room"))
        self.assertEqual(self.hub.counts()["rooms"], 0)
        self.assertEqual(bob.do(Join("ROOM")), made("ROOM"))

    def test_refused(self) -> None:
        (alice,) = self.people("alice")
        self.person("bob", None, "other")
        for name in ("other", "nowhere", "", "\0"):
            self.refused(Code.NOT_IN_ROOM, alice, Leave(name))


class Topic(HubCase):
    limits = Limits(topic=10)

    def test_the_others_are_told(self) -> None:
        alice, bob = self.people("alice", "bob")
        for topic in ("green tea", ""):
            self.assertEqual(alice.do(SetTopic("ROOM", topic)), Nothing())
            self.assertEqual(bob.heard(), [TopicChanged("room", "alice", topic)])
        self.assertEqual(alice.heard(), [])

    def test_refused(self) -> None:
        (alice,) = self.people("alice")
        self.refused(Code.TOPIC_TOO_LONG, alice, SetTopic("room", "ééééé."))
        self.refused(Code.NOT_IN_ROOM, alice, SetTopic("other", ""))


class Lists(HubCase):
    limits = Limits(page=2, rate_count=0)

    def names(self, after: str = "") -> tuple[list[str], bool]:
        page = self.asker.do(ListRooms(after))
        self.assertEqual(page.total, 5)
        return [row.name for row in page.rooms], page.more

    def test_all_rooms_in_order_in_pages(self) -> None:
        self.asker = self.person("alice")
        for name in ("delta", "Bravo", "echo", "alpha", "Charlie"):
            self.person("", None, name)
        self.assertEqual(self.names(), (["alpha", "Bravo"], True))
        self.assertEqual(self.names("Bravo"), (["Charlie", "delta"], True))
        self.assertEqual(self.names("delta"), (["echo"], False))
        self.assertEqual(self.names("echo"), ([], False))
        self.assertEqual(self.names("c"), (["Charlie", "delta"], True), "after a room that is gone")

    def test_what_is_told_of_a_room(self) -> None:
        alice, _ = self.people("alice", "bob")
        alice.do(SetTopic("room", "green"))
        self.assertEqual(alice.do(ListRooms()).rooms, (RoomRow("room", 2, False, "green"),))

    def test_ones_own_in_the_order_of_joining_in_pages(self) -> None:
        alice = self.person("alice", None, "c", "a", "b")
        self.person("bob", None, "a", "d")
        first = alice.do(ListMine())
        self.assertEqual([(row.room, row.members) for row in first.rooms], [("c", 1), ("a", 2)])
        self.assertTrue(first.more)
        second = alice.do(ListMine("a"))
        self.assertEqual(([row.room for row in second.rooms], second.more), (["b"], False))

    def test_a_page_fits_in_one_answer(self) -> None:
        """However long the topics and names may be."""
        self.server.state.limits = Limits(topic=4096, nick=255, page=200)
        for _ in range(30):
            person = self.person()
            name = person.session.nick
            person.do(Join(name), SetTopic(name, "x" * 4096))
        page = person.do(ListRooms())
        size = sum(len(row.topic) + 4 * len(row.name) for row in page.rooms)
        self.assertLess(size, 60_000)
        self.assertTrue(page.rooms)
        self.assertTrue(page.more)


class OneRoom(HubCase):
    """Doors whose sessions are in one room at a time."""

    def setUp(self) -> None:
        super().setUp()
        self.narrow = Door("narrow", Capabilities(one_room=True))

    def test_joining_another_leaves_the_first(self) -> None:
        (bob,) = self.people("bob")
        alice = self.person("alice", self.narrow, "room")
        bob.heard()
        alice.do(Join("other"))
        self.assertEqual(bob.heard(), [Left("room", "alice", False)])
        self.assertEqual(alice.session.room_names, ["other"])

    def test_a_refused_join_does_not(self) -> None:
        alice = self.person("alice", self.narrow, "room")
        self.refused(Code.ROOM_INVALID, alice, Join("a b"))
        self.assertEqual(alice.session.room_names, ["room"])

    def test_the_limit_of_rooms_is_not_its_own(self) -> None:
        self.server.state.limits = Limits(rooms=1)
        alice = self.person("alice", self.narrow, "room", "other")
        self.assertEqual(alice.session.room_names, ["other"])


class SeveralDoors(HubCase):
    """Everyone hears the same, each in the words of their own door."""

    def test_in_one_room(self) -> None:
        other = Door("other")
        alice, bob = self.person("alice", None, "room"), self.person("bob", other, "room")
        carol = self.person("carol", other, "room")
        for person in (alice, bob, carol):
            person.heard()
        alice.do(say("hi"))
        bob.do(say("ho"))
        self.assertEqual(
            [person.texts() for person in (alice, bob, carol)], [["ho"], ["hi"], ["hi", "ho"]]
        )

    def test_events_a_door_has_no_words_for(self) -> None:
        deaf = Door("deaf", deaf=(Entered, Left))
        alice = self.person("alice", deaf, "room")
        bob = self.person("bob", None, "room")
        bob.do(say("hi"), Leave("room"))
        self.assertEqual(alice.texts(), ["hi"])

    def test_nothing_is_encoded_for_a_door_nobody_is_left_at(self) -> None:
        other = Door("other")
        bob = self.person("bob", other, "room")
        alice, carol = self.people("alice", "carol")
        bob.do(Leave("room"))
        encoded = len(other.events)
        alice.do(say("hi"))
        self.assertEqual(carol.texts(), ["Left", "StandingChanged", "hi"])
        self.assertEqual(len(other.events), encoded)


class Moves(HubCase):
    limits = Limits(rooms=3)

    def test_coming_and_going_have_a_limit(self) -> None:
        """A client may enter all rooms that it was in, and leave them again."""
        anna = self.person("anna")
        for name in ("a", "b", "c"):
            anna.do(Join(name), Leave(name))
        for command in (Join("a"), Leave("a")):
            error = self.refused(Code.TOO_MANY_MESSAGES, anna, command)
            self.assertEqual(error.text, "too many rooms entered and left; wait 60.0 s")
        self.server.clock.advance(60)
        anna.do(Join("a"))
