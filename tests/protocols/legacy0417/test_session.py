"""Clients of the ``04 17`` protocol with the real hub: their hello, their rooms."""

from __future__ import annotations

from twisted.logger import LogLevel, capturedLogs
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from chatd.domain.limits import Limits
from chatd.errors import TEXTS, Code
from chatd.interfaces import IPeer
from chatd.protocols.legacy0417.frames import Op, Status, listing, said, status
from chatd.protocols.legacy0417.requests import GREETING
from tests.protocols.legacy0417.client import Client, LegacyServer, parse, refused

OK = status(Status.OK)


class HelloTest(SynchronousTestCase):
    """The first frame."""

    def setUp(self) -> None:
        self.server = LegacyServer()

    def test_the_hello_is_answered_with_a_nick(self) -> None:
        client = Client(self.server)
        verifyObject(IPeer, client.protocol)
        client.send(Op.HELLO, GREETING)
        self.assertEqual(client.take().hex(), "00000006" + "0417" + "9a" + "00" + "72616e6430")

    def test_the_lowest_free_nick_is_used_again(self) -> None:
        first, second = self.server.client(), self.server.client()
        first.hang_up()
        third, fourth = Client(self.server), Client(self.server)
        for client in (third, fourth):
            client.send(Op.HELLO, GREETING)
        self.assertEqual(third.take(), status(Status.OK, b"rand0"))
        self.assertEqual(fourth.take(), status(Status.OK, b"rand2"))
        second.send(Op.USERS)
        self.assertEqual(second.take(), listing(["rand0", "rand1", "rand2"]))

    def test_a_nick_given_up_is_free(self) -> None:
        self.server.client("alice")
        client = Client(self.server)
        client.send(Op.HELLO, GREETING)
        self.assertEqual(client.take(), status(Status.OK, b"rand0"))

    def test_everything_in_one_piece(self) -> None:
        client = Client(self.server)
        hello = bytes.fromhex("0000002d04179b") + GREETING
        client.write(hello + bytes.fromhex("00000006 0417 0f 05616c696365 00000000 0417 0c"))
        self.assertEqual(client.take(), status(Status.OK, b"rand0") + OK + listing(["alice"]))

    def test_byte_by_byte(self) -> None:
        client = Client(self.server)
        for byte in bytes.fromhex("0000002d04179b") + GREETING:
            self.assertEqual(client.take(), b"")
            client.write(bytes((byte,)))
        self.assertEqual(client.take(), status(Status.OK, b"rand0"))

    def test_guests_are_off(self) -> None:
        server = LegacyServer(guests=False)
        client = Client(server)
        client.send(Op.HELLO, GREETING)
        self.assertEqual(refused(client.take()), TEXTS[Code.GUESTS_OFF])
        self.assertTrue(client.transport.disconnecting)
        self.assertEqual(server.audit.codes("sign_in_refused"), [Code.GUESTS_OFF])

    def test_the_admin_is_told_that_guests_are_off(self) -> None:
        for guests in (True, False):
            with capturedLogs() as logged:
                LegacyServer(guests=guests).factory.doStart()
            warnings = [event for event in logged if event["log_level"] is LogLevel.warn]
            self.assertEqual(len(warnings), 0 if guests else 1)

    def test_the_server_is_full(self) -> None:
        server = LegacyServer(Limits(capacity=1))
        server.client()
        client = Client(server)
        client.send(Op.HELLO, GREETING)
        self.assertIn("full", refused(client.take()))
        self.assertTrue(client.transport.disconnecting)

    def test_a_lobby_is_entered_without_asking(self) -> None:
        server = LegacyServer(lobby="lobby")
        client = server.client("alice")
        client.say("lobby", b"hi")
        client.send(Op.LEAVE)
        client.send(Op.ROOMS)
        self.assertEqual(client.take(), OK + OK + listing([]))


