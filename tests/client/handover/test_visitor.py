"""What the running chatc does not do for a visitor, and visitors that break the rules."""

from __future__ import annotations

from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.wire import messages
from chatd.wire.codec import decode_server, encode_struct
from chatd.wire.framing import MAX_FRAME, frame
from client.handover.frames import Frames, Recall
from client.handover.reach import reach
from client.handover.reception import MOST_VISITORS
from client.handover.visitor import MOST_ASKED, MOST_BEHIND, TAKEN, Visitor
from tests.client.handover.handover_case import HandoverTest
from tests.support.network import Line

#: What changes who one is, what the screen would have to show, or what the device has got.
OWN = (
    partial(messages.ConfirmToken, token=b"t" * 32),
    partial(messages.SetPassword, old="", new="another one"),
    messages.DeleteAccount,
    partial(messages.SignDevice, device=b"d" * 16, record=b"r", signature=b"s" * 64),
    partial(messages.RevokeDevice, device=b"d" * 16),
    messages.AddDevice,
    messages.Logout,
    partial(messages.Nick, nick="mallory"),
    partial(messages.Away, text="gone"),
    partial(messages.Topic, room="tea", topic="mint"),
    partial(messages.Typing, active=True),
    partial(messages.Invite, room="tea", nick="bob"),
    partial(messages.Kick, room="tea", nick="bob"),
    partial(messages.Ban, room="tea", nick="bob"),
    partial(messages.Unban, room="tea", target="bob"),
    partial(messages.SetRoom, room="tea"),
    partial(messages.SetStanding, room="tea", nick="bob", standing=0),
    partial(messages.Block, nick="bob"),
    partial(messages.Unblock, nick="bob"),
    partial(messages.SaySealed, conversation=bytes(16), epoch=1, seq=1, body=b"b", to="bob"),
    messages.Follow,
    partial(messages.Fetch, conversation=bytes(16), after=0),
    partial(messages.MarkRead, conversation=bytes(16), number=1),
)
#: What nobody waits for an answer to: a visitor has no business to send any of it.
UNANSWERED = (messages.Ready, messages.Heartbeat, messages.Acknowledge)


class RefusedTest(HandoverTest):
    def test_what_changes_who_one_is(self) -> None:
        script = self.command()
        for make in OWN:
            asked = script.connection.request(make)
            self.network.settle()
            self.assertEqual(self.code(asked), Code.NOT_ALLOWED, make)
        self.assertTrue(self.account("alice"))
        self.done(script.send("bob", "still here"))

    def test_everything_is_decided_about(self) -> None:
        """Nobody has to remember this list when the protocol gets a new request."""
        refused = [make(1) for make in OWN]
        decided = {*TAKEN, *map(type, refused), *UNANSWERED}
        self.assertEqual(decided, set(messages.ClientMessage.__args__))

    def test_too_much_at_once(self) -> None:
        script = self.command()
        asked = [script.connection.request(messages.Measure) for _ in range(MOST_ASKED + 1)]
        self.network.settle()
        for answer in asked[:-1]:
            self.successResultOf(answer)
        self.assertEqual(self.code(asked[-1]), Code.BUSY)
        self.assertIsNone(self.asked(script.connection, messages.Measure))

    def test_too_many(self) -> None:
        """The last one waits; those who are there are not disturbed."""
        scripts = [self.command() for _ in range(MOST_VISITORS)]
        waiting = self.begun(reach(self.reactor, self.home))
        self.assertNoResult(waiting)
        self.done(scripts[0].send("bob", "still here"))
        self.end(scripts[0])
        self.network.advance(1)
        self.assertEqual(self.successResultOf(waiting).nick, "alice")

    def test_nothing_secret_goes_through_the_socket(self) -> None:
        script = self.command()
        self.asked(script.connection, messages.Devices)
        for line in self.network.lines:
            if line not in self.sockets.lines:
                line.cut()
        self.network.advance(5)
        welcome = self.running.screen.take(messages.Welcome)[-1]
        identity = self.vault.identity
        secrets = [identity.token, identity.device_key, identity.root_key, welcome.resume]
        for secret in secrets:
            self.assertTrue(secret)
            self.assertNotIn(secret, self.line.server.written)


class Stranger(Frames):
    """Somebody at the socket who is no chatc of ours.

    :ivar told: what the running one said, after its greeting.
    """

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.lost = False

    def stringReceived(self, string: bytes) -> None:
        self.frames.append(string)

    def connectionLost(self, reason: Failure | None = None) -> None:
        self.lost = True

    @property
    def told(self) -> list[Any]:
        return [decode_server(one) for one in self.frames[1:]]


