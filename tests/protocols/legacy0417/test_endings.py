"""How connections of the ``04 17`` protocol end: in silence, by nonsense, by reading too slowly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.entry import EntryLimits
from chatd.errors import Code
from chatd.protocols.inbox import PAUSE_AT
from chatd.protocols.legacy0417.frames import HEADER, LONGEST, MAGIC, Op, Status, listing, status
from chatd.protocols.legacy0417.requests import GREETING
from chatd.protocols.legacy0417.session import LAST_WORD
from tests.protocols.legacy0417.client import Client, LegacyServer, parse

OK = status(Status.OK)
ALIVE = b"\x1fstaying alive, staying alive..."


class SilenceTest(SynchronousTestCase):
    """A warning after 20 s, the end after 30 s."""

    def setUp(self) -> None:
        self.server = LegacyServer()
        self.clock = self.server.clock
        self.alice = self.server.client("alice")

    def test_keepalives_are_requests_to_the_budget(self) -> None:
        frame = HEADER.pack(len(ALIVE), MAGIC, Op.KEEPALIVE) + ALIVE
        self.alice.write(frame * self.server.around.commands[1])
        self.alice.send(Op.ROOMS)
        self.assertEqual(self.alice.take(), b"")
        self.alice.write(frame * PAUSE_AT)
        self.assertEqual(self.alice.transport.producerState, "paused")
        self.clock.advance(1)
        self.assertEqual(self.alice.take(), listing([]))
        self.assertEqual(self.alice.transport.producerState, "producing")

    def test_a_keepalive_has_no_answer(self) -> None:
        for _ in range(10):
            self.clock.advance(6)
            self.alice.send(Op.KEEPALIVE, ALIVE)
        self.assertEqual(self.alice.take(), b"")
        self.assertFalse(self.alice.transport.disconnecting)

    def test_the_first_frame_after_20_s_is_warned_before_its_answer(self) -> None:
        self.clock.advance(20)
        self.assertEqual(self.alice.take(), b"")
        self.alice.send(Op.ROOMS)
        self.alice.send(Op.ROOMS)
        warning, first, second = parse(self.alice.take())
        self.assertEqual(warning, (Op.STATUS, b"\x03nothing was heard from you for 20 s"))
        self.assertEqual((first, second), ((Op.STATUS, b"\x00"), (Op.STATUS, b"\x00")))

    def test_a_late_keepalive_gets_the_warning_alone(self) -> None:
        self.clock.advance(29.9)
        self.alice.send(Op.KEEPALIVE, ALIVE)
        ((op, payload),) = parse(self.alice.take())
        self.assertEqual((op, payload[0]), (Op.STATUS, Status.SILENT))
        self.clock.advance(29.9)
        self.assertFalse(self.alice.transport.disconnecting)

    def test_less_than_20_s_is_no_silence(self) -> None:
        self.clock.advance(19.9)
        self.alice.send(Op.ROOMS)
        self.assertEqual(self.alice.take(), listing([]))

    def test_30_s_end_it_without_a_word(self) -> None:
        self.clock.advance(30)
        self.assertEqual(self.alice.take(), b"")
        self.assertTrue(self.alice.transport.disconnecting)
        self.assertEqual(self.server.audit.codes("closed"), [Code.SILENT])
        self.assertEqual(self.server.hub.counts()["sessions"], 0)

    def test_bytes_that_are_no_whole_frame_are_silence(self) -> None:
        for byte in HEADER.pack(32, MAGIC, Op.KEEPALIVE):
            self.clock.advance(4.3)
            self.alice.write(bytes((byte,)))
        self.assertTrue(self.alice.transport.disconnecting)

    def test_who_never_says_hello_has_the_time_of_a_handshake(self) -> None:
        client = Client(self.server)
        self.clock.advance(9.9)
        self.assertFalse(client.transport.disconnecting)
        self.clock.advance(0.1)
        self.assertTrue(client.transport.disconnecting)
        self.assertEqual(client.take(), b"")
        self.assertEqual(self.server.audit.codes("handshake_failed"), [Code.HANDSHAKE_TIMEOUT])

    def test_who_has_said_hello_may_be_silent_for_longer(self) -> None:
        self.clock.advance(29)
        self.assertFalse(self.alice.transport.disconnecting)

    def test_while_nothing_is_read_nobody_is_silent(self) -> None:
        self.alice.join("red", "pw1")
        bob = self.server.client("bob")
        self.server.passwords.slow = True
        for _ in range(20):
            bob.join("red", "pw1")
        self.clock.advance(31)
        self.assertFalse(bob.transport.disconnecting)
        self.server.passwords.slow = False
        self.server.passwords.waiting[0].callback(True)
        self.assertEqual(len(parse(bob.take())), 20)
        self.clock.advance(30)
        self.assertTrue(bob.transport.disconnecting)

    def test_nothing_is_left_on_the_clock(self) -> None:
        self.alice.hang_up()
        closed = self.server.client("bob")
        closed.send(Op.LEAVE)
        closed.take()
        closed.hang_up()
        self.server.turn()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.server.around.connections, set())


class NonsenseTest(SynchronousTestCase):
    """What no client of this protocol sends ends the connection, and is audited."""

    def setUp(self) -> None:
        self.server = LegacyServer()

    def ended(self, client: Client, event: str, code: Code) -> None:
        self.assertEqual(client.take(), b"")
        self.assertTrue(client.transport.disconnecting)
        self.assertEqual(self.server.audit.codes(event), [code])
        self.assertEqual(self.server.hub.counts()["sessions"], 0)

    def test_something_before_the_hello(self) -> None:
        client = Client(self.server)
        client.send(Op.ROOMS)
        self.ended(client, "handshake_failed", Code.WRONG_ORDER)

    def test_a_second_hello(self) -> None:
        client = self.server.client()
        client.send(Op.HELLO, GREETING)
        self.ended(client, "closed", Code.WRONG_ORDER)

    def test_another_greeting(self) -> None:
        client = Client(self.server)
        client.send(Op.HELLO, GREETING[::-1])
        self.ended(client, "handshake_failed", Code.HELLO_MALFORMED)

    def test_wrong_magic(self) -> None:
        client = self.server.client()
        client.write(b"\0\0\0\0\x17\x04\x09")
        self.ended(client, "closed", Code.MESSAGE_MALFORMED)

    def test_an_op_that_only_servers_send(self) -> None:
        client = self.server.client()
        client.send(Op.STATUS, b"\0")
        self.ended(client, "closed", Code.MESSAGE_MALFORMED)

    def test_a_length_beyond_all_limits(self) -> None:
        client = self.server.client()
        client.write(b"\xff\xff\xff\xff\x04\x17\x15")
        self.ended(client, "closed", Code.FRAME_TOO_LARGE)

    def test_what_came_before_is_answered_and_nothing_after(self) -> None:
        client = self.server.client()
        client.write(bytes.fromhex("00000000041709 00000000041708 00000000041709"))
        self.assertEqual(client.take(), listing([]))
        client.send(Op.ROOMS)
        self.assertEqual(client.take(), b"")

    def test_nothing_that_comes_after_is_kept(self) -> None:
        client = self.server.client()
        client.write(b"nonsense")
        client.write(bytes(100_000))
        self.assertLess(len(client.protocol._framer._buffer), 100)

    def test_who_does_not_hang_up_is_cut_off(self) -> None:
        client = self.server.client()
        client.write(b"nonsense")
        client.take()
        self.assertFalse(client.transport.disconnected)
        self.server.clock.advance(LAST_WORD)
        self.assertTrue(client.transport.disconnected)

    @given(
        st.lists(
            st.binary(max_size=40)
            | st.tuples(st.sampled_from([*LONGEST, 0]), st.binary(max_size=9)).map(
                lambda one: HEADER.pack(len(one[1]), MAGIC, one[0]) + one[1]
            ),
            max_size=20,
        ),
        st.booleans(),
    )
    def test_random_bytes_never_crash_it(self, pieces: list[bytes], greeted: bool) -> None:
        server = LegacyServer()
        client = server.client() if greeted else Client(server)
        for piece in pieces:
            client.write(piece)
            server.clock.advance(1)
        parse(client.take())
        client.hang_up()
        self.assertEqual(server.hub.counts(), {"sessions": 0, "rooms": 0})
        self.assertEqual(self.flushLoggedErrors(), [])


class EntryTest(SynchronousTestCase):
    """Strangers share a budget."""

    def test_one_too_many_without_a_hello(self) -> None:
        server = LegacyServer(entry=EntryLimits(per_address=1))
        first, second = Client(server), Client(server)
        ((op, payload),) = parse(second.take())
        self.assertEqual((op, payload[0]), (Op.STATUS, Status.REFUSED))
        self.assertTrue(second.transport.disconnecting)
        self.assertEqual(server.audit.codes("connection_refused"), [Code.TOO_MANY_PENDING])
        second.hang_up()
        first.send(Op.HELLO, GREETING)
        self.assertFalse(Client(server).transport.disconnecting)

    def test_who_goes_without_a_hello_makes_room(self) -> None:
        server = LegacyServer(entry=EntryLimits(per_address=1))
        Client(server).hang_up()
        self.assertFalse(Client(server).transport.disconnecting)


class SlowReaderTest(SynchronousTestCase):
    """Who does not read costs others nothing."""

    def test_too_much_waiting_ends_it(self) -> None:
        server = LegacyServer()
        server.around.send_queue = 1000
        alice, slow, bob = (server.client(nick) for nick in ("alice", "slow", "bob"))
        for client in (alice, slow, bob):
            client.join("red")
            client.take()
        slow.protocol.outlet.pauseProducing()  # as a full transport does
        for _ in range(2):
            alice.say("red", b"x" * 600)
            alice.take()
        self.assertTrue(slow.transport.disconnected)
        self.assertEqual(server.audit.codes("closed"), [Code.TOO_SLOW])
        slow.hang_up()
        bob.take()
        bob.send(Op.USERS)
        self.assertEqual(bob.take(), listing(["alice", "bob"]))
