"""The listening side: every single thing that can be wrong with what it hears, with its code."""

from __future__ import annotations

from chatd.errors import Code, WireError
from chatd.wire import messages
from chatd.wire.codec import encode, encode_struct
from chatd.wire.hello import SYN, Channel, Syn, prologue
from chatd.wire.initiator import Initiator
from chatd.wire.noise import HandshakeState, public_bytes
from chatd.wire.records import packed
from chatd.wire.responder import Responder
from tests.wire.case import WireCase
from tests.wire.pair import ADVICE, CLIENT, GUEST, LOW_ORDER, SERVER, Pair, body, hello


class WrongSyn(WireCase):
    """Step 2, as the server sees it."""

    def setUp(self) -> None:
        self.responder = Responder(hello(), SERVER)
        self.greeting = body(self.responder.start())

    def syn(self, payload: bytes) -> bytes:
        """A step 2 with any payload, by somebody who can do it all."""
        bound = prologue(self.greeting, Channel.PLAIN, b"")
        return SYN + HandshakeState(True, bound, CLIENT, public_bytes(SERVER)).write(payload)

    def rejected(self, code: Code, message: bytes) -> None:
        self.refused(code, self.responder.receive, message)
        self.closed(self.responder)

    def test_another_version(self) -> None:
        self.rejected(Code.VERSION_UNSUPPORTED, self.syn(encode_struct(Syn(2, "", ""))))

    def test_a_payload_that_is_none(self) -> None:
        self.rejected(Code.SYN_MALFORMED, self.syn(b"\xc0"))

    def test_a_nick_beyond_any_limit(self) -> None:
        self.rejected(Code.SYN_MALFORMED, self.syn(encode_struct(Syn(1, "x" * 256, ""))))

    def test_cut_short(self) -> None:
        self.rejected(Code.HANDSHAKE_FORGED, self.syn(b"")[:60])

    def test_a_key_of_small_order(self) -> None:
        self.rejected(Code.KEY_REJECTED, SYN + LOW_ORDER[1] + bytes(80))

    def test_for_another_server(self) -> None:
        initiator = Initiator(CLIENT)
        initiator.receive(
            body(Responder(hello(key=public_bytes(CLIENT), random=bytes(32)), CLIENT).start())
        )
        self.rejected(Code.HANDSHAKE_FORGED, body(initiator.proceed("", "")))

    def test_one_that_was_recorded(self) -> None:
        """HELLO's random bytes make an old SYN worthless."""
        recorded = self.syn(encode_struct(Syn(1, "alice", "")))
        self.responder.receive(recorded)
        self.responder = Responder(hello(random=b"\1" * 32), SERVER)
        self.responder.start()
        self.rejected(Code.HANDSHAKE_FORGED, recorded)

    def test_something_else(self) -> None:
        for other in (b"", b"*", b"#", b"GET / HTTP/1.0", b"\0" * 100):
            self.setUp()
            self.rejected(Code.WRONG_ORDER, other)

    def test_before_hello(self) -> None:
        syn = self.syn(encode_struct(Syn(1, "", "")))
        self.responder = Responder(hello(), SERVER)
        self.rejected(Code.WRONG_ORDER, syn)

    def test_twice(self) -> None:
        syn = self.syn(encode_struct(Syn(1, "", "")))
        self.responder.receive(syn)
        self.rejected(Code.WRONG_ORDER, syn)


class WrongReady(WireCase):
    """Step 4, as the server sees it."""

    def setUp(self) -> None:
        self.pair = Pair()
        self.pair.greet(), self.pair.ask(), self.pair.answer()

    def record(self, *encoded: bytes) -> bytes:
        records = self.pair.initiator.records
        assert records is not None
        return body(records.sealer.seal(b"".join(encoded)))

    def rejected(self, code: Code, message: bytes) -> None:
        self.refused(code, self.pair.responder.receive, message)
        self.closed(self.pair.responder)

    def test_another_message(self) -> None:
        self.rejected(Code.READY_MALFORMED, self.record(encode(messages.Join(1, "room"))))

    def test_an_unknown_message(self) -> None:
        self.rejected(Code.READY_MALFORMED, self.record(packed(b"\x92\x77\x01")))

    def test_not_a_message(self) -> None:
        for wrong in (b"", b"\xc0", b"\x91\x3d"):
            self.setUp()
            self.rejected(Code.READY_MALFORMED, self.record(packed(wrong)))

    def test_with_something_behind_it(self) -> None:
        more = encode(messages.Join(1, "room"))
        self.rejected(Code.READY_MALFORMED, self.record(encode(GUEST), more))

    def test_forged(self) -> None:
        self.rejected(Code.RECORD_FORGED, bytes(60))

    def test_too_short(self) -> None:
        self.rejected(Code.RECORD_TOO_SHORT, bytes(17))

    def test_syn_instead(self) -> None:
        self.rejected(Code.RECORD_FORGED, SYN + bytes(100))

    def test_twice(self) -> None:
        self.pair.admit()
        self.rejected(Code.WRONG_ORDER, self.record(encode(GUEST)))

    def test_a_secret_stays_out_of_the_error(self) -> None:
        ready = messages.Ready("guest", "x" * 256, b"whisper")
        error = self.assertRaises(
            WireError, self.pair.responder.receive, self.record(encode(ready))
        )
        self.assertEqual(error.code, Code.READY_MALFORMED)
        self.assertNotIn("whisper", repr(error))
        self.assertIsNone(error.__cause__)
        self.assertTrue(error.__suppress_context__)


class OutOfOrder(WireCase):
    """An owner that calls in another order than the steps' gets nowhere."""

    def test_no_step_can_be_left_out(self) -> None:
        responder = Responder(hello(), SERVER)
        responder.start()
        self.refused(Code.WRONG_ORDER, responder.acknowledge, ADVICE)
        self.closed(responder)
