"""HELLO as a client takes it: each thing wrong with it has a code of its own."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire.codec import encode_struct
from chatd.wire.framing import MAX_HANDSHAKE_FRAME
from chatd.wire.hello import HELLO, Channel, Hello, decode_hello, encode_hello, prologue
from tests.wire.pair import hello
from tests.wire.structs import structs


class Decoding(SynchronousTestCase):
    def refused(self, code: Code, body: bytes) -> None:
        error = self.assertRaises(WireError, decode_hello, body)
        self.assertEqual(error.code, code)

    def test_as_announced(self) -> None:
        self.assertEqual(decode_hello(encode_hello(hello())), hello())

    def test_several_versions(self) -> None:
        self.assertEqual(decode_hello(encode_hello(hello(versions=[3, 1]))).versions, [3, 1])

    def test_versions_we_do_not_speak(self) -> None:
        for versions in ([], [0], [2, 3]):
            self.refused(Code.VERSION_UNSUPPORTED, encode_hello(hello(versions=versions)))

    def test_another_suite(self) -> None:
        suite = "Noise_IK_25519_ChaChaPoly_SHA256"
        self.refused(Code.SUITE_UNSUPPORTED, encode_hello(hello(suite=suite)))

    def test_limits_nobody_can_live_with(self) -> None:
        for wrong in ({"nick": 0}, {"nick": 256}, {"message": 0}, {"message": 65518}):
            self.refused(Code.LIMITS_UNSUPPORTED, encode_hello(hello(**wrong)))
        self.refused(Code.LIMITS_UNSUPPORTED, encode_hello(hello(capacity=0)))

    def test_the_outermost_limits(self) -> None:
        for right in ({"nick": 1}, {"nick": 255}, {"message": 1}, {"message": 65517}):
            decode_hello(encode_hello(hello(**right)))

    def test_a_key_or_random_of_another_size(self) -> None:
        for size in (0, 31, 33):
            self.refused(Code.HELLO_MALFORMED, encode_hello(hello(key=bytes(size))))
            self.refused(Code.HELLO_MALFORMED, encode_hello(hello(random=bytes(size))))

    def test_no_hello_at_all(self) -> None:
        for body in (b"", b"*", b"*\xc0", b"HTTP/1.1 400 Bad Request\r\n"):
            self.refused(Code.HELLO_MALFORMED, body)

    def test_larger_than_a_handshake_step_may_be(self) -> None:
        """Fields of times to come do not make it good."""
        fields = msgspec.msgpack.decode(encode_struct(hello()))
        room = MAX_HANDSHAKE_FRAME - len(encode_hello(hello())) - 3
        decode_hello(HELLO + msgspec.msgpack.encode([*fields, bytes(room)]))
        long = HELLO + msgspec.msgpack.encode([*fields, bytes(room + 1)])
        self.refused(Code.HELLO_MALFORMED, long)

    @given(st.binary(max_size=300) | structs(Hello).map(encode_struct))
    def test_any_body(self, rest: bytes) -> None:
        try:
            taken = decode_hello(HELLO + rest)
        except WireError as error:
            self.assertIn(
                error.code,
                {
                    Code.HELLO_MALFORMED,
                    Code.VERSION_UNSUPPORTED,
                    Code.SUITE_UNSUPPORTED,
                    Code.LIMITS_UNSUPPORTED,
                },
            )
        else:
            self.assertIn(1, taken.versions)


class Prologue(SynchronousTestCase):
    """What both sides must have seen alike."""

    def test_bytes(self) -> None:
        self.assertEqual(
            prologue(b"*hello", Channel.TLS, b"\xee" * 32),
            b"chatd1" + b"\0\0\0\6" + b"*hello" + b"\1" + b"\xee" * 32,
        )

    @given(st.binary(max_size=8), st.binary(max_size=8))
    def test_two_channels_never_have_the_same(self, first: bytes, second: bytes) -> None:
        for exporter in (b"", bytes(32)):
            plain = prologue(first, Channel.PLAIN, exporter)
            self.assertNotEqual(plain, prologue(second, Channel.TLS, exporter))
