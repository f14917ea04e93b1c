"""A lost connection: the place is kept for a while, unannounced, for the same key only."""

from __future__ import annotations

from typing import Any

from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import Join, Leave, ListUsers, Rename, Tell
from chatd.domain.events import Left
from chatd.domain.limits import Limits, Liveness
from chatd.errors import ChatError, Code, EntryError
from chatd.hub.parked import ROOM_FOR
from chatd.interfaces import IPeer
from tests.hub.people import Door, HubCase, Person, heir, say


class ResumeCase(HubCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.people("alice", "bob")
        self.session = self.alice.session

    def resume(
        self,
        session_id: bytes = b"",
        secret: bytes = b"",
        key: bytes = b"key",
        door: Door | None = None,
    ) -> tuple[list[str], bool]:
        """Take alice's session back; what was kept, and whether more was missed."""
        self.new = Person(self.server, door or self.door)
        session, kept, missed = self.hub.resume(
            self.new, session_id or self.session.id, secret or self.session.secret, key
        )
        self.assertIs(session, self.session)
        self.new.session = session
        events = self.door.decode(b"".join(kept))
        return [getattr(event, "text", type(event).__name__) for event in events], missed

    def not_resumed(self, **asked: object) -> None:
        error = self.assertRaises(EntryError, self.resume, **asked)
        self.assertEqual(error.code, Code.RESUME_FAILED)


class Lost(ResumeCase):
    def test_nobody_is_told(self) -> None:
        self.hub.suspend(self.session)
        self.assertEqual(self.bob.heard(), [])
        self.assertEqual(len(self.bob.do(ListUsers("room")).users), 2)
        self.assertRaises(ChatError, self.person, "alice")

    def test_what_was_said_meanwhile_is_kept(self) -> None:
        self.hub.suspend(self.session)
        self.bob.do(say("one"), Tell("alice", "two"))
        self.server.turn()
        self.bob.do(say("three"), Leave("room"))
        self.server.turn()
        self.assertEqual(self.resume(), (["two", "one", "three", "Left"], False))

    def test_what_was_said_in_the_same_turn_is_kept(self) -> None:
        self.bob.do(say("one"))
        self.hub.suspend(self.session)
        self.server.turn()
        self.assertEqual(self.resume(), (["one"], False))

    def test_what_is_said_in_the_turn_of_the_return_comes_after_what_was_kept(self) -> None:
        self.hub.suspend(self.session)
        self.bob.do(say("one"))
        self.assertEqual(self.resume(), ([], False))
        self.assertEqual(self.new.texts(), ["one"])

    def test_the_new_connection_speaks_and_hears(self) -> None:
        self.hub.suspend(self.session)
        self.resume()
        self.bob.do(say("welcome back"))
        self.assertEqual(self.new.texts(), ["welcome back"])
        self.new.do(say("thanks"))
        self.assertEqual(self.bob.texts(), ["thanks"])

    def test_after_the_grace_time_they_are_gone(self) -> None:
        self.hub.suspend(self.session)
        self.server.clock.advance(29.9)
        self.assertEqual(self.bob.heard(), [])
        self.server.clock.advance(0.1)
        self.assertEqual(self.bob.heard(), [Left("room", "alice", True), heir("bob")])
        self.not_resumed()
        self.person("alice")

    def test_back_in_time_they_stay(self) -> None:
        self.hub.suspend(self.session)
        self.server.clock.advance(29.9)
        self.resume()
        self.server.clock.advance(1000)
        self.assertEqual(self.bob.heard(), [])
        self.assertEqual(self.server.clock.getDelayedCalls(), [])

    def test_lost_again_the_time_begins_again(self) -> None:
        for _ in range(3):
            self.hub.suspend(self.session)
            self.server.clock.advance(20)
            self.resume()

    def test_suspending_twice_does_not_lengthen_it(self) -> None:
        self.hub.suspend(self.session)
        self.server.clock.advance(20)
        self.hub.suspend(self.session)
        self.assertEqual(len(self.server.clock.getDelayedCalls()), 1)
        self.server.clock.advance(10)
        self.assertEqual(self.hub.counts()["sessions"], 1)

    def test_signing_out_ends_the_wait(self) -> None:
        self.hub.suspend(self.session)
        self.hub.sign_out(self.session)
        self.server.turn()
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
        self.hub.suspend(self.session)
        self.assertEqual(self.server.clock.getDelayedCalls(), [])

    def test_at_a_door_that_does_not_resume_they_are_gone_at_once(self) -> None:
        carol = self.person("carol", Door("other", Capabilities(resumes=False)), "room")
        self.bob.heard()
        self.hub.suspend(carol.session)
        self.assertEqual(self.bob.heard(), [Left("room", "carol", True)])

    def test_without_a_grace_time_they_are_gone_at_once(self) -> None:
        self.hub.configure(Limits(), Liveness(grace=0), True, "", passwords=False, devices=False)
        self.hub.suspend(self.session)
        self.assertEqual(self.bob.heard(), [Left("room", "alice", True), heir("bob")])

    def test_audited(self) -> None:
        self.hub.suspend(self.session)
        self.resume()
        self.assertEqual(
            [event for event, _ in self.server.audit.lines[-2:]], ["suspended", "resumed"]
        )

    def test_the_end_of_the_server_finds_nothing_to_close(self) -> None:
        self.hub.suspend(self.session)
        self.hub.close_all(ChatError(Code.SHUTTING_DOWN))
        self.assertIsNone(self.alice.closed)


class TooMuch(ResumeCase):
    """More than is kept."""

    def setUp(self) -> None:
        super().setUp()
        self.hub.suspend(self.session)
        self.parked: IPeer = self.session.peer

    def test_just_as_much_as_is_kept(self) -> None:
        self.parked.deliver([bytes(4)] * (ROOM_FOR // 4))
        kept, missed = self.resume()
        self.assertEqual((len(kept), missed), (ROOM_FOR // 4, False))

    def test_more_is_dropped_whole_and_told(self) -> None:
        self.parked.deliver([bytes(ROOM_FOR)])
        self.parked.deliver([b"x"])
        self.parked.deliver([b"y"])
        self.assertEqual(self.resume(), ([], True))


class Refused(ResumeCase):
    def test_what_does_not_fit(self) -> None:
        self.hub.suspend(self.session)
        secret = self.session.secret
        attempts: tuple[dict[str, Any], ...] = (
            {"session_id": bytes(16)},
            {"secret": bytes(32)},
            {"secret": secret[:-1]},
            {"secret": secret + b"x"},
            {"key": b"another"},
            {"key": b""},
            {"door": Door("another")},
        )
        for asked in attempts:
            self.not_resumed(**asked)
        self.resume()


class Replaced(ResumeCase):
    """A newer connection of the same key while the old one seems open."""

    def test_the_old_one_is_told_and_something_may_be_missed(self) -> None:
        self.assertEqual(self.resume(), ([], True))
        self.assertEqual(self.alice.closed, Code.REPLACED)
        self.bob.do(say("hi"))
        self.assertEqual((self.alice.texts(), self.new.texts()), ([], ["hi"]))

    def test_nobody_else_is_told(self) -> None:
        self.resume()
        self.assertEqual(self.bob.heard(), [])

    def test_nick_and_rooms_as_they_are_now(self) -> None:
        self.alice.do(Rename("amy"), Join("other"))
        self.resume()
        self.assertEqual(self.session.nick, "amy")
        self.assertEqual(self.session.room_names, ["room", "other"])
