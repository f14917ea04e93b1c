"""Records: what is sealed opens once, in order, unchanged; nothing else opens at all."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire import records
from chatd.wire.framing import MAX_FRAME
from chatd.wire.records import MAX_MESSAGE, MAX_PLAINTEXT, Opener, join, packed
from tests.wire.pair import body, direction, flipped

encoded = st.lists(st.binary(max_size=50), min_size=1, max_size=20)


def unpacked(pieces: Iterable[bytes]) -> list[bytes]:
    """The messages in joined pieces."""
    found = []
    for piece in pieces:
        while piece:
            size = int.from_bytes(piece[:2], "big")
            found.append(piece[2 : 2 + size])
            piece = piece[2 + size :]
    return found


class RoundTrips(SynchronousTestCase):
    @given(st.lists(encoded, max_size=5))
    def test_all_that_is_sealed_opens(self, turns: list[list[bytes]]) -> None:
        sealer, opener = direction()
        for messages in turns:
            (piece,) = join([packed(message) for message in messages])
            self.assertEqual(opener.open(body(sealer.seal(piece))), messages)

    def test_the_largest(self) -> None:
        sealer, opener = direction()
        frame = sealer.seal(packed(bytes(MAX_MESSAGE)))
        self.assertEqual(len(body(frame)), MAX_FRAME)
        self.assertEqual(opener.open(body(frame)), [bytes(MAX_MESSAGE)])

    @given(st.lists(st.integers(0, MAX_MESSAGE), max_size=12))
    def test_joining_keeps_every_message_whole_and_in_order(self, sizes: list[int]) -> None:
        messages = [bytes([number]) * size for number, size in enumerate(sizes)]
        pieces = join([packed(message) for message in messages])
        self.assertEqual(unpacked(pieces), messages)
        for piece, following in pairwise(pieces):
            first = 2 + int.from_bytes(following[:2], "big")
            self.assertGreater(len(piece) + first, MAX_PLAINTEXT, "there was room for one more")
        self.assertTrue(all(len(piece) <= MAX_PLAINTEXT for piece in pieces))

    def test_what_just_fits_goes_together(self) -> None:
        pieces = [bytes(MAX_PLAINTEXT - 100), bytes(100)]
        self.assertEqual(join(pieces), [bytes(MAX_PLAINTEXT)])
        self.assertEqual(join([*pieces, b"x"]), [bytes(MAX_PLAINTEXT), b"x"])
        self.assertEqual(join([b"x", *pieces]), [b"x" + pieces[0], pieces[1]])

    def test_nothing_to_join(self) -> None:
        self.assertEqual(join([]), [])


class Attacks(SynchronousTestCase):
    """Three records of one direction, and what somebody on the way may do to them."""

    def setUp(self) -> None:
        sealer, self.opener = direction()
        self.frames = [body(sealer.seal(packed(text))) for text in (b"one", b"two", b"three")]

    def forged(self, record: bytes) -> None:
        error = self.assertRaises(WireError, self.opener.open, record)
        self.assertEqual(error.code, Code.RECORD_FORGED)

    def test_repeated(self) -> None:
        self.opener.open(self.frames[0])
        self.forged(self.frames[0])

    def test_moved(self) -> None:
        self.forged(self.frames[1])

    def test_dropped(self) -> None:
        self.opener.open(self.frames[0])
        self.forged(self.frames[2])

    def test_any_bit_changed(self) -> None:
        for index in range(len(self.frames[0])):
            for bit in range(8):
                self.forged(flipped(self.frames[0], index, bit))

    def test_longer_or_shorter(self) -> None:
        self.forged(self.frames[0] + b"\0")
        self.forged(self.frames[0][:-1])

    def test_sent_back(self) -> None:
        """The other direction has another key."""
        _, self.opener = direction(b"\1" * 32)
        self.forged(self.frames[0])

    def test_too_short_to_hold_anything(self) -> None:
        for length in range(18):
            error = self.assertRaises(WireError, self.opener.open, bytes(length))
            self.assertEqual(error.code, Code.RECORD_TOO_SHORT)


class Lengths(SynchronousTestCase):
    """The lengths inside, from a peer that has the keys and is hostile."""

    def malformed(self, plaintext: bytes) -> None:
        sealer, opener = direction()
        error = self.assertRaises(WireError, opener.open, body(sealer.seal(plaintext)))
        self.assertEqual(error.code, Code.MESSAGE_MALFORMED)

    def test_beyond_the_end(self) -> None:
        self.malformed(b"\0\4abc")
        self.malformed(b"\0\3abc\0\1")
        self.malformed(b"\xff\xff")

    def test_half_a_length(self) -> None:
        self.malformed(b"\0\3abc\0")

    def test_empty_messages(self) -> None:
        sealer, opener = direction()
        self.assertEqual(opener.open(body(sealer.seal(bytes(6)))), [b"", b"", b""])

    @given(st.binary(min_size=2, max_size=100))
    def test_any_plaintext(self, plaintext: bytes) -> None:
        sealer, opener = direction()
        try:
            messages = opener.open(body(sealer.seal(plaintext)))
        except WireError as error:
            self.assertEqual(error.code, Code.MESSAGE_MALFORMED)
        else:
            self.assertEqual(b"".join(map(packed, messages)), plaintext)


class Rekeying(SynchronousTestCase):
    """Every so many records each direction replaces its key; here every three."""

    def setUp(self) -> None:
        self.assertEqual(records.REKEY_INTERVAL, 1_048_576)
        self.patch(records, "REKEY_INTERVAL", 3)

    def test_both_sides_go_on(self) -> None:
        sealer, opener = direction()
        keys = []
        for number in range(10):
            message = b"%d" % number
            self.assertEqual(opener.open(body(sealer.seal(packed(message)))), [message])
            keys.append(sealer._cipher._key)
        changes = [number for number in range(1, 10) if keys[number] != keys[number - 1]]
        self.assertEqual(changes, [2, 5, 8])

    def test_the_counter_goes_on(self) -> None:
        sealer, _ = direction()
        for _ in range(7):
            sealer.seal(packed(b""))
        self.assertEqual(sealer._cipher.counter, 7)

    def test_a_peer_that_does_not_is_not_understood(self) -> None:
        sealer, opener = direction()
        for _ in range(3):
            opener.open(body(sealer.seal(packed(b""))))
        opener._cipher.rekey()
        error = self.assertRaises(WireError, Opener.open, opener, body(sealer.seal(packed(b""))))
        self.assertEqual(error.code, Code.RECORD_FORGED)
