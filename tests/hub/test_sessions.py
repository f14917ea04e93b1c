"""One person, several sessions: what is said by one is heard by the others, and nobody else hears
anything twice."""

from __future__ import annotations

from chatd.domain import events
from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import (
    Broadcast,
    Join,
    Leave,
    ListMine,
    ListUsers,
    SetAway,
    SetTopic,
    ShowTyping,
    Tell,
    Whois,
)
from chatd.domain.events import Entered, Left
from chatd.domain.limits import Limits
from chatd.errors import Code, EntryError, Refused
from tests.hub.account_case import AccountCase
from tests.hub.people import Door, Later, Person, say


class SessionsCase(AccountCase):
    """alice at two devices, bob at one, all in a room, with nothing left to hear."""

    def setUp(self) -> None:
        super().setUp()
        self.desk_ = self.enrolled("alice", "room")
        self.phone_ = self.enrolled("alice")
        self.desk, self.phone = self.desk_.person, self.phone_.person
        self.bob = self.enrolled("bob", "room").person
        for person in (self.desk, self.phone):
            person.heard()

    def texts(self) -> list[list[str]]:
        """What desk, phone and bob have heard."""
        return [person.texts() for person in (self.desk, self.phone, self.bob)]


class Rooms(SessionsCase):
    def test_are_the_persons(self) -> None:
        (row,) = self.phone.do(ListMine()).rooms
        self.assertEqual((row.room, row.members), ("room", 2))
        self.refused(Code.ALREADY_IN_ROOM, self.phone, Join("room"))

    def test_what_one_device_says_the_other_hears(self) -> None:
        self.desk.do(say("one"))
        self.phone.do(say("two"))
        self.bob.do(say("three"))
        self.assertEqual(self.texts(), [["two", "three"], ["one", "three"], ["one", "two"]])

    def test_topics_and_typing_too(self) -> None:
        self.desk.do(SetTopic("room", "t"))
        self.server.clock.advance(10)
        self.phone.do(ShowTyping(True, "room"))
        kinds = [["Typing"], ["TopicChanged"], ["TopicChanged", "Typing"]]
        self.assertEqual(self.texts(), kinds)

    def test_entered_by_one_device_are_entered_by_the_other(self) -> None:
        self.desk.do(Join("other"))
        self.assertEqual(self.phone.heard(), [Entered("other", "alice", account=True)])
        self.assertEqual(self.desk.heard(), [])
        self.phone.do(say("hi", "other"))
        self.assertEqual(self.desk.texts(), ["hi"])

    def test_left_by_one_device_are_left_by_the_other(self) -> None:
        self.phone.do(say("bye"), Leave("room"))
        told = Left("room", "alice", False)
        self.assertEqual(self.desk.heard()[1:], [told])
        self.assertEqual(self.bob.heard()[1], told)
        self.assertEqual(self.phone.heard(), [])
        self.desk.do(Join("alone"))
        self.phone.heard()
        self.desk.do(Leave("alone"))
        self.assertEqual(self.phone.heard(), [Left("alone", "alice", False)])

    def test_one_that_comes_hears_what_is_said_after(self) -> None:
        self.bob.do(say("before"))
        tablet = self.enrolled("alice").person
        self.bob.do(say("after"))
        self.assertEqual(tablet.texts(), ["after"])
        self.assertEqual(self.phone.texts(), ["DeviceChanged", "before", "after"])
        self.assertEqual(self.bob.texts(), [])

    def test_both_join_a_locked_room_at_once(self) -> None:
        self.server.state.passwords = passwords = Later()
        joins = [one.later(Join("vault", "secret")) for one in (self.desk, self.phone)]
        passwords.finish(2)
        passwords.finish(len(passwords.waiting))
        self.assertEqual(self.successResultOf(joins[0]).members, 1)
        code = self.failureResultOf(joins[1], Refused).value.code
        self.assertEqual(code, Code.ALREADY_IN_ROOM)


class Direct(SessionsCase):
    def test_goes_to_all_of_the_addressee(self) -> None:
        self.bob.do(Tell("alice", "psst"))
        self.assertEqual(self.texts(), [["psst"], ["psst"], []])

    def test_goes_to_the_others_of_the_sender(self) -> None:
        self.desk.do(Tell("bob", "psst"))
        self.assertEqual(self.texts(), [[], ["psst"], ["psst"]])

    def test_to_oneself_goes_to_the_others(self) -> None:
        self.desk.do(Tell("alice", "note"))
        self.assertEqual(self.texts(), [[], ["note"], []])

    def test_is_encoded_once(self) -> None:
        encoded = len(self.door.events)
        self.desk.do(Tell("bob", "psst"))
        self.assertEqual(len(self.door.events), encoded + 1)

    def test_typing_is_told_the_addressee_alone(self) -> None:
        self.desk.do(ShowTyping(True, "", "bob"))
        self.assertEqual(self.texts(), [[], [], ["Typing"]])


