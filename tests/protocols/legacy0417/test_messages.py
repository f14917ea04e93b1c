"""Nicks, messages, the flood window, and people of other doors in the same rooms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.commands import Block, Join, Relation, Say, Standing, Style, Tell
from chatd.errors import ChatError, Code
from chatd.protocols.legacy0417.frames import Op, Status, listing, said, status, told
from chatd.protocols.native.door import NativeDoor
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from chatd.wire.codec import decode_server, decode_struct
from chatd.wire.records import unpacked
from tests.protocols.legacy0417.client import LegacyServer, parse, refused, short
from tests.protocols.native.device import People
from tests.support.server import Guest
from tests.support.store import memory_store

OK = status(Status.OK)


class PeopleTest(SynchronousTestCase):
    """Nicks and direct messages."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.alice = self.server.client("alice")
        self.bob = self.server.client("bob")

    def test_nicks(self) -> None:
        self.alice.send(Op.NICK, short(b"Alice"))
        self.alice.send(Op.NICK, short(b"Alice"))
        self.assertEqual(self.alice.take(), OK + OK)
        self.bob.send(Op.NICK, short(b"aLICE"))
        self.assertIn("taken", refused(self.bob.take()))
        self.bob.send(Op.NICK, short(b"not a nick"))
        self.assertIn("space", refused(self.bob.take()))

    def test_latin1_nicks_are_listed_as_utf8(self) -> None:
        self.alice.send(Op.NICK, short(b"Andr\xe9"))
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), OK + listing(["André", "bob"]))

    def test_a_direct_message(self) -> None:
        self.alice.tell("bob", b"secret")
        self.assertEqual(self.alice.take(), OK)
        self.assertEqual(self.bob.take(), told("alice", b"secret"))

    def test_a_direct_message_to_oneself(self) -> None:
        self.alice.tell("alice", b"note")
        self.alice.send(Op.ROOMS)
        self.assertEqual(self.alice.take(), told("alice", b"note") + OK + listing([]))

    def test_a_direct_message_to_nobody(self) -> None:
        self.alice.tell("nobody", b"secret")
        self.assertIn("nobody", refused(self.alice.take()))

    def test_bytes_come_out_as_they_went_in(self) -> None:
        self.alice.join("red")
        self.bob.join("red")
        self.alice.take()
        self.bob.take()
        for message in (b"\xff\x00\xfe", b"\x00", "päth\0".encode(), b"\xed\xa0\x80"):
            self.alice.say("red", message)
            self.assertEqual(self.alice.take(), OK)
            self.assertEqual(self.bob.take(), said("red", "alice", message))
            self.bob.tell("alice", message)
            self.assertEqual(self.bob.take(), OK)
            self.assertEqual(self.alice.take(), told("bob", message))
            self.server.clock.advance(5)

    def test_messages_beyond_the_limit_are_refused(self) -> None:
        limit = self.server.hub.limits.message
        self.alice.tell("bob", b"\xff" * limit)
        self.alice.tell("bob", b"\xff" * (limit + 1))
        sent, late = parse(self.alice.take())
        self.assertEqual((sent[1], late[1][:1]), (b"\x00", b"\x01"))
        self.assertEqual(self.bob.take(), told("alice", b"\xff" * limit))

    @given(st.binary(min_size=1, max_size=80), st.booleans())
    def test_any_bytes_round_trip(self, message: bytes, direct: bool) -> None:
        server = LegacyServer()
        alice, bob = server.client("alice"), server.client("bob")
        for client in (alice, bob):
            client.join("red")
            client.take()
        if direct:
            alice.tell("bob", message)
        else:
            alice.say("red", message)
        expected = told("alice", message) if direct else said("red", "alice", message)
        self.assertEqual((alice.take(), bob.take()), (OK, expected))


