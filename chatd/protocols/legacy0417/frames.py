"""Frames of the ``04 17`` protocol: ``length:u32be | 04 17 | op:u8 | payload[length]``.

``length`` counts the payload alone. Names have a one-byte length before them (``n8``), messages a
two-byte one (``u16be``). No I/O here: :class:`Framer` takes bytes as they come and gives whole
frames; the functions below make the server's frames. Nothing larger than its op can need is ever
stored.

Source: seed 001.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from struct import Struct

from chatd.errors import Code, WireError

HEADER = Struct(">I2sB")
MAGIC = b"\x04\x17"

#: The longest name, in bytes: what one byte can count.
MAX_NAME = 0xFF
#: The longest message, in bytes: what two bytes can count.
MAX_MESSAGE = 0xFFFF


class Op(IntEnum):
    """What a frame is about. The server itself says STATUS, TELL and SAY only."""

    JOIN = 0x03
    LEAVE = 0x06
    ROOMS = 0x09
    USERS = 0x0C
    NICK = 0x0F
    TELL = 0x12
    KEEPALIVE = 0x13
    SAY = 0x15
    STATUS = 0x9A
    HELLO = 0x9B


class Status(IntEnum):
    """The first payload byte of a STATUS frame."""

    OK = 0x00
    REFUSED = 0x01
    TOO_MANY = 0x02
    SILENT = 0x03


#: What a client may send, and the longest payload each op can have, in bytes.
LONGEST: dict[int, int] = {
    Op.HELLO: 45,
    Op.KEEPALIVE: 1 + MAX_NAME,
    Op.NICK: 1 + MAX_NAME,
    Op.ROOMS: 0,
    Op.USERS: 0,
    Op.LEAVE: 0,
    Op.JOIN: 1 + MAX_NAME + 1 + MAX_NAME,
    Op.SAY: 1 + MAX_NAME + 2 + MAX_MESSAGE,
    Op.TELL: 1 + MAX_NAME + 2 + MAX_MESSAGE,
}


class Framer:
    """Cuts a client's stream into frames; what is not asked for yet stays where it is."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes as they came, in any pieces."""
        self._buffer += data

    def take(self) -> tuple[Op, bytes] | None:
        """Take the next frame out.

        :return: its op and payload, None when it is not complete yet.
        :raises WireError: a wrong magic, an op no client sends, or a length beyond its op's
            longest. The stream cannot be read any further then.
        """
        buffer = self._buffer
        if len(buffer) < HEADER.size:
            return None
        length, magic, op = HEADER.unpack_from(buffer)
        if magic != MAGIC:
            raise WireError(Code.MESSAGE_MALFORMED, "a frame does not carry 04 17")
        if op not in LONGEST:
            raise WireError(Code.MESSAGE_MALFORMED, f"no client of this protocol sends op {op:02x}")
        if length > LONGEST[op]:
            raise WireError(Code.FRAME_TOO_LARGE)
        end = HEADER.size + length
        if len(buffer) < end:
            return None
        payload = bytes(buffer[HEADER.size : end])
        del buffer[:end]
        return Op(op), payload


def status(status: Status, text: bytes = b"") -> bytes:
    """A request's one answer; ``text`` runs to the end of the frame without a length."""
    return _frame(Op.STATUS, bytes((status,)) + text)


def listing(names: Iterable[str]) -> bytes:
    """A list: OK, then each name with its length; nothing counts them."""
    return status(Status.OK, b"".join(_name(name) for name in names))


def said(room: str, sender: str, text: bytes) -> bytes:
    """What ``sender`` said in ``room``."""
    return _frame(Op.SAY, _name(room) + _name(sender) + _message(text))


def told(sender: str, text: bytes) -> bytes:
    """What ``sender`` said to the receiver alone."""
    return _frame(Op.TELL, _name(sender) + _message(text))


def _frame(op: Op, payload: bytes) -> bytes:
    return HEADER.pack(len(payload), MAGIC, op) + payload


def _name(name: str) -> bytes:
    data = name.encode()
    if len(data) > MAX_NAME:  # possible only where the server's own limit is above 63 characters
        data = data[:MAX_NAME].decode(errors="ignore").encode()
    return bytes((len(data),)) + data


def _message(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text
