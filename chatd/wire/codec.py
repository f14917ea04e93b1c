"""Messages to bytes and back, within limits.

What cannot be decoded raises one error whatever was wrong with it; an op this side does not know
is no error: a request of that kind is refused and the connection goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from chatd.errors import Code, WireError
from chatd.wire import messages
from chatd.wire.records import MAX_MESSAGE, packed

_encoder = msgspec.msgpack.Encoder()
_client_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(messages.ClientMessage)
_server_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(messages.ServerMessage)

_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)

S = TypeVar("S")


class _Envelope(msgspec.Struct, array_like=True, frozen=True):
    """The start every message shares; the rest is ignored here."""

    op: int
    id: msgspec.Raw = msgspec.Raw(b"\xc0")


_envelope_decoder = msgspec.msgpack.Decoder(_Envelope)
_id_decoder = msgspec.msgpack.Decoder(messages.Id)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message with an op this side does not know; ``id`` is None where it carries none."""

    op: int
    id: int | None


def ops(union: Any) -> frozenset[int]:
    """The ops of a union of messages."""
    return frozenset(int(kind.__struct_config__.tag) for kind in union.__args__)


_CLIENT_OPS = ops(messages.ClientMessage)
_SERVER_OPS = ops(messages.ServerMessage)


def encode(message: msgspec.Struct) -> bytes:
    """A message with its u16 length before it, ready for a record.

    :raises WireError: it is longer than a record can hold (MESSAGE_MALFORMED).
    """
    body = _encoder.encode(message)
    if len(body) > MAX_MESSAGE:
        raise WireError(Code.MESSAGE_MALFORMED, "a message is longer than a record can hold")
    return packed(body)


def encode_struct(value: msgspec.Struct) -> bytes:
    """A value's MessagePack bytes without a length: handshake payloads, results."""
    return _encoder.encode(value)


def decode_client(body: bytes) -> Any:
    """What a client sent: one of ``messages.ClientMessage``, or :class:`Unknown`.

    :raises WireError: MESSAGE_MALFORMED.
    """
    try:
        return _client_decoder.decode(body)
    except _ERRORS:
        return _unknown(body, _CLIENT_OPS)


def decode_server(body: bytes) -> Any:
    """What a server sent: one of ``messages.ServerMessage``, or :class:`Unknown`.

    :raises WireError: MESSAGE_MALFORMED.
    """
    try:
        return _server_decoder.decode(body)
    except _ERRORS:
        return _unknown(body, _SERVER_OPS)


def decode_struct(body: bytes | msgspec.Raw, kind: type[S], code: Code) -> S:
    """A value of ``kind`` from MessagePack bytes.

    :raises WireError: with ``code``.
    """
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except _ERRORS:
        raise WireError(code) from None


def _unknown(body: bytes, known: frozenset[int]) -> Unknown:
    """The slow path: what did not decode is malformed, unless its op is a new one."""
    try:
        envelope = _envelope_decoder.decode(body)
    except _ERRORS:
        raise WireError(Code.MESSAGE_MALFORMED) from None
    if envelope.op in known:
        raise WireError(Code.MESSAGE_MALFORMED)
    try:
        return Unknown(envelope.op, _id_decoder.decode(envelope.id))
    except _ERRORS:
        return Unknown(envelope.op, None)
