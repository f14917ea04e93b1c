"""Heartbeats, lag, silence, and how a connection is closed from this side."""

from __future__ import annotations

from functools import partial

from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Liveness
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.link import LAG_INTERVAL, LAST_WORD, SEND_QUEUE
from tests.client.by_hand import LIMITS
from tests.client.caller import Caller, Talk
from tests.support.network import Network


class HeartbeatTest(SynchronousTestCase):
    """Seed 001's times: 6 seconds of one's own silence, 30 of the other side's."""

    def test_a_heartbeat_after_silence(self) -> None:
        """Six seconds after whatever was said last, or at the next look after that."""
        talk = Talk()
        beats, last = 0, 0
        for second in range(1, 60):
            talk.network.advance(1)
            talk.server.say(messages.Heartbeat())
            for word in talk.server.took():
                if isinstance(word, messages.Heartbeat):
                    beats += 1
                    self.assertIn(second - last, (6, 7))
                last = second
            self.assertLessEqual(second - last, 7)
        self.assertGreater(beats, 5)

    def test_none_while_something_is_said(self) -> None:
        talk = Talk()
        for _ in range(8):
            talk.network.advance(3)
            talk.server.say(messages.Heartbeat())
            talk.caller.link.request(messages.Rooms).addErrback(lambda _: None)
        talk.network.settle()
        said = {type(one) for one in talk.server.took()}
        self.assertEqual(said, {messages.Rooms, messages.Measure})

    def test_the_real_server_is_content(self) -> None:
        """Minutes pass, and nobody is warned or closed."""
        network = Network()
        caller = Caller(network)
        network.advance(150)
        self.assertIsNone(caller.end)
        self.assertEqual(caller.take(messages.Warned), [])

    def test_a_server_that_falls_silent(self) -> None:
        talk = Talk()
        talk.network.advance(LIMITS.timeout - 1)
        self.assertIsNone(talk.caller.end)
        talk.network.advance(1)
        self.assertEqual(talk.caller.end, Code.SERVER_SILENT)
        self.assertTrue(talk.caller.line.client.disconnected)

    def test_any_word_breaks_the_silence(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.network.advance(20)
            talk.server.say(messages.Heartbeat())
        talk.network.settle()
        self.assertIsNone(talk.caller.end)

    def test_a_dead_network(self) -> None:
        """Both sides notice, each by itself, in the same time."""
        network = Network()
        caller = Caller(network)
        network.settle()
        caller.line.stuck = True
        network.advance(31)
        self.assertEqual(caller.end, Code.SERVER_SILENT)
        self.assertIn(Code.SILENT, network.server.audit.codes("closed"))

    def test_the_servers_own_times_count(self) -> None:
        network = Network()
        network.server.state.liveness = Liveness(heartbeat=2.0, timeout=9.0)
        caller = Caller(network)
        network.settle()
        caller.line.stuck = True
        network.advance(8)
        self.assertIsNone(caller.end)
        network.advance(2)
        self.assertEqual(caller.end, Code.SERVER_SILENT)


class LagTest(SynchronousTestCase):
    """How long an answer takes."""

    def test_measured_soon_and_then_now_and_then(self) -> None:
        talk = Talk()
        asked = []
        for second in range(1, 41):
            talk.network.advance(1)
            talk.server.say(messages.Heartbeat())
            asked += [second for one in talk.server.took() if isinstance(one, messages.Measure)]
        self.assertEqual(asked, [2, 2 + LAG_INTERVAL, 2 + 2 * LAG_INTERVAL])

    def test_the_seconds_until_the_answer(self) -> None:
        talk = Talk()
        talk.network.advance(2)
        (request,) = talk.server.took()
        talk.network.clock.advance(0.25)
        talk.server.answer(request)
        self.assertEqual(talk.caller.take(float), [0.25])

    def test_a_server_that_does_not_know_the_request(self) -> None:
        talk = Talk()
        talk.network.advance(2)
        (request,) = talk.server.took()
        talk.server.say(messages.Status(request.id, Code.UNKNOWN_COMMAND, "what?"))
        self.assertEqual(talk.caller.take(float), [])
        self.assertIsNone(talk.caller.end)


class EndTest(SynchronousTestCase):
    """Closing, in order or in haste."""

    def test_what_waits_is_sent_before_the_end(self) -> None:
        talk = Talk()
        talk.caller.link.request(messages.Logout).addErrback(lambda _: None)
        talk.caller.link.hang_up(ChatError(Code.LOGGED_OUT))
        talk.network.settle()
        self.assertEqual([type(one) for one in talk.server.took()], [messages.Logout])
        self.assertEqual(talk.caller.end, Code.LOGGED_OUT)

    def test_a_server_that_does_not_read(self) -> None:
        """It does not keep the client from ending."""
        talk = Talk()
        talk.caller.line.client.fill()
        talk.caller.link.request(messages.Rooms).addErrback(lambda _: None)
        talk.caller.link.hang_up(ChatError(Code.LOGGED_OUT))
        talk.network.advance(LAST_WORD - 1)
        self.assertIsNone(talk.caller.end)
        talk.network.advance(1)
        self.assertEqual(talk.caller.end, Code.LOGGED_OUT)
        self.assertTrue(talk.caller.line.client.disconnected)

    def test_a_network_that_takes_nothing(self) -> None:
        talk = Talk()
        talk.caller.line.stuck = True
        talk.caller.link.hang_up(ChatError(Code.LOGGED_OUT))
        talk.network.advance(LAST_WORD)
        self.assertEqual(talk.caller.end, Code.LOGGED_OUT)

    def test_in_the_middle_of_a_handshake(self) -> None:
        for steps in range(3):
            talk = Talk(steps=steps, welcomed=False)
            talk.caller.link.hang_up(ChatError(Code.CONNECTION_LOST, "closed here"))
            self.assertEqual(talk.caller.end, Code.CONNECTION_LOST)
            talk.network.advance(20)
            self.assertEqual(talk.network.clock.getDelayedCalls()[1:], [])

    def test_nothing_runs_on_after_the_end(self) -> None:
        talk = Talk()
        talk.caller.link.hang_up(ChatError(Code.LOGGED_OUT))
        talk.network.settle()
        self.assertEqual(len(talk.network.clock.getDelayedCalls()), 1)  # the door's own tick

    def test_the_first_reason_counts(self) -> None:
        talk = Talk()
        talk.caller.link.fail(ChatError(Code.TOO_SLOW))
        talk.caller.link.hang_up(ChatError(Code.LOGGED_OUT))
        talk.caller.link.fail(ChatError(Code.SERVER_SILENT))
        self.assertEqual(talk.caller.end, Code.TOO_SLOW)

    def test_more_than_can_wait(self) -> None:
        talk = Talk()
        talk.caller.line.client.fill()
        say = partial(messages.Say, room="tea", text="x" * 60_000)
        answers = [talk.caller.link.request(say) for _ in range(SEND_QUEUE // 60_000 + 1)]
        self.assertEqual(talk.caller.end, Code.TOO_SLOW)
        for answer in answers:
            self.failureResultOf(answer, ChatError)

    def test_words_for_a_loss(self) -> None:
        for reason, words in (
            (None, "the server hung up"),
            (ConnectionLost("no route"), "the connection was lost: no route"),
            (ConnectionLost(), "the connection was lost"),
        ):
            talk = Talk()
            talk.caller.link.connectionLost(*([Failure(reason)] if reason else []))
            (error,) = talk.caller.take(ChatError)
            self.assertTrue(error.text.startswith(words), error.text)
