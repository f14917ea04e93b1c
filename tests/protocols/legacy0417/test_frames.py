"""Every hex example of the ``04 17`` protocol, and streams that are broken in every way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.protocols.legacy0417 import frames
from chatd.protocols.legacy0417.frames import HEADER, LONGEST, MAGIC, Framer, Op, Status
from chatd.protocols.legacy0417.requests import (
    GREETING,
    ChangeNick,
    Hello,
    Join,
    KeepAlive,
    Leave,
    Request,
    Say,
    ShowRooms,
    ShowUsers,
    Tell,
    decode,
    readable,
)

#: What the original client was seen to send, and what it means.
CLIENT: list[tuple[str, Request]] = [
    ("0000002d 0417 9b" + GREETING.hex(), Hello()),
    ("00000020 0417 13 1f" + b"staying alive, staying alive...".hex(), KeepAlive()),
    ("00000006 0417 0f 05616c696365", ChangeNick("alice")),
    ("00000000 0417 09", ShowRooms()),
    ("00000000 0417 0c", ShowUsers()),
    ("00000000 0417 06", Leave()),
    ("00000008 0417 03 0372656403707731", Join("red", "pw1")),
    ("00000005 0417 03 0372656400", Join("red", "")),
    ("00000010 0417 15 03726564 000a 68656c6c6f20726f6f6d", Say("red", b"hello room")),
    ("0000000c 0417 12 03626f62 0006 736563726574", Tell("bob", b"secret")),
]
STREAM = b"".join(bytes.fromhex(example) for example, _ in CLIENT)
MEANT = [request for _, request in CLIENT]


def read(framer: Framer, data: bytes) -> list[Request]:
    """Feed ``data`` and decode every frame that is complete."""
    framer.feed(data)
    requests = []
    while (frame := framer.take()) is not None:
        requests.append(decode(*frame))
    return requests


def frame(op: int, payload: bytes) -> bytes:
    """A frame of any op, right or wrong."""
    return HEADER.pack(len(payload), MAGIC, op) + payload


class ClientFrames(SynchronousTestCase):
    """Requests, from bytes to values."""

    def test_every_example(self) -> None:
        for example, meaning in CLIENT:
            self.assertEqual(read(Framer(), bytes.fromhex(example)), [meaning])

    def test_the_greeting_is_45_bytes(self) -> None:
        self.assertEqual(len(GREETING), 45)
        self.assertTrue(GREETING.hex().startswith("41206c6f"))
        self.assertTrue(GREETING.hex().endswith("61776179"))

    def test_glued_together(self) -> None:
        self.assertEqual(read(Framer(), STREAM), MEANT)

    def test_byte_by_byte(self) -> None:
        framer = Framer()
        requests = [request for byte in STREAM for request in read(framer, bytes((byte,)))]
        self.assertEqual(requests, MEANT)

    def test_outside_a_room_the_room_is_empty(self) -> None:
        self.assertEqual(read(Framer(), frame(Op.SAY, b"\0\0\x02hi")), [Say("", b"hi")])

    def test_a_leading_sigil_is_no_part_of_a_room(self) -> None:
        self.assertEqual(read(Framer(), frame(Op.JOIN, b"\4#red\0")), [Join("red", "")])
        self.assertEqual(read(Framer(), frame(Op.SAY, b"\4#red\0\1x")), [Say("red", b"x")])
        self.assertEqual(read(Framer(), frame(Op.TELL, b"\4#red\0\1x")), [Tell("#red", b"x")])

    def test_names_are_utf8_or_else_latin1(self) -> None:
        self.assertEqual(read(Framer(), frame(Op.NICK, b"\3\xc3\xa9a")), [ChangeNick("éa")])
        self.assertEqual(read(Framer(), frame(Op.NICK, b"\2\xe9a")), [ChangeNick("éa")])
        self.assertEqual(read(Framer(), frame(Op.JOIN, b"\1r\1\xe9")), [Join("r", "é")])

    def test_the_longest_names_and_messages(self) -> None:
        name, text = b"n" * 255, b"\xff" * 65535
        payload = b"\xff" + name + b"\xff\xff" + text
        self.assertEqual(len(payload), LONGEST[Op.TELL])
        self.assertEqual(read(Framer(), frame(Op.TELL, payload)), [Tell("n" * 255, text)])

    def test_no_secret_in_a_repr(self) -> None:
        for op, payload in ((Op.JOIN, b"\1r\6secret"), (Op.TELL, b"\1n\0\6secret")):
            self.assertNotIn("secret", repr(decode(op, payload)))


class BrokenStreams(SynchronousTestCase):
    """What no client of this protocol sends."""

    def refused(self, data: bytes) -> Code:
        error: WireError = self.assertRaises(WireError, read, Framer(), data)
        return error.code

    def test_wrong_magic(self) -> None:
        self.assertEqual(self.refused(b"\0\0\0\0\x04\x18\x09"), Code.MESSAGE_MALFORMED)
        self.assertEqual(self.refused(b"GET / HTTP/1.1\r\n"), Code.MESSAGE_MALFORMED)

    def test_ops_that_no_client_sends(self) -> None:
        for op in set(range(256)) - LONGEST.keys():
            self.assertEqual(self.refused(frame(op, b"")), Code.MESSAGE_MALFORMED)

    def test_a_length_is_refused_before_its_bytes_come(self) -> None:
        for op, longest in LONGEST.items():
            header = HEADER.pack(longest + 1, MAGIC, op)
            self.assertEqual(self.refused(header), Code.FRAME_TOO_LARGE)
        self.assertEqual(self.refused(b"\xff\xff\xff\xff\x04\x17\x15"), Code.FRAME_TOO_LARGE)

    def test_another_greeting(self) -> None:
        self.assertEqual(self.refused(frame(Op.HELLO, GREETING.upper())), Code.HELLO_MALFORMED)

    def test_a_payload_too_short_or_too_long(self) -> None:
        for example, _ in CLIENT:
            data = bytes.fromhex(example)
            op, payload = data[6], data[7:]
            for shorter in range(len(payload)):
                self.assertEqual(self.refused(frame(op, payload[:shorter])), Code.MESSAGE_MALFORMED)
            self.assertIn(
                self.refused(frame(op, payload + b"\0")),
                (Code.MESSAGE_MALFORMED, Code.FRAME_TOO_LARGE),
            )

    def test_what_came_before_the_break_is_still_read(self) -> None:
        framer = Framer()
        framer.feed(frame(Op.ROOMS, b"") + b"nonsense")
        self.assertEqual(framer.take(), (Op.ROOMS, b""))
        self.assertRaises(WireError, framer.take)
        self.assertRaises(WireError, framer.take)

    @given(st.lists(st.integers(0, len(STREAM)), max_size=8))
    def test_any_pieces_mean_the_same(self, cuts: list[int]) -> None:
        framer, requests, start = Framer(), [], 0
        for end in [*sorted(cuts), len(STREAM)]:
            requests += read(framer, STREAM[start:end])
            start = end
        self.assertEqual(requests, MEANT)

    @given(st.integers(0, len(STREAM)))
    def test_a_truncated_stream_waits(self, size: int) -> None:
        framer = Framer()
        requests = read(framer, STREAM[:size])
        self.assertEqual(requests, MEANT[: len(requests)])
        self.assertEqual(requests + read(framer, STREAM[size:]), MEANT)

    @given(st.binary(max_size=64), st.sampled_from([0, *LONGEST, 0xFF]), st.booleans())
    def test_random_bytes_are_decoded_or_refused(
        self, payload: bytes, op: int, framed: bool
    ) -> None:
        data = frame(op, payload) if framed else payload
        try:
            requests = read(Framer(), data)
        except WireError:
            return
        self.assertLessEqual(len(requests), 9)
        if framed:
            self.assertEqual(len(requests), 1)

    @given(st.binary(max_size=64))
    def test_a_readable_message_keeps_its_bytes(self, message: bytes) -> None:
        text, origin = readable(message)
        self.assertEqual(origin or text.encode(), message)


class ServerFrames(SynchronousTestCase):
    """What the original client was seen to understand."""

    def example(self, data: bytes, example: str) -> None:
        self.assertEqual(data.hex(), bytes.fromhex(example).hex())

    def test_hello_accepted(self) -> None:
        self.example(frames.status(Status.OK, b"rand0"), "00000006 0417 9a 00 72616e6430")

    def test_ok(self) -> None:
        self.example(frames.status(Status.OK), "00000001 0417 9a 00")

    def test_lists(self) -> None:
        self.example(frames.listing(["alice", "bob"]), "0000000b 0417 9a 00 05616c696365 03626f62")
        self.example(frames.listing([]), "00000001 0417 9a 00")

    def test_a_name_counts_its_bytes(self) -> None:
        self.example(frames.listing(["é"]), "00000004 0417 9a 00 02c3a9")

    def test_a_name_beyond_its_length_byte_is_cut_between_letters(self) -> None:
        self.assertEqual(frames.listing(["x" + "é" * 200])[8:], b"\xff" + b"x" + "é".encode() * 127)
        self.assertEqual(frames.listing(["é" * 200])[8:], b"\xfe" + "é".encode() * 127)

    def test_room_message(self) -> None:
        self.example(
            frames.said("red", "alice", b"hello room"),
            "00000016 0417 15 03726564 05616c696365 000a 68656c6c6f20726f6f6d",
        )

    def test_direct_message(self) -> None:
        self.example(
            frames.told("alice", b"secret"), "0000000e 0417 12 05616c696365 0006 736563726574"
        )

    def test_refusals(self) -> None:
        self.example(frames.status(Status.REFUSED, b"no"), "00000003 0417 9a 01 6e6f")
        self.example(frames.status(Status.TOO_MANY, b"no"), "00000003 0417 9a 02 6e6f")
        self.example(frames.status(Status.SILENT, b"no"), "00000003 0417 9a 03 6e6f")