class Presence(SessionsCase):
    def test_one_person_in_lists(self) -> None:
        rows = self.bob.do(ListUsers()).users
        self.assertEqual([row.nick for row in rows], ["alice", "bob"])
        self.assertEqual(self.bob.do(ListUsers("room")).total, 2)

    def test_away_is_the_persons(self) -> None:
        self.desk.do(SetAway("lunch"))
        told = [events.PresenceChanged("alice", "away", "lunch")]
        self.assertEqual(
            [one.heard() for one in (self.desk, self.phone, self.bob)], [[], told, told]
        )

    def test_away_in_no_room_is_told_ones_own_devices(self) -> None:
        self.phone.do(Leave("room"))
        self.desk.heard()
        self.phone.do(SetAway("lunch"))
        self.assertEqual(self.desk.heard(), [events.PresenceChanged("alice", "away", "lunch")])

    def test_a_broadcast_goes_to_ones_other_devices(self) -> None:
        self.desk.do(Broadcast("all"))
        self.assertEqual(self.texts(), [[], ["all"], ["all"]])

    def test_idle_is_counted_by_the_latest(self) -> None:
        self.server.clock.advance(60)
        self.phone.do(say("hi"))
        self.server.clock.advance(5)
        self.assertEqual(self.bob.do(Whois("alice")).idle, 5)


class Leaving(SessionsCase):
    def test_the_last_one_takes_the_person_along(self) -> None:
        """Who stays a member of what lasts."""
        self.hub.sign_out(self.desk.session)
        self.phone.do(say("still here"))
        self.assertEqual(self.bob.texts(), ["still here"])
        self.hub.sign_out(self.phone.session)
        (gone,) = self.bob.heard()
        self.assertIsInstance(gone, events.PresenceChanged)
        self.assertEqual(self.server.state.accounts.keys(), {self.bob.session.account.id})
        self.assertEqual(self.bob.do(ListUsers("room")).total, 2)

    def test_one_that_left_hears_nothing_more(self) -> None:
        self.bob.do(say("before"))
        self.hub.sign_out(self.desk.session)
        self.bob.do(say("after"))
        self.assertEqual(self.texts(), [["before"], ["before", "after"], []])

    def test_one_that_is_lost_comes_back_for_what_it_missed(self) -> None:
        session = self.desk.session
        self.hub.suspend(session)
        self.bob.do(say("one"))
        self.phone.do(say("two"))
        self.server.turn()
        back = Person(self.server, self.door)
        resumed, kept, _ = self.hub.resume(back, session.id, session.secret, session.key)
        self.assertIs(resumed, session)
        told = [getattr(event, "text", "") for event in self.door.decode(b"".join(kept))]
        self.assertEqual(told, ["one", "two"])

    def test_the_same_device_again_replaces_its_session(self) -> None:
        self.successResultOf(self.desk_.sign_in())
        self.assertEqual((self.desk.closed, self.bob.heard()), (Code.REPLACED, []))
        self.assertEqual(self.desk_.person.session.room_names, ["room"])
        self.assertEqual(self.hub.counts()["sessions"], 3)
        self.bob.do(say("hi"))
        self.assertEqual((self.desk_.person.texts(), self.phone.texts()), (["hi"], ["hi"]))

    def test_a_lost_session_is_replaced_too(self) -> None:
        self.hub.suspend(self.desk.session)
        self.successResultOf(self.desk_.sign_in())
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
        session = self.desk.session
        for secret in (session.secret, b""):
            self.assertRaises(
                EntryError, self.hub.resume, self.phone, session.id, secret, session.key
            )


class SeveralDoors(SessionsCase):
    def test_each_in_its_own_words(self) -> None:
        other = Door("other", Capabilities(resumes=True))
        laptop = self.laptop()
        laptop._door = other
        person = self.successResultOf(laptop.enrol(self.invite("alice")))
        self.bob.do(say("one"), Tell("alice", "two"))
        self.assertEqual(sorted(person.texts()), ["one", "two"])
        self.hub.sign_out(person.session)
        encoded = len(other.events)
        self.bob.do(say("three"))
        self.server.turn()
        self.assertEqual(len(other.events), encoded)


class Rates(SessionsCase):
    limits = Limits(rate_count=5, rate_seconds=5.0)

    def test_are_the_persons(self) -> None:
        self.desk.do(say("1"), say("2"))
        self.phone.do(say("3"), say("4"))
        self.refused(Code.TOO_MANY_MESSAGES, self.phone, say("5"))
        self.bob.do(say("1"))
