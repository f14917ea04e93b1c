"""What goes through the socket: Int32 frames, as on the wire.

The running chatc says :class:`Hello` first. After that a frame is a message of the native protocol,
without a record around it: requests one way; the other way their answers, what is said, and how the
connection is. WELCOME means signed in, without anything secret in it; the server's last word
(``Closing``) means that there is no connection, until the next WELCOME where it says to wait. One
request is not the server's: :class:`Recall`, which the running chatc answers out of its history.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct
from twisted.protocols.basic import Int32StringReceiver

from chatd.wire.codec import encode_struct
from chatd.wire.framing import MAX_FRAME
from chatd.wire.messages import Id, Name, Short

from ..history.excerpt import Wanted

#: Of what goes through the socket. Raised by whatever an older chatc would misread.
VERSION = 1

#: The op of :class:`Recall`: beyond the one byte that the ops of the protocol have.
RECALL = 0x100


class Hello(Struct, array_like=True, frozen=True):
    """Who answers. ``process``: its id; ``server``: the link it is connected to; ``handle``: whose
    profile it is."""

    version: Annotated[int, Meta(ge=0)]
    process: Annotated[int, Meta(ge=0)]
    server: Short
    handle: Name


class Recall(Struct, array_like=True, frozen=True, tag=RECALL):
    """A page of the history. The answer is a status that holds a
    :class:`client.history.excerpt.Page`; ``id`` is its number."""

    id: Id
    wanted: Wanted


class Frames(Int32StringReceiver):
    """One end of the socket."""

    MAX_LENGTH = MAX_FRAME
    noisy = False

    transport: Any

    def send(self, message: Struct) -> None:
        """One frame."""
        self.write(encode_struct(message))

    def write(self, frame: bytes) -> None:
        """One frame, encoded."""
        self.sendString(frame)  # type: ignore[no-untyped-call]

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abortConnection()

    def lengthLimitExceeded(self, length: int) -> None:
        """No frame is that long."""
        self.abort()
