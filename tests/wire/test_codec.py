"""Messages: all come back as they went, and nothing hostile gets further than one error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire import hello, messages
from chatd.wire.codec import (
    Unknown,
    decode_client,
    decode_server,
    decode_struct,
    encode,
    encode_struct,
    ops,
)
from chatd.wire.records import MAX_MESSAGE
from tests.wire.structs import excessive, least, structs

Decode = Callable[[bytes], Any]

BOTH: tuple[tuple[Decode, Any], ...] = (
    (decode_client, messages.ClientMessage),
    (decode_server, messages.ServerMessage),
)
RESULTS = sorted({kind for kind in messages.RESULTS.values() if kind}, key=lambda one: one.__name__)
PAYLOADS: tuple[type[msgspec.Struct], ...] = (
    hello.Hello,
    hello.Syn,
    hello.Ack,
    hello.Refusal,
    *RESULTS,
)

packed = msgspec.msgpack.encode


def content(encoded: bytes) -> bytes:
    """An encoded message without its length, which must be right."""
    assert int.from_bytes(encoded[:2], "big") == len(encoded) - 2
    return encoded[2:]


class RoundTrips(SynchronousTestCase):
    @given(st.data())
    def test_every_message(self, data: st.DataObject) -> None:
        for decode, union in BOTH:
            for kind in union.__args__:
                message = data.draw(structs(kind))
                self.assertEqual(decode(content(encode(message))), message)

    @given(st.data())
    def test_every_payload_and_result(self, data: st.DataObject) -> None:
        for kind in PAYLOADS:
            value = data.draw(structs(kind))
            decoded = decode_struct(encode_struct(value), kind, Code.INTERNAL)
            self.assertEqual(decoded, value)

    def test_every_request_has_a_result_or_none(self) -> None:
        requests = {
            kind for kind in messages.ClientMessage.__args__ if issubclass(kind, messages.Request)
        }
        self.assertEqual(set(messages.RESULTS), requests)

    def test_the_longest(self) -> None:
        room_for = MAX_MESSAGE - len(content(encode(messages.Say(1, "", "x" * 60000)))) + 60000
        encode(messages.Say(1, "", "x" * room_for))
        error = self.assertRaises(WireError, encode, messages.Say(1, "", "x" * (room_for + 1)))
        self.assertEqual(error.code, Code.MESSAGE_MALFORMED)


class Growth(SynchronousTestCase):
    """What a newer peer says is understood as far as it can be."""

    def test_trailing_fields_are_ignored(self) -> None:
        for decode, union in BOTH:
            for kind in union.__args__:
                message = least(kind)
                fields = [*msgspec.msgpack.decode(content(encode(message))), "new", [1, {}]]
                self.assertEqual(decode(packed(fields)), message)

    def test_trailing_fields_of_payloads_and_results_are_ignored(self) -> None:
        for kind in PAYLOADS:
            value = least(kind)
            fields = [*msgspec.msgpack.decode(encode_struct(value)), "new", None]
            self.assertEqual(decode_struct(packed(fields), kind, Code.INTERNAL), value)

    def test_an_unknown_request_has_its_id(self) -> None:
        self.assertEqual(decode_client(packed([0x77, 5, "what"])), Unknown(0x77, 5))

    def test_an_unknown_message_without_an_id(self) -> None:
        for fields in ([0x77], [0x77, None], [0x77, "five"], [0x77, -1], [0x77, 2**32], [0x77, []]):
            self.assertEqual(decode_server(packed(fields)), Unknown(0x77, None), fields)

    def test_the_other_directions_ops_are_unknown(self) -> None:
        only_down = ops(messages.ServerMessage) - ops(messages.ClientMessage)
        for op in only_down:
            self.assertEqual(decode_client(packed([op, 5])), Unknown(op, 5))


class Hostile(SynchronousTestCase):
    """A peer that has the keys and means harm."""

    def malformed(self, decode: Decode, data: bytes) -> None:
        error = self.assertRaises(WireError, decode, data)
        self.assertEqual(error.code, Code.MESSAGE_MALFORMED)

    def no_other_error(self, data: bytes) -> None:
        for decode, union in BOTH:
            try:
                decoded = decode(data)
            except WireError as error:
                self.assertEqual(error.code, Code.MESSAGE_MALFORMED)
            else:
                self.assertIsInstance(decoded, (Unknown, *union.__args__))

    @settings(max_examples=300)
    @given(st.binary(max_size=200))
    def test_any_bytes(self, data: bytes) -> None:
        self.no_other_error(data)

    @settings(max_examples=300)
    @given(st.integers(0, 255), st.integers(0, 15), st.binary(max_size=100))
    def test_a_known_start_and_any_bytes(self, op: int, count: int, rest: bytes) -> None:
        self.no_other_error(bytes([0x90 | count]) + packed(op) + rest)

    @settings(max_examples=300)
    @given(st.data())
    def test_messages_with_a_byte_changed_or_cut(self, data: st.DataObject) -> None:
        union = data.draw(st.sampled_from([union for _, union in BOTH]))
        message = data.draw(st.sampled_from(union.__args__).flatmap(structs))
        encoded = bytearray(content(encode(message)))
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
        self.no_other_error(bytes(encoded[: data.draw(st.integers(0, len(encoded)))]))

    @given(st.sampled_from(PAYLOADS), st.binary(max_size=200))
    def test_any_bytes_as_a_payload(self, kind: type[msgspec.Struct], data: bytes) -> None:
        try:
            decode_struct(data, kind, Code.SYN_MALFORMED)
        except WireError as error:
            self.assertEqual(error.code, Code.SYN_MALFORMED)

    def test_every_bound(self) -> None:
        tried = 0
        for decode, union in BOTH:
            for kind in union.__args__:
                for field, value in excessive(kind):
                    try:
                        encoded = content(encode(value))
                    except WireError:  # longer than any record: cannot even be sent
                        continue
                    error = self.assertRaises(WireError, decode, encoded)
                    self.assertEqual(error.code, Code.MESSAGE_MALFORMED, (kind, field))
                    tried += 1
        self.assertGreater(tried, 60)

    def test_every_bound_of_payloads_and_results(self) -> None:
        for kind in PAYLOADS:
            for field, value in excessive(kind):
                with self.assertRaises(WireError) as raised:
                    decode_struct(encode_struct(value), kind, Code.ACK_MALFORMED)
                self.assertEqual(raised.exception.code, Code.ACK_MALFORMED, (kind, field))

    def test_wrong_types_in_every_field(self) -> None:
        for decode, union in BOTH:
            for kind in union.__args__:
                fields = msgspec.msgpack.decode(content(encode(least(kind))))
                for index in range(1, len(fields)):
                    if kind is messages.Status and index == len(fields) - 1:
                        continue  # a result may be anything; its request tells
                    wrong = [*fields[:index], [{"a": 1}], *fields[index + 1 :]]
                    self.malformed(decode, packed(wrong))

    def test_missing_fields(self) -> None:
        self.malformed(decode_client, packed([0x15, 1, "room"]))
        self.malformed(decode_server, packed([0x9A, 1]))

    def test_other_forms(self) -> None:
        for data in (b"", packed({}), packed([]), packed("say"), packed(0x15), packed(["\x15"])):
            self.malformed(decode_client, data)

    def test_two_in_one(self) -> None:
        self.malformed(decode_client, packed([0x13]) + packed([0x13]))

    def test_lengths_that_are_not_there(self) -> None:
        """Nothing is set aside for what was only announced."""
        for start in (b"\xdd", b"\xdf", b"\xdb", b"\xc6"):
            self.malformed(decode_client, b"\x93\x15" + start + b"\xff\xff\xff\xff")
            self.malformed(decode_client, start + b"\xff\xff\xff\xff")

    def test_text_that_is_not_utf8(self) -> None:
        self.malformed(decode_client, b"\x94\x15\x01\xa1a\xa2\xc3\x28")

    def test_nested_deeply(self) -> None:
        for data in (b"\x91" * 50_000, b"\x93\x77\x01" + b"\x91" * 50_000 + b"\xc0"):
            self.no_other_error(data)

    def test_a_wait_that_is_no_number(self) -> None:
        for number in (float("nan"), -1.0, 86_401.0, float("inf")):
            for message in (messages.Status(1, 5, "", number), messages.Closing(5, "", number)):
                self.malformed(decode_server, content(encode(message)))


class Discretion(SynchronousTestCase):
    """Logs and tracebacks show values by repr."""

    def test_secrets_are_not_shown(self) -> None:
        resume = messages.Resume(b"whisper" * 2, b"whisper" * 4)
        me = msgspec.structs.replace(least(messages.Me), token=b"whisper")
        one_time_id = messages.OneTimeId("whisper", 0)
        for value in (
            resume,
            messages.Ready("guest", "a", b"whisper", resume),
            messages.Join(1, "room", "whisper"),
            messages.ConfirmToken(1, b"whisper"),
            messages.SetPassword(1, "whisper", "whisper"),
            messages.SaySealed(
                *(1, b"", 1, 1, b"whisper"), parts={b"": b"whisper"}, letters=[(b"", b"whisper")]
            ),
            messages.SealedSaid(b"", "", "a", "b", b"", 1, 1, b"whisper", b"whisper"),
            messages.MailCame(1, "a", b"", 1, b"whisper"),
            messages.FetchPage([msgspec.Raw(packed("whisper"))], 1, False),
            me,
            msgspec.structs.replace(least(messages.Welcome), resume=b"whisper", me=me),
            one_time_id,
            messages.Status(1, 0, result=msgspec.Raw(packed(one_time_id))),
        ):
            self.assertNotIn("whisper", f"{value!r} {value}")
