"""What the client does with a server that breaks a rule, whatever bytes it sends."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ChatError, Code
from chatd.wire import messages
from chatd.wire.codec import encode_struct
from chatd.wire.framing import MAX_FRAME, frame
from chatd.wire.records import packed
from client.link import HANDSHAKE_TIMEOUT
from tests.client.by_hand import ByHand, welcome
from tests.client.caller import Caller, Talk
from tests.support.network import Network


class RuleTest(SynchronousTestCase):
    """A server that breaks a rule is left, with that rule's code."""

    def ends(self, talk: Talk, code: Code) -> None:
        self.assertEqual(talk.caller.end, code)
        self.assertTrue(talk.caller.line.client.disconnected)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_a_second_welcome(self) -> None:
        talk = Talk()
        talk.server.say(welcome())
        self.ends(talk, Code.WRONG_ORDER)

    def test_an_event_before_the_welcome(self) -> None:
        talk = Talk(welcomed=False)
        talk.server.say(messages.Entered("tea", "bob"), welcome())
        self.ends(talk, Code.WRONG_ORDER)
        self.assertEqual(talk.caller.take(messages.Welcome), [])

    def test_a_second_hello(self) -> None:
        talk = Talk(steps=1)
        talk.server.write(talk.caller.line.server.written)
        self.ends(talk, Code.WRONG_ORDER)

    def test_ack_before_hello(self) -> None:
        talk = Talk(steps=0)
        talk.server.write(frame(b"#" + bytes(100)))
        self.ends(talk, Code.WRONG_ORDER)

    def test_another_service(self) -> None:
        talk = Talk(steps=0)
        talk.server.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        self.ends(talk, Code.FRAME_TOO_LARGE)
        talk = Talk(steps=0)
        talk.server.write(frame(b"220 mail.example.org"))
        self.ends(talk, Code.HELLO_MALFORMED)

    def test_versions_suites_and_limits_that_will_not_do(self) -> None:
        for announced, code in (
            ({"versions": [2]}, Code.VERSION_UNSUPPORTED),
            ({"suite": "Noise_NN_25519_ChaChaPoly_BLAKE2s"}, Code.SUITE_UNSUPPORTED),
            ({"message": 0}, Code.LIMITS_UNSUPPORTED),
            ({"channel": 1}, Code.CHANNEL_MISMATCH),
        ):
            talk = Talk(steps=1, **announced)
            self.ends(talk, code)
            self.assertEqual(talk.caller.line.client.written, b"")

    def test_a_proxy_may_end_the_tls_where_the_user_said_so(self) -> None:
        network = Network()
        server = ByHand(channel=1)
        caller = Caller(network, server, proxied=True)
        network.settle()
        server.say(welcome())
        self.assertEqual(len(caller.take(messages.Welcome)), 1)

    def test_an_answer_that_does_not_have_the_key(self) -> None:
        talk = Talk(steps=1)
        talk.server.write(frame(b"#\x09" + bytes(99)))
        self.ends(talk, Code.HANDSHAKE_FORGED)

    def test_records_that_do_not_open(self) -> None:
        talk = Talk()
        talk.server.write(frame(bytes(100)))
        self.ends(talk, Code.RECORD_FORGED)
        talk = Talk()
        talk.server.write(frame(b"short"))
        self.ends(talk, Code.RECORD_TOO_SHORT)

    def test_messages_that_do_not_add_up(self) -> None:
        for plaintext in (
            b"\xff\xff\x00",
            b"\x00\x00\x01",
            packed(b""),
            packed(b"\x93\x15\x01\x02"),
        ):
            talk = Talk()
            talk.server.seal(plaintext)
            self.ends(talk, Code.MESSAGE_MALFORMED)

    def test_a_frame_that_no_record_needs(self) -> None:
        talk = Talk()
        talk.server.write((MAX_FRAME + 1).to_bytes(4, "big"))
        self.ends(talk, Code.FRAME_TOO_LARGE)

    def test_nothing_is_looked_at_after_the_last_word(self) -> None:
        talk = Talk()
        talk.server.say(
            messages.Closing(Code.SHUTTING_DOWN, "back soon", 3.0), messages.Entered("tea", "bob")
        )
        talk.server.say(messages.Entered("tea", "eve"))
        self.ends(talk, Code.SHUTTING_DOWN)
        (error,) = talk.caller.told
        self.assertEqual((error.text, error.wait), ("back soon", 3.0))

    @given(st.binary(max_size=200))
    @settings(max_examples=60)
    def test_any_bytes_for_a_hello(self, data: bytes) -> None:
        talk = Talk(steps=0)
        talk.server.write(data)
        talk.network.advance(HANDSHAKE_TIMEOUT)
        self.assertIsInstance(talk.caller.end, Code)
        self.assertEqual(talk.caller.line.client.written, b"")

    @given(st.binary(max_size=60), st.booleans())
    @settings(max_examples=60)
    def test_any_bytes_in_a_record(self, data: bytes, whole: bool) -> None:
        talk = Talk()
        talk.server.seal(packed(data) if whole else data)
        self.assertIn(talk.caller.end, (None, Code.MESSAGE_MALFORMED, Code.RECORD_TOO_SHORT))

    @given(st.binary(max_size=40))
    @settings(max_examples=60)
    def test_any_bytes_for_a_result(self, data: bytes) -> None:
        talk = Talk()
        asked = talk.caller.link.request(messages.Users)
        talk.network.settle()
        (request,) = talk.server.took()
        talk.server.seal(packed(encode_struct(messages.Status(request.id, 0))[:-1] + data))
        end = talk.caller.end
        talk.caller.line.cut()
        self.assertTrue(asked.called, data)
        if end is None:
            asked.addErrback(lambda _: None)
        else:
            self.failureResultOf(asked, ChatError)