class RoomsTest(SynchronousTestCase):
    """Two people and their rooms."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.alice = self.server.client("alice")
        self.bob = self.server.client("bob")

    def both_in_red(self) -> None:
        for client in (self.alice, self.bob):
            client.join("red")
            self.assertEqual(client.take(), OK)

    def test_a_message_goes_to_the_others_and_is_not_echoed(self) -> None:
        self.both_in_red()
        self.alice.say("red", b"hello room")
        self.assertEqual(self.alice.take(), OK)
        self.assertEqual(self.bob.take(), said("red", "alice", b"hello room"))

    def test_speaking_outside_a_room_is_refused(self) -> None:
        for room in ("", "red"):
            self.alice.say(room, b"hello?")
            self.assertIn("not in this room", refused(self.alice.take()))

    def test_joining_another_room_leaves_the_old_one(self) -> None:
        self.both_in_red()
        self.alice.join("blue")
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), OK + listing(["alice"]))
        self.bob.say("red", b"gone?")
        self.assertEqual(self.bob.take(), OK)
        self.assertEqual(self.alice.take(), b"")

    def test_a_room_vanishes_with_its_last_member(self) -> None:
        self.alice.join("red", "pw1")
        self.alice.send(Op.ROOMS)
        self.alice.send(Op.LEAVE)
        self.alice.send(Op.ROOMS)
        self.assertEqual(self.alice.take(), OK + listing(["red"]) + OK + listing([]))
        self.bob.join("red", "other")
        self.assertEqual(self.bob.take(), OK)

    def test_a_lost_connection_leaves_at_once(self) -> None:
        self.both_in_red()
        self.bob.hang_up()
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), listing(["alice"]))

    def test_passwords(self) -> None:
        self.alice.join("red", "pw1")
        self.alice.take()
        for wrong in ("", "pw2"):
            self.bob.join("red", wrong)
            self.assertIn("password", refused(self.bob.take()))
        self.bob.join("red", "pw1")
        self.assertEqual(self.bob.take(), OK)

    def test_the_room_one_is_in_is_refused_before_its_password(self) -> None:
        self.alice.join("red", "pw1")
        self.alice.take()
        for password in ("pw1", "pw2"):
            self.alice.join("red", password)
            self.assertIn("in this room already", refused(self.alice.take()))

    def test_a_wrong_password_does_not_leave_the_old_room(self) -> None:
        self.alice.join("red", "pw1")
        self.bob.join("blue")
        self.bob.join("red", "pw2")
        self.bob.say("blue", b"still here")
        answers = parse(self.bob.take())
        self.assertEqual([payload[0] for _, payload in answers], [0, 1, 0])

    def test_the_sigil_is_no_part_of_the_name(self) -> None:
        self.alice.join("#red")
        self.bob.join("red")
        self.alice.say("#red", b"hi")
        self.alice.send(Op.ROOMS)
        self.assertEqual(self.alice.take(), OK + OK + listing(["red"]))
        self.assertEqual(self.bob.take(), OK + said("red", "alice", b"hi"))

    def test_users_are_those_of_the_room_or_everyone(self) -> None:
        carol = self.server.client("Carol")
        carol.join("red")
        carol.send(Op.USERS)
        self.alice.send(Op.USERS)
        self.assertEqual(carol.take(), OK + listing(["Carol"]))
        self.assertEqual(self.alice.take(), listing(["Carol", "alice", "bob"]))

    def test_leaving_twice_leaves_the_server(self) -> None:
        self.both_in_red()
        self.bob.send(Op.LEAVE)
        self.assertEqual(self.bob.take(), OK)
        self.assertFalse(self.bob.transport.disconnecting)
        self.bob.send(Op.LEAVE)
        self.bob.send(Op.ROOMS)
        self.assertEqual(self.bob.take(), OK)
        self.assertTrue(self.bob.transport.disconnecting)
        self.alice.send(Op.LEAVE)
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), OK + listing(["alice"]))

    def test_lists_of_many_pages(self) -> None:
        server = LegacyServer(Limits(page=2))
        clients = [server.client(f"n{number}") for number in range(5)]
        for number, client in enumerate(clients):
            client.join(f"r{number}")
            client.take()
        clients[0].send(Op.ROOMS)
        clients[0].send(Op.LEAVE)
        clients[0].send(Op.USERS)
        self.assertEqual(
            clients[0].take(),
            listing(["r0", "r1", "r2", "r3", "r4"]) + OK + listing(["n0", "n1", "n2", "n3", "n4"]),
        )


class PasswordsTakeTime(SynchronousTestCase):
    """A hash is made elsewhere; what comes meanwhile waits."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.alice = self.server.client("alice")
        self.alice.join("red", "pw1")
        self.bob = self.server.client("bob")
        self.server.passwords.slow = True

    def test_requests_are_answered_in_order(self) -> None:
        self.bob.join("red", "pw1")
        self.bob.say("red", b"hi")
        self.bob.send(Op.USERS)
        self.assertEqual(self.bob.take(), b"")
        self.server.passwords.waiting[0].callback(True)
        self.assertEqual(self.bob.take(), OK + OK + listing(["alice", "bob"]))
        self.assertEqual(self.alice.take(), OK + said("red", "bob", b"hi"))

    def test_who_hangs_up_meanwhile_is_in_no_room(self) -> None:
        self.bob.join("red", "pw1")
        self.bob.say("red", b"hi")
        self.bob.hang_up()
        self.server.passwords.waiting[0].callback(True)
        self.alice.send(Op.USERS)
        self.assertEqual(self.alice.take(), OK + listing(["alice"]))

    def test_a_busy_server_refuses_every_one_of_many(self) -> None:
        self.server.state.people.get("bob").moves.count = 0  # type: ignore[union-attr]
        self.bob.join("red", "pw1")
        for _ in range(300):
            self.bob.join("red", "pw2")
        self.assertEqual(self.bob.transport.producerState, "paused")
        self.server.passwords.busy = True
        self.server.passwords.waiting[0].callback(False)
        answers = parse(self.bob.take())
        self.assertEqual(len(answers), 301)
        self.assertEqual({payload[:1] for _, payload in answers}, {b"\x01"})
        self.assertEqual(self.bob.transport.producerState, "producing")

    def test_a_failure_nobody_planned_is_answered(self) -> None:
        self.bob.join("red", "pw1")
        self.server.passwords.waiting[0].errback(ZeroDivisionError())
        self.assertIn("logged", refused(self.bob.take()))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.bob.send(Op.ROOMS)
        self.assertEqual(self.bob.take(), listing(["red"]))
