"""Letting in and letting go: names, numbers, capacity, the lobby."""

from __future__ import annotations

from zope.interface.verify import verifyObject

from chatd.domain.commands import Join, ListMine, Rename
from chatd.domain.events import Entered, Left
from chatd.domain.limits import Limits, Liveness
from chatd.errors import ChatError, Code, EntryError, Refused
from chatd.interfaces import IDoor, IHub, IPeer, ISession
from tests.hub.people import HubCase, Person, heir, say


class Faces(HubCase):
    def test_what_doors_may_rely_on(self) -> None:
        person = self.person()
        verifyObject(IHub, self.hub)
        verifyObject(ISession, person.session)
        verifyObject(IPeer, person)
        verifyObject(IDoor, self.door)


class SigningIn(HubCase):
    limits = Limits(capacity=3, nick=8)

    def not_let_in(self, kind: type[ChatError], code: Code, nick: str) -> None:
        before = self.hub.counts()
        error = self.assertRaises(kind, self.person, nick)
        self.assertEqual(error.code, code)
        self.assertEqual(self.hub.counts(), before)

    def test_as_asked(self) -> None:
        session = self.person("Alice").session
        self.assertEqual(session.nick, "Alice")
        self.assertEqual((len(session.id), len(session.secret)), (16, 32))
        self.assertEqual(session.room_names, [])

    def test_sessions_have_nothing_in_common(self) -> None:
        first, second = self.person().session, self.person().session
        self.assertNotEqual(first.id, second.id)
        self.assertNotEqual(first.secret, second.secret)

    def test_taken_in_any_case(self) -> None:
        self.person("Alice")
        self.not_let_in(Refused, Code.NICK_TAKEN, "alice")

    def test_taken_by_what_looks_alike(self) -> None:
        self.person("scope")
        self.not_let_in(Refused, Code.NICK_TAKEN, "ѕсоре")  # Cyrillic

    def test_full_width_is_the_same(self) -> None:
        self.assertEqual(self.person("Ａｌｉｃｅ").session.nick, "Alice")

    def test_not_usable(self) -> None:
        for nick in ("a b", "a\u202eb", "pаypal", "...", "\0"):
            self.not_let_in(Refused, Code.NICK_INVALID, nick)

    def test_too_long(self) -> None:
        self.person("x" * 8)
        self.not_let_in(Refused, Code.NICK_TOO_LONG, "y" * 9)

    def test_full(self) -> None:
        for _ in range(3):
            self.person()
        error = self.assertRaises(EntryError, self.person)
        self.assertEqual((error.code, error.wait > 0), (Code.SERVER_FULL, True))

    def test_room_again_when_somebody_left(self) -> None:
        people = [self.person() for _ in range(3)]
        self.hub.sign_out(people[0].session)
        self.person()

    def test_guests_are_off(self) -> None:
        self.hub.configure(self.limits, Liveness(), False, "", passwords=False, devices=False)
        self.not_let_in(EntryError, Code.GUESTS_OFF, "alice")
        self.assertFalse(self.hub.guests)

    def test_audited_once_each_way(self) -> None:
        session = self.person("alice").session
        self.hub.sign_out(session)
        self.hub.sign_out(session)
        came, went = self.server.audit.lines
        self.assertEqual((came[0], went[0]), ("signed_in", "signed_out"))
        expected = {
            "session": session.id.hex(),
            "nick": "alice",
            "address": "192.0.2.1",
            "door": "usual",
        }
        self.assertEqual((came[1], went[1]), (expected, expected))


class Numbers(HubCase):
    """Who names no nick gets the lowest free ``randN`` (seed 001)."""

    def nick(self) -> str:
        nick: str = self.person().session.nick
        return nick

    def test_in_order(self) -> None:
        self.assertEqual([self.nick() for _ in range(3)], ["rand0", "rand1", "rand2"])

    def test_freed_ones_are_given_again_lowest_first(self) -> None:
        people = [self.person() for _ in range(5)]
        for number in (3, 1):
            self.hub.sign_out(people[number].session)
        self.assertEqual([self.nick() for _ in range(3)], ["rand1", "rand3", "rand5"])

    def test_freed_by_renaming(self) -> None:
        person = self.person()
        person.do(Rename("alice"))
        self.assertEqual(self.nick(), "rand0")

    def test_taken_by_name(self) -> None:
        self.person("RAND0")
        self.person("rand2")
        self.assertEqual([self.nick(), self.nick()], ["rand1", "rand3"])

    def test_a_name_in_capitals_frees_its_number(self) -> None:
        person = self.person("RAND0")
        self.assertEqual(self.nick(), "rand1")
        self.hub.sign_out(person.session)
        self.assertEqual(self.nick(), "rand0")

    def test_a_high_number_taken_by_name_is_not_the_lowest(self) -> None:
        self.hub.sign_out(self.person("rand100").session)
        self.assertEqual(self.nick(), "rand0")

    def test_renaming_to_and_fro_leaves_nothing_behind(self) -> None:
        person, _ = self.person(), self.person()
        for _ in range(50):
            person.do(Rename("alice"), Rename("rand0"))
        person.do(Rename("alice"))
        self.assertEqual(self.server.state._free_numbers, [0])
        self.assertEqual([self.nick(), self.nick()], ["rand0", "rand2"])

    def test_names_that_only_begin_alike(self) -> None:
        for nick in ("rand", "randx", "rand1x", "rand00000001", "rand²"):
            try:
                person = self.person(nick)
            except Refused:
                continue
            self.hub.sign_out(person.session)
        self.assertEqual(self.nick(), "rand0")


