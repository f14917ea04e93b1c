"""The calling side: every single thing that can be wrong with what it hears, with its code."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.errors import Code
from chatd.wire.codec import encode_struct
from chatd.wire.hello import ACK, Channel
from chatd.wire.initiator import Initiator
from chatd.wire.noise import public_bytes
from chatd.wire.responder import Responder
from tests.wire.case import WireCase
from tests.wire.pair import ADVICE, CLIENT, GUEST, LOW_ORDER, SERVER, Pair, body, hello


class WrongHello(WireCase):
    """Step 1, as the client sees it (see also test_hello)."""

    def test_each_fault_closes(self) -> None:
        for code, wrong in (
            (Code.VERSION_UNSUPPORTED, hello(versions=[2])),
            (Code.SUITE_UNSUPPORTED, hello(suite="none")),
            (Code.LIMITS_UNSUPPORTED, hello(nick=0)),
            (Code.HELLO_MALFORMED, hello(key=b"short")),
        ):
            initiator = Initiator(CLIENT)
            self.refused(code, initiator.receive, b"*" + encode_struct(wrong))
            self.closed(initiator)

    def test_something_else_first(self) -> None:
        for first in (b"", b"!", b"SSH-2.0-OpenSSH", b"\0\0"):
            initiator = Initiator(CLIENT)
            self.refused(Code.HELLO_MALFORMED, initiator.receive, first)
            self.closed(initiator)

    def test_a_refusal_that_is_none(self) -> None:
        self.refused(Code.HELLO_MALFORMED, Initiator(CLIENT).receive, b"-\xc0")

    def test_another_kind_of_channel(self) -> None:
        for said, seen in ((Channel.TLS, Channel.PLAIN), (Channel.PLAIN, Channel.TLS)):
            initiator = Initiator(CLIENT, seen)
            frame = Responder(hello(channel=said), SERVER).start()
            self.refused(Code.CHANNEL_MISMATCH, initiator.receive, body(frame))
            self.closed(initiator)

    def test_a_kind_of_channel_nobody_knows(self) -> None:
        for proxied in (False, True):
            initiator = Initiator(CLIENT, proxied=proxied)
            wrong = b"*" + encode_struct(hello(channel=2))
            self.refused(Code.CHANNEL_MISMATCH, initiator.receive, wrong)

    def test_a_key_of_small_order(self) -> None:
        for point in LOW_ORDER:
            initiator = Initiator(CLIENT)
            initiator.receive(b"*" + encode_struct(hello(key=point)))
            self.refused(Code.KEY_REJECTED, initiator.proceed, "", "")
            self.closed(initiator)


class WrongAck(WireCase):
    """Step 3, as the client sees it."""

    def setUp(self) -> None:
        self.pair = Pair()
        self.pair.greet()

    def rejected(self, code: Code, message: bytes) -> None:
        self.refused(code, self.pair.initiator.receive, message)
        self.closed(self.pair.initiator)

    def ack(self, payload: bytes) -> bytes:
        """A step 3 with any payload, by the real server."""
        self.pair.ask()
        noise = self.pair.responder._core.noise
        assert noise is not None
        return ACK + noise.write(payload)

    def test_before_syn(self) -> None:
        self.rejected(Code.WRONG_ORDER, ACK + bytes(100))

    def test_forged(self) -> None:
        self.pair.ask()
        key = public_bytes(X25519PrivateKey.generate())
        self.rejected(Code.HANDSHAKE_FORGED, ACK + key + bytes(30))

    def test_cut_short(self) -> None:
        self.rejected(Code.HANDSHAKE_FORGED, self.ack(b"")[:40])

    def test_a_key_of_small_order(self) -> None:
        self.pair.ask()
        self.rejected(Code.KEY_REJECTED, ACK + LOW_ORDER[0] + bytes(30))

    def test_a_payload_that_is_none(self) -> None:
        self.rejected(Code.ACK_MALFORMED, self.ack(b"\x91\xc0"))

    def test_of_another_handshake(self) -> None:
        other = Pair()
        other.greet(), other.ask()
        frame = other.responder.acknowledge(ADVICE)
        self.pair.ask()
        self.rejected(Code.HANDSHAKE_FORGED, body(frame))

    def test_twice(self) -> None:
        self.pair.ask()
        frame = self.pair.responder.acknowledge(ADVICE)
        self.pair.initiator.receive(body(frame))
        self.rejected(Code.WRONG_ORDER, body(frame))

    def test_hello_again(self) -> None:
        self.pair.ask()
        again = body(Responder(hello(), SERVER).start())
        self.rejected(Code.WRONG_ORDER, again)

    def test_something_else(self) -> None:
        self.pair.ask()
        self.rejected(Code.WRONG_ORDER, b"\0" * 40)


class OutOfOrder(WireCase):
    """An owner that calls in another order than the steps' gets nowhere."""

    def test_no_step_can_be_left_out(self) -> None:
        self.refused(Code.WRONG_ORDER, Initiator(CLIENT).proceed, "", "")
        self.refused(Code.WRONG_ORDER, Initiator(CLIENT).ready, GUEST)
        pair = Pair()
        pair.greet()
        self.refused(Code.WRONG_ORDER, pair.initiator.ready, GUEST)
        self.closed(pair.initiator)
