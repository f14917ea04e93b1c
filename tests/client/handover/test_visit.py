"""A command's side of the socket, where the other side is played by hand and breaks the rules."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, Struct
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from chatd.wire.codec import encode_struct
from chatd.wire.framing import MAX_FRAME, frame
from client.handover.frames import VERSION, Hello
from client.handover.visit import ANSWER_TIMEOUT, Visit
from client.model.uplink import Online, Stopped
from tests.client.by_hand import welcome
from tests.client.listener import Listener


class VisitTest(SynchronousTestCase):
    """:ivar heard: what the command is told."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.begin()

    def begin(self) -> None:
        """A visit, greeted and attended."""
        self.heard = Listener()
        self.transport = StringTransport(lenient=True)
        self.visit = Visit(self.clock)
        self.visit.makeConnection(self.transport)
        self.says(Hello(VERSION, 77, "chatd://127.0.0.1", "alice"))
        self.successResultOf(self.visit.greeted)
        self.visit.attend(self.heard).start()

    def says(self, *words: Struct) -> None:
        """What the running one says."""
        self.visit.dataReceived(b"".join(frame(encode_struct(word)) for word in words))

    def asks(self) -> Deferred[Any]:
        """The command asks for the rooms: number 1."""
        return self.visit.request(messages.Rooms)

    def stopped(self) -> ChatError:
        """Why the command is to end."""
        state = self.heard.state
        assert isinstance(state, Stopped)
        return state.error

    def lose(self) -> None:
        """The socket is closed."""
        self.visit.connectionLost(Failure(ConnectionLost()))

    def code(self, failed: Deferred[Any]) -> Code:
        error = self.failureResultOf(failed, ChatError).value
        assert isinstance(error, ChatError)
        return error.code

    def test_nothing_is_heard_before_the_command_attends(self) -> None:
        visit = Visit(self.clock)
        visit.makeConnection(StringTransport(lenient=True))
        hello = Hello(VERSION, 77, "chatd://127.0.0.1", "alice")
        visit.dataReceived(b"".join(frame(encode_struct(one)) for one in (hello, welcome())))
        visit.attend(self.heard)
        self.assertEqual(self.heard.told, [])
        visit.start()
        self.assertIsInstance(self.heard.state, Online)

    def test_what_ends_it(self) -> None:
        wrong = messages.Status(1, 0, result=Raw(b"\xa4what"))
        for data in (frame(b"junk"), frame(b""), frame(encode_struct(wrong))):
            self.begin()
            asked = self.asks()
            self.visit.dataReceived(data)
            self.assertEqual(self.stopped().code, Code.MESSAGE_MALFORMED)
            self.assertTrue(self.transport.disconnecting)
            self.lose()
            self.assertEqual(self.code(asked), Code.CONNECTION_LOST)
            self.assertEqual(len(self.heard.take(Stopped)), 1)

    def test_too_long_a_frame(self) -> None:
        self.visit.dataReceived((MAX_FRAME + 1).to_bytes(4, "big"))
        self.assertTrue(self.transport.disconnecting)

    def test_nothing_is_told_after_the_end(self) -> None:
        said = messages.RoomSaid("tea", "bob", "hello", 0, 1, 1)
        self.visit.dataReceived(frame(b"junk") + frame(encode_struct(said)))
        self.assertEqual(self.heard.take(messages.RoomSaid), [])

    def test_what_is_passed_over(self) -> None:
        self.says(messages.Status(9, 0), messages.Heartbeat())
        self.visit.dataReceived(frame(b"\x92\x7e\x07"))
        self.assertFalse(self.transport.disconnecting)

    def test_refusals(self) -> None:
        asked = self.asks()
        self.says(messages.Status(1, Code.BUSY, "busy", 3.0))
        refused = self.failureResultOf(asked, Refused).value
        self.assertEqual((refused.code, refused.text, refused.wait), (Code.BUSY, "busy", 3.0))

    def test_a_lost_connection_is_no_refusal(self) -> None:
        asked = self.asks()
        self.says(messages.Status(1, Code.CONNECTION_LOST, "not connected"))
        error = self.failureResultOf(asked, ChatError).value
        self.assertNotIsInstance(error, Refused)

    def test_no_answer(self) -> None:
        """The running one was suspended, say; an answer that comes late is of no use."""
        asked = self.asks()
        self.clock.advance(ANSWER_TIMEOUT)
        error = self.failureResultOf(asked, ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)
        self.assertIn("(process 77) does not answer", error.text)
        page = messages.RoomPage([], 0, False)
        self.says(messages.Status(1, 0, result=Raw(encode_struct(page))))
        asked = self.visit.request(messages.Rooms)
        self.says(messages.Status(2, 0, result=Raw(encode_struct(page))))
        self.assertEqual(self.successResultOf(asked), page)

    def test_no_timer_is_left(self) -> None:
        for words in ((), (welcome(),), (messages.Closing(Code.REPLACED, "taken over"),)):
            self.lose()
            self.begin()
            self.says(*words)
        self.visit.logout()
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_given_up_for_a_reason_of_a_later_version(self) -> None:
        self.says(messages.Closing(299, "something new"))
        self.assertEqual(self.stopped().text, "something new")

    def test_going(self) -> None:
        """Nothing more is told; going twice, and after the end, does nothing."""
        gone = self.visit.logout()
        self.assertNoResult(gone)
        self.lose()
        self.successResultOf(gone)
        self.successResultOf(self.visit.logout())
        self.assertEqual(self.heard.told, [])
        self.assertEqual(self.code(self.asks()), Code.CONNECTION_LOST)

    @given(st.lists(st.binary(max_size=40)), st.integers(1, 7))
    def test_any_bytes(self, bodies: list[bytes], size: int) -> None:
        self.begin()
        data = b"".join(map(frame, bodies))
        for start in range(0, len(data), size):
            self.visit.dataReceived(data[start : start + size])
        self.assertLessEqual(len(self.heard.take(Stopped)), 1)
        self.visit.logout()