class StrangerTest(HandoverTest):
    def setUp(self) -> None:
        super().setUp()
        unlimited, liveness = Limits(rate_count=0), self.server.state.liveness
        self.server.hub.configure(unlimited, liveness, True, "", passwords=True, devices=True)

    def stranger(self) -> Stranger:
        """One more, greeted."""
        ((_, factory),) = self.sockets.listening.items()
        stranger = Stranger()
        self.stranger_line = Line(stranger, factory.buildProtocol(None))
        self.network.lines.append(self.stranger_line)
        self.network.settle()
        return stranger

    def says(self, stranger: Stranger, data: bytes) -> None:
        stranger.transport.write(data)
        self.network.settle()

    def test_what_ends_it(self) -> None:
        """Nobody else hears of it, and the one that is running goes on."""
        script = self.command()
        for data in (
            frame(b"junk"),
            frame(b""),
            frame(encode_struct(messages.Heartbeat())),
            frame(encode_struct(messages.Ready("guest", "mallory"))),
            frame(encode_struct(messages.Acknowledge(bytes(16), 1))),
            frame(b"\x91\x03"),
            (MAX_FRAME + 1).to_bytes(4, "big"),
        ):
            stranger = self.stranger()
            self.says(stranger, data)
            self.assertTrue(stranger.lost, data)
            self.assertEqual([type(one) for one in stranger.told], [messages.Welcome])
        self.done(script.send("bob", "still here"))

    def test_nothing_is_looked_at_after_that(self) -> None:
        say = messages.Direct(1, "bob", "hello")
        self.says(self.stranger(), frame(b"junk") + frame(encode_struct(say)))
        self.assertEqual(self.bob_heard(messages.DirectSaid), [])

    def test_a_request_of_a_later_version(self) -> None:
        stranger = self.stranger()
        self.says(stranger, frame(b"\x92\x7e\x07"))
        self.assertEqual(stranger.told[-1].id, 7)
        self.assertEqual(stranger.told[-1].code, Code.UNKNOWN_COMMAND)
        self.assertIn("start it anew", stranger.told[-1].text)
        self.assertFalse(stranger.lost)

    def test_the_same_number_twice(self) -> None:
        stranger = self.stranger()
        self.says(stranger, frame(encode_struct(messages.Measure(3))) * 2)
        self.assertEqual([one.id for one in stranger.told[1:]], [3, 3])

    def test_who_does_not_read(self) -> None:
        """Given up in the end; until then nobody waits for them."""
        script = self.command()
        self.stranger()
        self.stranger_line.server.fill()
        self.stranger_line.stuck = True
        text = "x" * 16_000
        sent = 0
        while not self.stranger_line.server.gone:
            self.bob_asks(partial(messages.Direct, to="alice", text=text))
            self.network.settle()
            sent += 1
        self.assertTrue(MOST_BEHIND <= sent * len(text) <= MOST_BEHIND + 2 * len(text))
        self.assertEqual(len(script.texts()), sent)
        self.assertEqual(len(self.running.heard()), sent)

    def test_who_reads_late(self) -> None:
        stranger = self.stranger()
        server = self.stranger_line.server
        for _ in range(3):
            server.fill()
            for _ in range(MOST_BEHIND // 16_000 - 1):
                self.bob_asks(partial(messages.Direct, to="alice", text="x" * 16_000))
            server.protocol.resumeProducing()
        self.network.settle()
        self.assertFalse(stranger.lost)
        self.says(stranger, frame(encode_struct(messages.Measure(1))))
        self.assertEqual(stranger.told[-1].id, 1)


class Nobody:
    """An owner of visitors who does nothing for them."""

    def __init__(self) -> None:
        self.asks: list[Struct] = []

    def visited(self, visitor: Visitor) -> None:
        pass

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        self.asks.append(request)

    def recalled(self, recall: Recall) -> messages.Status:
        return messages.Status(recall.id, 0)

    def left(self, visitor: Visitor) -> None:
        pass


class BytesTest(SynchronousTestCase):
    @given(st.lists(st.binary(max_size=40)), st.integers(1, 7))
    def test_any_bytes(self, bodies: list[bytes], size: int) -> None:
        """Each is a request that is taken, is answered, or ends it; nothing is raised."""
        owner, transport = Nobody(), StringTransport(lenient=True)
        visitor = Visitor(owner)
        visitor.makeConnection(transport)
        data = b"".join(map(frame, bodies))
        for start in range(0, len(data), size):
            visitor.dataReceived(data[start : start + size])
        self.assertTrue(all(isinstance(one, TAKEN) for one in owner.asks))
        answered = len(owner.asks) + transport.value().count(b"\x95\xcc\x9a")
        self.assertTrue(visitor.over or answered == len(bodies))