class FloodTest(SynchronousTestCase):
    """The fifth message in less than five seconds, refused ones counted."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.alice = self.server.client("alice")

    def statuses(self) -> list[int]:
        return [payload[0] for op, payload in parse(self.alice.take()) if op == Op.STATUS]

    def test_room_and_direct_messages_count_together(self) -> None:
        self.alice.join("red")
        for _ in range(2):
            self.alice.say("red", b"x")
            self.alice.tell("alice", b"x")
        self.alice.tell("alice", b"x")
        self.assertEqual(self.statuses(), [0, 0, 0, 0, 0, 2])

    def test_messages_to_no_one_count(self) -> None:
        for _ in range(4):
            self.alice.say("", b"x")
        self.alice.tell("nobody", b"x")
        self.assertEqual(self.statuses(), [1, 1, 1, 1, 2])

    def test_refused_ones_count(self) -> None:
        answers = []
        for _ in range(7):
            self.alice.tell("alice", b"x")
            answers += self.statuses()
            self.server.clock.advance(1)
        self.assertEqual(answers, [0, 0, 0, 0, 2, 2, 2])
        self.server.clock.advance(3)
        self.alice.tell("alice", b"x")
        self.assertEqual(self.statuses(), [0])

    def test_the_fifth_may_come_after_five_seconds(self) -> None:
        for _ in range(5):
            self.alice.tell("alice", b"x")
            self.server.clock.advance(1.25)
        self.assertEqual(self.statuses(), [0] * 5)

    def test_other_requests_do_not_count(self) -> None:
        for _ in range(10):
            self.alice.send(Op.ROOMS)
        self.assertEqual(self.statuses(), [0] * 10)


class OtherDoorsTest(SynchronousTestCase):
    """Somebody who speaks the native protocol is in the same rooms."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.alice = self.server.client("alice")
        self.guest = Guest(NativeDoor())
        self.session = self.server.hub.sign_in_guest(self.guest, "nat", b"")
        self.alice.join("red")
        self.alice.take()
        self.server.hub.execute(self.session, Join("red"))
        self.server.turn()
        self.guest.pieces.clear()

    def heard(self) -> list[object]:
        self.server.turn()
        pieces, self.guest.pieces = self.guest.pieces, []
        return [decode_server(one) for one in unpacked(b"".join(pieces))]

    def test_it_is_heard_here(self) -> None:
        self.server.hub.execute(self.session, Say("red", "grüße"))
        self.server.hub.execute(self.session, Tell("alice", "psst"))
        self.server.hub.execute(self.session, Say("red", "waves", Style.ACTION))
        frames = parse(self.alice.take())
        self.assertEqual(
            sorted(frames),
            sorted(
                parse(
                    said("red", "nat", "grüße".encode())
                    + told("nat", b"psst")
                    + said("red", "nat", b"/me waves")
                )
            ),
        )

    def test_it_hears_what_is_said_here(self) -> None:
        self.alice.say("red", b"caf\xe9")
        self.alice.tell("nat", "café".encode())
        rooms = [one for one in self.heard() if isinstance(one, messages.RoomSaid)]
        self.assertEqual(
            [(one.room, one.sender, one.text) for one in rooms], [("red", "alice", "café")]
        )

    def test_it_hears_direct_messages(self) -> None:
        self.alice.tell("nat", b"caf\xe9")
        (direct,) = self.heard()
        assert isinstance(direct, messages.DirectSaid)
        self.assertEqual((direct.sender, direct.to, direct.text), ("alice", "nat", "café"))

    def test_it_has_blocked_somebody_here(self) -> None:
        """Who reads so in a status, does not find it in the list of all, and gets on."""
        self.server.hub.execute(self.session, Block("alice"))
        self.alice.tell("nat", b"hello?")
        self.assertIn("blocked", refused(self.alice.take()))
        self.alice.send(Op.LEAVE)
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), OK + listing(["alice"]))

    def test_it_is_told_who_comes_and_goes(self) -> None:
        self.alice.send(Op.NICK, short(b"ally"))
        self.alice.send(Op.LEAVE)
        self.alice.join("red")
        self.alice.hang_up()
        self.assertEqual(
            self.heard(),
            [
                messages.NickChanged("alice", "ally"),
                messages.Left("red", "ally", False),
                messages.StandingChanged("red", "nat", Standing.OWNER),
                messages.Entered("red", "ally"),
                messages.Left("red", "ally", True),
            ],
        )

    def test_its_notices_are_not_told_here(self) -> None:
        self.server.hub.sign_out(self.session)
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), listing(["alice"]))

    def test_a_goodbye_has_a_reason(self) -> None:
        self.server.hub.close_all(ChatError(Code.SHUTTING_DOWN))
        self.assertIn("shutting down", refused(self.alice.take()))
        self.assertTrue(self.alice.transport.disconnecting)


class LastingTest(SynchronousTestCase):
    """A guest of this door in a room that lasts."""

    def setUp(self) -> None:
        self.server = LegacyServer(store=memory_store())
        people = People(self.server, NativeFactory(self.server.around))
        self.alice, bob = people.member("alice"), people.member("bob")
        self.alice.caller.send(messages.Join(1, "red"))
        bob.caller.send(messages.Join(1, "red"), messages.Logout(2))
        self.guest = self.server.client("guest")
        self.guest.join("red")
        self.guest.take()
        self.alice.caller.received()

    def test_whoever_is_not_here_is_not_listed(self) -> None:
        self.guest.send(Op.USERS)
        self.assertEqual(self.guest.take(), listing(["alice", "guest"]))

    def test_messages_and_what_becomes_of_them(self) -> None:
        said_first = self.alice.ask(messages.Say(2, "red", "tee"))
        self.assertEqual(self.guest.take(), said("red", "alice", b"tee"))
        accepted = decode_struct(said_first.result, messages.Accepted, Code.INTERNAL)
        self.assertTrue(accepted.conversation)
        for request in (
            messages.Say(3, "red", "tea", relation=Relation.EDIT, ref=accepted.id),
            messages.Say(4, "red", "", relation=Relation.DELETION, ref=accepted.id),
        ):
            self.assertEqual(self.alice.ask(request).code, 0)
        self.assertEqual(self.guest.take(), said("red", "alice", b"tea (edited)"))

    def test_what_the_guest_says_passes(self) -> None:
        self.guest.say("red", b"psst")
        self.assertEqual(self.guest.take(), OK)
        (heard,) = self.alice.caller.received()
        self.assertEqual((heard.text, heard.conversation), ("psst", b""))
