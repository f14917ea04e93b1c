"""The clear part of the native protocol: HELLO, refusals before there are keys, and the sealed
payloads of the handshake's two middle steps.

Source: seed 000's server hello (capacity, nick size, message size, version, public key).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from msgspec import Meta, Struct

from chatd.errors import Code, WireError
from chatd.wire.codec import decode_struct, encode_struct
from chatd.wire.framing import MAX_HANDSHAKE_FRAME
from chatd.wire.messages import MAX_NAME, Name, Short, Wait
from chatd.wire.records import MAX_MESSAGE

VERSION = 1
SUITE = "Noise_IK_25519_AESGCM_SHA256"

HELLO = b"*"
SYN = b"!"
ACK = b"#"
REFUSAL = b"-"


class Channel(IntEnum):
    """What carries the frames; its number is the prologue's kind byte."""

    PLAIN = 0
    TLS = 1


class Hello(Struct, array_like=True, frozen=True):
    """Step 1, in clear: what the server is and allows.

    ``nick`` counts characters, ``message`` bytes of UTF-8; ``key`` is the static X25519 key;
    ``random`` is fresh for each connection, so that a recorded step 2 is worth nothing.
    """

    versions: Annotated[list[Annotated[int, Meta(ge=0, le=65535)]], Meta(max_length=16)]
    suite: Annotated[str, Meta(max_length=64)]
    random: Annotated[bytes, Meta(min_length=32, max_length=32)]
    name: Name
    capacity: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    nick: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    message: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    methods: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=16)]
    channel: Annotated[int, Meta(ge=0, le=255)]


class Syn(Struct, array_like=True, frozen=True):
    """Step 2's sealed payload: the version chosen, the nick wanted ("" for any), the software."""

    version: Annotated[int, Meta(ge=0, le=65535)]
    nick: Name
    software: Annotated[str, Meta(max_length=64)]


class Ack(Struct, array_like=True, frozen=True):
    """Step 3's sealed payload: the connection's id, the methods that would do, and the nick that
    would be granted now. That is advice: nothing is reserved."""

    connection: Annotated[bytes, Meta(max_length=16)]
    methods: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=16)]
    nick: Name


class Refusal(Struct, array_like=True, frozen=True):
    """Why the server hangs up before there are keys. In clear, so only advice to the client."""

    code: Annotated[int, Meta(ge=0, le=65535)]
    text: Short
    wait: Wait = 0.0


def encode_hello(hello: Hello) -> bytes:
    """HELLO's frame body, op included."""
    return HELLO + encode_struct(hello)


def decode_hello(body: bytes) -> Hello:
    """HELLO from a frame body, checked for what this side speaks.

    :raises WireError: HELLO_MALFORMED, VERSION_UNSUPPORTED, SUITE_UNSUPPORTED, LIMITS_UNSUPPORTED.
    """
    if len(body) > MAX_HANDSHAKE_FRAME:
        raise WireError(Code.HELLO_MALFORMED)
    hello = decode_struct(body[1:], Hello, Code.HELLO_MALFORMED)
    if VERSION not in hello.versions:
        raise WireError(Code.VERSION_UNSUPPORTED)
    if hello.suite != SUITE:
        raise WireError(Code.SUITE_UNSUPPORTED)
    if not (1 <= hello.nick <= MAX_NAME and 1 <= hello.message <= MAX_MESSAGE and hello.capacity):
        raise WireError(Code.LIMITS_UNSUPPORTED)
    return hello


def prologue(hello_body: bytes, channel: Channel, exporter: bytes) -> bytes:
    """What both sides must have seen alike: HELLO to the byte, the kind of channel, and on TLS
    the 32 bytes of its exporter, so that the inner handshake vouches for the outer channel."""
    return b"chatd1" + len(hello_body).to_bytes(4, "big") + hello_body + bytes([channel]) + exporter
