"""Records: one frame is one AEAD record; its plaintext is one or more messages, each with a
u16 length before it, so that what waits for a peer in one turn is sealed and sent once.

The counters are implicit nonces: a record that is changed, repeated, dropped or moved does not
open. Each direction replaces its key after every :data:`REKEY_INTERVAL` records (Noise 11.3).
"""

from __future__ import annotations

from struct import Struct

from cryptography.exceptions import InvalidTag

from chatd.errors import Code, WireError
from chatd.wire.framing import MAX_FRAME
from chatd.wire.noise import TAG_LENGTH, CipherState

_FRAME_LENGTH = Struct(">I")
_MESSAGE_LENGTH = Struct(">H")

#: Bytes of plaintext in one record, message lengths included.
MAX_PLAINTEXT = MAX_FRAME - TAG_LENGTH
#: Bytes in one message.
MAX_MESSAGE = MAX_PLAINTEXT - 2
REKEY_INTERVAL = 2**20


def packed(message: bytes) -> bytes:
    """Put the u16 length before an encoded message of at most :data:`MAX_MESSAGE` bytes."""
    return _MESSAGE_LENGTH.pack(len(message)) + message


def unpacked(plaintext: bytes) -> list[bytes]:
    """The encoded messages of a record's plaintext.

    :raises WireError: the lengths do not add up (MESSAGE_MALFORMED).
    """
    messages: list[bytes] = []
    start, end = 0, len(plaintext)
    while start < end:
        body = start + 2
        if body > end:
            raise WireError(Code.MESSAGE_MALFORMED, "a record ends inside a message's length")
        stop = body + _MESSAGE_LENGTH.unpack_from(plaintext, start)[0]
        if stop > end:
            raise WireError(Code.MESSAGE_MALFORMED, "a record ends inside a message")
        messages.append(plaintext[body:stop])
        start = stop
    return messages


def join(pieces: list[bytes]) -> list[bytes]:
    """Join pieces of packed messages into as few as fit in a record each, in order."""
    joined: list[bytes] = []
    first = size = 0
    for index, piece in enumerate(pieces):
        if size + len(piece) > MAX_PLAINTEXT and size:
            joined.append(b"".join(pieces[first:index]))
            first, size = index, 0
        size += len(piece)
    if size:
        joined.append(b"".join(pieces[first:]) if first or len(pieces) > 1 else pieces[0])
    return joined


class Sealer:
    """The sending direction."""

    __slots__ = ("_cipher",)

    def __init__(self, cipher: CipherState) -> None:
        self._cipher = cipher

    def seal(self, plaintext: bytes) -> bytes:
        """A whole frame, length included, of at most :data:`MAX_PLAINTEXT` bytes of messages."""
        cipher = self._cipher
        sealed = cipher.encrypt(plaintext)
        if cipher.counter % REKEY_INTERVAL == 0:
            cipher.rekey()
        return _FRAME_LENGTH.pack(len(sealed)) + sealed

    def rest(self) -> None:
        """Nothing was sent for a while: hold less memory until there is."""
        self._cipher.rest()


class Opener:
    """The receiving direction."""

    __slots__ = ("_cipher",)

    def __init__(self, cipher: CipherState) -> None:
        self._cipher = cipher

    def open(self, record: bytes) -> list[bytes]:
        """The encoded messages of one frame's body; at least one.

        :raises WireError: RECORD_TOO_SHORT, RECORD_FORGED, or MESSAGE_MALFORMED where the lengths
            inside do not add up.
        """
        if len(record) < TAG_LENGTH + 2:
            raise WireError(Code.RECORD_TOO_SHORT)
        cipher = self._cipher
        try:
            plaintext = cipher.decrypt(record)
        except InvalidTag:
            raise WireError(Code.RECORD_FORGED) from None
        if cipher.counter % REKEY_INTERVAL == 0:
            cipher.rekey()
        return unpacked(plaintext)

    def rest(self) -> None:
        """Nothing came for a while: hold less memory until it does."""
        self._cipher.rest()
