"""Rooms with a password: hashes take their time, and the world goes on meanwhile."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import Join, Leave, ListMine, ListRooms, ListUsers, SetTopic
from chatd.domain.events import Entered
from chatd.domain.limits import Limits
from chatd.domain.results import Joined
from chatd.errors import Code, Refused
from tests.hub.people import Door, HubCase, Later, Person, made


class LockCase(HubCase):
    limits = Limits(password=10)

    def setUp(self) -> None:
        super().setUp()
        self.passwords = Later()
        self.server.state.passwords = self.passwords
        self.alice = self.person("alice")
        joined = self.alice.later(Join("vault", "secret"))
        self.assertNoResult(joined)
        self.passwords.finish()
        self.assertEqual(self.successResultOf(joined), made("vault"))
        self.bob = self.person("bob")

    def wrong(self, person: Person, password: str) -> Refused:
        joined = person.later(Join("vault", password))
        self.passwords.finish()
        error = self.failureResultOf(joined, Refused).value
        self.assertEqual(error.code, Code.WRONG_PASSWORD)
        self.assertNotIn("vault", person.session.room_names)
        assert isinstance(error, Refused)
        return error


class Passwords(LockCase):
    def test_right(self) -> None:
        joined = self.bob.later(Join("VAULT", "secret"))
        self.assertNoResult(joined)
        self.assertEqual(self.alice.heard(), [])
        self.passwords.finish()
        self.assertEqual(self.successResultOf(joined), Joined("vault", "", 2, False))
        self.assertEqual(self.alice.heard(), [Entered("vault", "bob")])

    def test_wrong(self) -> None:
        self.wrong(self.bob, "Secret")
        self.assertEqual(self.alice.heard(), [])

    def test_wrong_is_audited_without_the_password(self) -> None:
        self.wrong(self.bob, "guess")
        event, fields = self.server.audit.lines[-1]
        self.assertEqual((event, fields["room"]), ("room_password_wrong", "vault"))
        self.assertEqual((fields["nick"], fields["address"]), ("bob", "192.0.2.1"))
        self.assertNotIn("guess", str(fields))

    def test_none_where_one_is_needed(self) -> None:
        self.assertIn("asks for a password", self.wrong(self.bob, "").text)

    def test_one_where_none_is_needed(self) -> None:
        self.alice.do(Join("open"))
        self.refused(Code.WRONG_PASSWORD, self.bob, Join("open", "secret"))

    def test_too_long(self) -> None:
        self.refused(Code.PASSWORD_TOO_LONG, self.bob, Join("vault", "é" * 6))
        self.assertEqual(self.passwords.waiting, [])

    def test_nothing_is_kept_of_it_but_the_hash(self) -> None:
        room = self.server.state.rooms.get("vault")
        assert room is not None
        self.assertEqual(room.password, "secret")  # this test's own hash
        self.assertNotIn("secret", repr(Join("vault", "secret")))

    def test_a_room_made_again_has_none(self) -> None:
        self.alice.do(Leave("vault"))
        self.assertEqual(self.bob.do(Join("vault")), made("vault"))

    def test_it_is_listed_as_locked_and_no_more_is_told(self) -> None:
        self.alice.do(SetTopic("vault", "the plan"))
        (row,) = self.bob.do(ListRooms()).rooms
        self.assertEqual((row.members, row.locked, row.topic), (1, True, ""))
        self.assertEqual(self.alice.do(ListRooms()).rooms[0].topic, "the plan")
        self.refused(Code.NOT_IN_ROOM, self.bob, ListUsers("vault"))
        self.assertEqual(len(self.alice.do(ListUsers("vault")).users), 1)


class Meanwhile(LockCase):
    """What may happen while a hash is made."""

    def test_the_room_is_made_by_somebody_else(self) -> None:
        """Then the password is checked against theirs."""
        first = self.bob.later(Join("new", "one"))
        second = self.alice.later(Join("new", "two"))
        self.passwords.finish(2)
        self.assertTrue(self.successResultOf(first).created)
        self.assertNoResult(second)
        self.passwords.finish()
        self.assertEqual(self.failureResultOf(second, Refused).value.code, Code.WRONG_PASSWORD)

    def test_both_made_it_with_the_same(self) -> None:
        first = self.bob.later(Join("new", "same"))
        second = self.alice.later(Join("NEW", "same"))
        self.passwords.finish(2)
        self.passwords.finish()
        self.assertEqual(self.successResultOf(first), made("new"))
        self.assertEqual(self.successResultOf(second), Joined("new", "", 2, False))

    def test_the_room_is_made_by_somebody_else_without_one(self) -> None:
        """An open room takes nobody in who believes it is locked."""
        joined = self.bob.later(Join("new", "mine"))
        self.alice.do(Join("new"))
        self.passwords.finish(2)
        while self.passwords.waiting:
            self.passwords.finish()
        self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.WRONG_PASSWORD)
        self.assertEqual(self.bob.session.room_names, [])

    def test_the_room_vanishes(self) -> None:
        """Then it is made again, with the password that was right."""
        joined = self.bob.later(Join("vault", "secret"))
        self.alice.do(Leave("vault"))
        self.passwords.finish()
        self.assertNoResult(joined)
        self.passwords.finish()
        self.assertEqual(self.successResultOf(joined), made("vault"))
        self.assertEqual([row.room for row in self.bob.do(ListMine()).rooms], ["vault"])

    def test_the_room_vanishes_and_there_is_another_one(self) -> None:
        """What was right for the old one lets nobody into the new one."""
        joined = self.bob.later(Join("vault", "secret"))
        self.alice.do(Leave("vault"))
        again = self.alice.later(Join("vault", "other"))
        self.passwords.waiting.reverse()
        self.passwords.finish(2)
        self.successResultOf(again)
        self.passwords.finish()
        self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.WRONG_PASSWORD)

    def test_too_many_rooms(self) -> None:
        """By another device, say: neither a room that is there nor a new one is one too many."""
        for room in ("vault", "new"):
            joined = self.bob.later(Join(room, "secret"))
            self.server.state.limits = replace(self.limits, rooms=0)
            self.passwords.finish()
            self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.TOO_MANY_ROOMS)
            self.server.state.limits = self.limits
        self.assertEqual(self.hub.counts()["rooms"], 1)

    def test_it_becomes_the_lobby(self) -> None:
        joined = self.bob.later(Join("new", "secret"))
        self.server.state.lobby = "new"
        self.passwords.finish()
        self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.WRONG_PASSWORD)
        self.assertEqual(self.hub.counts()["rooms"], 1)

    def test_who_asked_is_gone(self) -> None:
        for room in ("vault", "new"):
            joined = self.bob.later(Join(room, "secret"))
            self.hub.sign_out(self.bob.session)
            self.passwords.finish()
            self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.LOGGED_OUT)
            self.bob = self.person("bob")
        self.assertEqual(self.hub.counts()["rooms"], 1)
        self.assertEqual(self.alice.heard(), [])

    def test_who_asked_lost_the_connection(self) -> None:
        """They are in it when they come back."""
        joined = self.bob.later(Join("vault", "secret"))
        self.hub.suspend(self.bob.session)
        self.passwords.finish()
        self.successResultOf(joined)
        self.assertEqual(self.bob.session.room_names, ["vault"])

    def test_the_old_room_is_left_only_when_the_new_one_is_entered(self) -> None:
        narrow = Door("narrow", Capabilities(one_room=True))
        carol = self.person("carol", narrow, "tea")
        self.wrong(carol, "guess")
        self.assertEqual(carol.session.room_names, ["tea"])
        joined = carol.later(Join("vault", "secret"))
        self.assertEqual(carol.session.room_names, ["tea"])
        self.passwords.finish()
        self.successResultOf(joined)
        self.assertEqual(carol.session.room_names, ["vault"])

    def test_hashing_fails(self) -> None:
        joined = self.bob.later(Join("vault", "secret"))
        waiting, _ = self.passwords.waiting.pop()
        waiting.errback(Refused(Code.BUSY, wait=1.0))
        self.assertEqual(self.failureResultOf(joined, Refused).value.code, Code.BUSY)
        self.assertEqual(self.bob.session.room_names, [])
