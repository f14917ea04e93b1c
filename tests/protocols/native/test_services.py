"""Services at the native door: listed, called, and no hindrance to what is asked besides."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.domain.results import ServiceRow
from chatd.errors import Code
from chatd.services.fields import fields_of
from chatd.services.service import TIMEOUT, Service
from chatd.services.services import Services
from chatd.wire import messages
from chatd.wire.codec import decode_struct
from tests.protocols.native.case import NativeCase
from tests.services.case import Answering, Word


class Calls(NativeCase):
    """The service ``echo`` answers at once, or never where it is asked to be ``slow``."""

    def setUp(self) -> None:
        super().setUp()
        self.work: Deferred[Word] = Deferred()
        fields = fields_of(Word)
        echo = Answering(lambda asker, word: self.work if word.text == "slow" else word)
        row = ServiceRow("echo", "for tests", 0, fields)
        service = Service(row, fields, echo, self.server.clock, None)
        self.server.state.services = Services([service])
        self.alice = self.signed("alice")

    def answers(self) -> list[tuple[int, int]]:
        """Ids and codes of what was answered since last asked."""
        return [(one.id, one.code) for one in self.alice.received()]

    def test_listed_and_called(self) -> None:
        self.alice.send(messages.Services(1), messages.CallService(2, "echo", {"text": "hi"}))
        listed, called = self.alice.received()
        row = messages.ServiceRow(
            "echo", "for tests", 0, [messages.FieldRow("text", "text", False, "what to say")]
        )
        services = decode_struct(listed.result, messages.ServiceList, Code.INTERNAL)
        self.assertEqual(services, messages.ServiceList([row]))
        reply = decode_struct(called.result, messages.ServiceReply, Code.INTERNAL)
        self.assertEqual(reply, messages.ServiceReply([{"text": "hi"}]))

    def test_nothing_waits_for_it(self) -> None:
        """Not the next message, not the next call."""
        self.alice.send(
            messages.CallService(1, "echo", {"text": "slow"}),
            messages.Measure(2),
            messages.CallService(3, "echo", {"text": "fast"}),
        )
        self.assertEqual(self.answers(), [(2, 0), (3, 0)])
        self.work.callback(Word("at last"))
        self.assertEqual(self.answers(), [(1, 0)])

    def test_too_late(self) -> None:
        self.alice.send(messages.CallService(1, "echo", {"text": "slow"}))
        self.server.clock.advance(TIMEOUT)
        self.assertEqual(self.answers(), [(1, Code.SERVICE_TIMEOUT)])

    def test_answered_after_the_connection_was_lost(self) -> None:
        """To nobody."""
        self.alice.send(messages.CallService(1, "echo", {"text": "slow"}))
        self.alice.lose()
        self.work.callback(Word("at last"))
