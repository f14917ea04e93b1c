"""The client's end of a connection: the handshake, requests, answers, events."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec import Struct
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ChatError, Code, Refused, WireError
from chatd.wire import messages
from chatd.wire.codec import encode
from chatd.wire.handshake import PASSWORD_TIME
from chatd.wire.hello import Ack, Hello
from chatd.wire.records import packed
from client.asked import LONGEST_WAIT
from client.link import HANDSHAKE_TIMEOUT, Unsealed
from tests.client.by_hand import ByHand, welcome
from tests.client.caller import Caller, Talk
from tests.support.network import Network

say = partial(messages.Say, room="tea", text="hello")


class HandshakeTest(SynchronousTestCase):
    """Four steps with the real door."""

    def setUp(self) -> None:
        self.network = Network()

    def test_the_owner_is_asked_at_each_step(self) -> None:
        caller = Caller(self.network)
        self.network.settle()
        kinds = [type(one) for one in caller.told]
        self.assertEqual(kinds, [str, Hello, Ack, messages.Welcome])
        self.assertEqual(caller.take(messages.Welcome)[0].nick, "alice")
        self.assertEqual(self.network.server.hub.counts()["sessions"], 1)

    def test_byte_by_byte(self) -> None:
        caller = Caller(self.network)
        self.network.lines.remove(caller.line)
        for _ in range(4):
            self.network.settle()
            for source, target in (
                (caller.line.server, caller.link),
                (caller.line.client, caller.line.server.protocol),
            ):
                data = source.value()
                source.clear()
                for byte in data:
                    target.dataReceived(bytes((byte,)))
        self.assertEqual(len(caller.take(messages.Welcome)), 1)

    def test_nothing_is_said_to_a_server_that_will_not_do(self) -> None:
        caller = Caller(self.network)
        caller.refusal = ChatError(Code.SERVER_KEY_UNKNOWN)
        self.assertEqual(caller.end, Code.SERVER_KEY_UNKNOWN)
        self.assertEqual(caller.line.client.written, b"")

    def test_a_server_that_says_nothing(self) -> None:
        talk = Talk(steps=0)
        talk.network.advance(HANDSHAKE_TIMEOUT - 1)
        self.assertIsNone(talk.caller.end)
        talk.network.advance(1)
        self.assertEqual(talk.caller.end, Code.HANDSHAKE_TIMEOUT)
        (error,) = talk.caller.take(WireError)
        self.assertIn("one that speaks TLS is written chatds://", error.text)

    def test_the_time_is_for_all_steps_together(self) -> None:
        for steps in (1, 2):
            talk = Talk(steps=steps, welcomed=False)
            talk.network.advance(HANDSHAKE_TIMEOUT)
            self.assertEqual(talk.caller.end, Code.HANDSHAKE_TIMEOUT)
            (error,) = talk.caller.take(WireError)
            self.assertNotIn("chatds://", error.text)

    def test_a_password_has_more(self) -> None:
        caller = Caller(self.network, ByHand())
        caller.method = "password"
        self.assertIsNone(caller.end)
        self.network.advance(PASSWORD_TIME)
        self.assertIsNone(caller.end)
        self.network.advance(HANDSHAKE_TIMEOUT)
        self.assertEqual(caller.end, Code.HANDSHAKE_TIMEOUT)

    def test_no_time_out_after_the_welcome(self) -> None:
        caller = Caller(self.network)
        self.network.advance(3 * HANDSHAKE_TIMEOUT)
        self.assertIsNone(caller.end)

    def test_a_refusal_in_clear(self) -> None:
        talk = Talk(steps=0)
        talk.server.refuse(Code.TOO_MANY_HANDSHAKES, "wait a little", 12.0)
        self.assertEqual(talk.caller.end, Code.TOO_MANY_HANDSHAKES)
        (error,) = talk.caller.take(Unsealed)
        self.assertEqual((error.text, error.wait), ("wait a little", 12.0))

    def test_nobody_is_sent_away_for_ever(self) -> None:
        for endless in (301.0, 86_400.0):
            talk = Talk(steps=0)
            talk.server.refuse(Code.BUSY, "later", endless)
            talk.network.settle()
            self.assertEqual(talk.caller.take(ChatError)[0].wait, LONGEST_WAIT)

    def test_a_code_that_is_not_known_here(self) -> None:
        talk = Talk(steps=0)
        talk.server.refuse(999, "from the future")
        self.assertEqual(talk.caller.end, Code.INTERNAL)
        self.assertEqual(talk.caller.take(ChatError)[0].text, "from the future")

    def test_a_sealed_refusal_after_ready(self) -> None:
        network = Network()
        network.server.state.guests = False
        caller = Caller(network)
        self.assertEqual(caller.end, Code.GUESTS_OFF)
        self.assertEqual(caller.take(Unsealed), [])


class RequestTest(SynchronousTestCase):
    """Questions to the real hub, and answers by hand."""

    def test_typed_results(self) -> None:
        network = Network()
        caller = Caller(network)
        network.settle()

        def ask(make: Any) -> Any:
            answer = caller.link.request(make)
            network.settle()
            return self.successResultOf(answer)

        self.assertEqual(ask(partial(messages.Join, room="Tea")).room, "Tea")
        self.assertIsInstance(ask(say), messages.Accepted)
        self.assertIsNone(ask(messages.Measure))
        self.assertEqual(ask(messages.Rooms).rooms, [messages.RoomRow("Tea", 1, False, "")])
        self.assertEqual(ask(messages.Users).users, [messages.UserRow("alice", "")])
        self.assertEqual(ask(partial(messages.Nick, nick="bob")), messages.Renamed("bob"))
        self.assertIsNone(ask(partial(messages.Away, text="tea")))
        self.assertEqual(ask(partial(messages.Whois, nick="bob")).rooms, ["Tea"])

    def test_a_refusal(self) -> None:
        network = Network()
        caller = Caller(network)
        network.settle()
        answers = [caller.link.request(partial(messages.Join, room="tea"))]
        answers += [caller.link.request(say) for _ in range(5)]
        network.settle()
        error = self.failureResultOf(answers[-1], Refused).value
        self.assertEqual(error.code, Code.TOO_MANY_MESSAGES)
        self.assertEqual(error.wait, 5.0)
        self.assertIn("wait 5.0 s", error.text)
        self.assertIsNone(caller.end)

    def test_answers_in_any_order(self) -> None:
        talk = Talk()
        first, second = talk.caller.link.request(say), talk.caller.link.request(messages.Measure)
        talk.network.settle()
        one, two = talk.server.took()
        talk.server.answer(two)
        talk.network.settle()
        self.assertIsNone(self.successResultOf(second))
        self.assertNoResult(first)
        talk.server.answer(one, messages.Accepted(7, 8))
        talk.network.settle()
        self.assertEqual(self.successResultOf(first), messages.Accepted(7, 8))

    def test_an_answer_to_nothing_is_ignored(self) -> None:
        talk = Talk()
        asked = talk.caller.link.request(messages.Measure)
        talk.network.settle()
        (request,) = talk.server.took()
        talk.server.say(messages.Status(77, 0), messages.Status(request.id, 0))
        talk.server.say(messages.Status(request.id, Code.BUSY, "twice"))
        talk.network.settle()
        self.assertIsNone(self.successResultOf(asked))
        self.assertIsNone(talk.caller.end)

    def test_an_answer_of_another_kind(self) -> None:
        """The connection ends, and whoever asked is told so."""
        talk = Talk()
        asked = talk.caller.link.request(say)
        talk.network.settle()
        (request,) = talk.server.took()
        talk.server.answer(request, messages.Renamed("bob"))
        self.assertEqual(talk.caller.end, Code.MESSAGE_MALFORMED)
        self.assertEqual(self.failureResultOf(asked, ChatError).value.code, Code.CONNECTION_LOST)

    def test_what_no_server_would_take_is_not_sent(self) -> None:
        talk = Talk()
        for make, code in (
            (partial(messages.Say, room="tea", text="x" * 65_600), Code.MESSAGE_TOO_LONG),
            (partial(messages.Say, room="x" * 300, text=""), Code.MESSAGE_TOO_LONG),
            (partial(messages.Join, room="tea", password="x" * 5000), Code.MESSAGE_TOO_LONG),
            (partial(messages.Say, room="tea", text="caf\udce9"), Code.MESSAGE_MALFORMED),
        ):
            asked = talk.caller.link.request(make)
            self.assertEqual(self.failureResultOf(asked, Refused).value.code, code)
        talk.network.settle()
        self.assertEqual(talk.server.took(), [])
        self.assertIsNone(talk.caller.end)

    def test_ids_begin_again_after_the_last_one(self) -> None:
        talk = Talk()
        talk.caller.link._asked._last = 2**32 - 2
        answers = [talk.caller.link.request(messages.Measure) for _ in range(2)]
        talk.network.settle()
        first, second = talk.server.took()
        self.assertEqual([first.id, second.id], [2**32 - 1, 1])
        for request in (first, second):
            talk.server.answer(request)
        talk.network.settle()
        self.assertEqual([self.successResultOf(one) for one in answers], [None, None])

    def test_no_request_before_the_welcome_nor_after_the_end(self) -> None:
        talk = Talk(welcomed=False)
        self.lost(talk.caller.link.request(messages.Measure))
        talk.server.say(welcome())
        talk.network.settle()
        talk.caller.line.cut()
        self.lost(talk.caller.link.request(messages.Measure))

    def test_a_loss_answers_all_that_waits(self) -> None:
        talk = Talk()
        answers = [talk.caller.link.request(messages.Measure) for _ in range(3)]
        talk.network.settle()
        talk.caller.line.cut()
        for answer in answers:
            self.lost(answer)
        self.assertEqual(talk.caller.end, Code.CONNECTION_LOST)

    def lost(self, answer: Deferred[Any]) -> None:
        error = self.failureResultOf(answer, ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)


class EventTest(SynchronousTestCase):
    """What comes without being asked for."""

    def test_events_in_order(self) -> None:
        talk = Talk()
        events: list[Struct] = [
            messages.Entered("tea", "bob"),
            messages.RoomSaid("tea", "bob", "hello", 0, 1, 2),
            messages.Left("tea", "bob"),
        ]
        talk.server.say(*events)
        talk.server.say(messages.Warned(Code.SILENT, "wake up"))
        talk.network.settle()
        self.assertEqual(talk.caller.told, [*events, messages.Warned(Code.SILENT, "wake up")])

    def test_what_a_newer_server_tells_is_passed_over(self) -> None:
        talk = Talk()
        talk.server.seal(packed(b"\x92\xcc\x77\x01") + encode(messages.Heartbeat()))
        talk.server.say(messages.Entered("tea", "bob"))
        talk.network.settle()
        self.assertEqual(talk.caller.told, [messages.Entered("tea", "bob")])
