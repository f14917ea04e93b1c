"""Int32 frames: a big-endian u32 length, then that many bytes. Without I/O.

A larger announced length than allowed raises before any of the frame is stored.
Source: the Int32StringReceiver contract; the limits are the Noise Protocol Framework's (section 3:
a message is at most 65535 bytes).
"""

from __future__ import annotations

from struct import Struct

from chatd.errors import Code, WireError

_LENGTH = Struct(">I")

#: Bytes in a frame's body, and in a client's frames until its READY has been accepted.
MAX_FRAME = 65535
MAX_HANDSHAKE_FRAME = 4096


def frame(body: bytes) -> bytes:
    """Put the length before a body of at most :data:`MAX_FRAME` bytes."""
    return _LENGTH.pack(len(body)) + body


class FrameParser:
    """Cuts a stream of bytes into frame bodies.

    :ivar limit: the largest body accepted, in bytes; may be raised between two calls.
    """

    __slots__ = ("_rest", "limit")

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self.limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take in bytes as they came and give the bodies that are whole now.

        :raises WireError: a frame is announced larger than the limit (FRAME_TOO_LARGE).
        """
        if self._rest:
            data = self._rest + data
        bodies: list[bytes] = []
        start, end = 0, len(data)
        unpack, limit = _LENGTH.unpack_from, self.limit
        while end - start >= 4:
            (size,) = unpack(data, start)
            if size > limit:
                self._rest = b""
                raise WireError(
                    Code.FRAME_TOO_LARGE,
                    f"a frame of {size} bytes was announced; at most {limit} are allowed",
                )
            stop = start + 4 + size
            if stop > end:
                break
            bodies.append(data[start + 4 : stop])
            start = stop
        self._rest = data[start:]
        return bodies