class Advice(HubCase):
    """What would be granted now; nothing is reserved."""

    limits = Limits(nick=8)

    def test_free(self) -> None:
        self.assertEqual(self.hub.advise("Alice"), "Alice")
        self.assertEqual(self.hub.counts()["sessions"], 0)

    def test_taken(self) -> None:
        for nick in ("alice", "Alice2"):
            self.person(nick)
        self.assertEqual(self.hub.advise("ALICE"), "ALICE3")

    def test_taken_and_as_long_as_can_be(self) -> None:
        self.person("abcdefgh")
        self.assertEqual(self.hub.advise("abcdefgh"), "abcdefg2")

    def test_taken_a_hundred_times(self) -> None:
        self.person("alice")
        for number in range(2, 100):
            self.person(f"alice{number}")
        self.assertEqual(self.hub.advise("alice"), "rand0")

    def test_none_or_unusable(self) -> None:
        for nick in ("", "a b", "x" * 9):
            self.assertEqual(self.hub.advise(nick), "rand0")

    def test_can_be_had(self) -> None:
        for nick in (
            "alice",
            "abcdefgh",
            "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
        ):
            for _ in range(12):
                advice = self.hub.advise(nick)
                self.assertEqual(self.person(advice).session.nick, advice)


class SigningOut(HubCase):
    def test_gone_from_every_room(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(Join("other"))
        self.hub.sign_out(alice.session)
        self.assertEqual(bob.heard(), [Left("room", "alice", True), heir("bob")])
        self.assertEqual(self.hub.counts(), {"sessions": 1, "rooms": 1})
        self.person("alice")

    def test_what_was_said_before_is_heard_before(self) -> None:
        alice, bob = self.people("alice", "bob")
        alice.do(say("bye"))
        self.hub.sign_out(alice.session)
        self.assertEqual(bob.texts(), ["bye", "Left", "StandingChanged"])


class Lobby(HubCase):
    def setUp(self) -> None:
        super().setUp()
        self.hub.configure(self.limits, Liveness(), True, "Lobby", passwords=False, devices=False)

    def test_everyone_is_in_it(self) -> None:
        alice, bob = self.person("alice"), self.person("bob")
        self.assertEqual(alice.session.room_names, ["Lobby"])
        self.assertEqual(alice.heard(), [Entered("Lobby", "bob")])
        self.assertEqual([row.members for row in bob.do(ListMine()).rooms], [2])

    def test_nobody_locks_it(self) -> None:
        self.refused(Code.WRONG_PASSWORD, self.person(), Join("lobby", "secret"))

    def test_a_locked_room_that_becomes_the_lobby_keeps_its_lock(self) -> None:
        self.hub.configure(self.limits, Liveness(), True, "", passwords=False, devices=False)
        self.successResultOf(self.person("alice").later(Join("vault", "secret")))
        self.hub.configure(self.limits, Liveness(), True, "vault", passwords=False, devices=False)
        bob = self.person("bob")
        self.assertEqual(bob.session.room_names, [])
        self.failureResultOf(bob.later(Join("vault")), Refused)


class Settings(HubCase):
    """Other ones from now on; whoever is here stays."""

    def test_the_message_rate_of_those_who_are_here(self) -> None:
        alice, _ = self.people("alice", "bob")
        self.hub.configure(
            Limits(rate_count=2), Liveness(), True, "", passwords=False, devices=False
        )
        alice.do(say("one"))
        self.refused(Code.TOO_MANY_MESSAGES, alice, say("two"))

    def test_less_capacity_than_people(self) -> None:
        alice, bob = self.people("alice", "bob")
        self.hub.configure(Limits(capacity=1), Liveness(), True, "", passwords=False, devices=False)
        self.assertRaises(EntryError, self.person)
        alice.do(say("still here"))
        self.assertEqual(bob.texts(), ["still here"])

    def test_all_are_told_at_the_end(self) -> None:
        people: list[Person] = self.people("alice", "bob")
        self.hub.close_all(ChatError(Code.SHUTTING_DOWN))
        self.assertEqual([person.closed for person in people], [Code.SHUTTING_DOWN] * 2)
