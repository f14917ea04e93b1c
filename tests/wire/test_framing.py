"""Frames: however the bytes of a stream come, the same bodies come out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire.framing import MAX_FRAME, FrameParser, frame

bodies = st.lists(st.binary(max_size=40), max_size=12)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    """``data`` in pieces, cut at these places."""
    edges = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


class Frames(SynchronousTestCase):
    """What is whole is given, once, in order."""

    def test_hex(self) -> None:
        self.assertEqual(frame(b"abc").hex(), "00000003616263")
        self.assertEqual(FrameParser().feed(bytes.fromhex("00000003616263")), [b"abc"])

    def test_glued(self) -> None:
        data = frame(b"one") + frame(b"") + frame(b"two") + frame(b"three")[:5]
        parser = FrameParser()
        self.assertEqual(parser.feed(data), [b"one", b"", b"two"])
        self.assertEqual(parser.feed(b"hree"), [b"three"])

    @given(bodies)
    def test_byte_by_byte(self, sent: list[bytes]) -> None:
        parser, got = FrameParser(), []
        for byte in b"".join(map(frame, sent)):
            got += parser.feed(bytes([byte]))
        self.assertEqual(got, sent)

    @given(bodies, st.lists(st.integers(0, 1000), max_size=10))
    def test_in_any_pieces(self, sent: list[bytes], at: list[int]) -> None:
        parser, got = FrameParser(), []
        for piece in cut(b"".join(map(frame, sent)), at):
            got += parser.feed(piece)
        self.assertEqual(got, sent)

    @given(bodies, st.binary(min_size=1, max_size=40), st.data())
    def test_truncated(self, sent: list[bytes], last: bytes, data: st.DataObject) -> None:
        """A frame that is not whole is never given, in part or at all."""
        kept = data.draw(st.integers(0, len(last) + 3))
        stream = b"".join(map(frame, sent)) + frame(last)[:kept]
        self.assertEqual(FrameParser().feed(stream), sent)

    @given(st.lists(st.binary(max_size=20)), st.integers(0, 2**17))
    def test_random(self, pieces: list[bytes], limit: int) -> None:
        """Any bytes are frames, or announce one that is too large."""
        parser, got, stream = FrameParser(limit), b"", b"".join(pieces)
        try:
            for piece in pieces:
                for body in parser.feed(piece):
                    self.assertLessEqual(len(body), limit)
                    got += frame(body)
        except WireError as error:
            self.assertEqual(error.code, Code.FRAME_TOO_LARGE)
        self.assertTrue(stream.startswith(got))


class Limits(SynchronousTestCase):
    """What is announced too large is refused before any of it is kept."""

    def refused(self, parser: FrameParser, data: bytes) -> WireError:
        error: WireError = self.assertRaises(WireError, parser.feed, data)
        self.assertEqual(error.code, Code.FRAME_TOO_LARGE)
        self.assertEqual(parser._rest, b"")
        return error

    def test_the_largest(self) -> None:
        self.assertEqual(FrameParser().feed(frame(bytes(MAX_FRAME))), [bytes(MAX_FRAME)])

    def test_one_more(self) -> None:
        error = self.refused(FrameParser(), (MAX_FRAME + 1).to_bytes(4, "big"))
        self.assertIn("65536", error.text)
        self.assertIn("65535", error.text)

    def test_before_its_bytes_come(self) -> None:
        parser = FrameParser(4096)
        self.assertEqual(parser.feed(b"\0\0\x10"), [])
        self.refused(parser, b"\x01")

    def test_with_its_first_bytes(self) -> None:
        self.refused(FrameParser(4096), b"\xff\xff\xff\xff" + bytes(1000))

    def test_raised_when_the_handshake_is_done(self) -> None:
        parser = FrameParser(4096)
        self.assertEqual(parser.feed(frame(bytes(4096))), [bytes(4096)])
        parser.limit = MAX_FRAME
        self.assertEqual(parser.feed(frame(bytes(4097))), [bytes(4097)])
