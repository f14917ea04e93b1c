"""What a client of the ``04 17`` protocol asks for: payloads as typed values.

Names and passwords are text here: UTF-8, or Latin-1 where they are not UTF-8. A message stays
bytes until :func:`readable`, because other clients of this protocol get it as it came. A payload
with a byte too few or too many is refused as a whole.

Source: seed 001.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chatd.errors import Code, WireError
from chatd.protocols.legacy0417.frames import Op

#: The hello's whole payload; it has no length before it.
GREETING = b"A long time ago in a chat server far far away"


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a connection."""


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """A sign of life, sent after 6 s of the client's own silence. It has no reply."""


@dataclass(frozen=True, slots=True)
class ChangeNick:
    """Be called ``nick``."""

    nick: str


@dataclass(frozen=True, slots=True)
class ShowRooms:
    """List all rooms."""


@dataclass(frozen=True, slots=True)
class ShowUsers:
    """List who is in one's room, or everyone when one is in none."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave one's room, or the server when one is in none."""


@dataclass(frozen=True, slots=True)
class Join:
    """Enter ``room`` (without ``#``), leaving the one before."""

    room: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Say:
    """Say something in ``room`` (without ``#``; "" when the client is in none)."""

    room: str
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something to ``nick`` alone."""

    nick: str
    message: bytes = field(repr=False)


Request = Hello | KeepAlive | ChangeNick | ShowRooms | ShowUsers | Leave | Join | Say | Tell


def readable(message: bytes) -> tuple[str, bytes]:
    """A message's text for people.

    :return: the text, and the bytes themselves where they were not UTF-8, else b"".
    """
    try:
        return message.decode(), b""
    except UnicodeDecodeError:
        return message.decode("latin-1"), message


def decode(op: Op, payload: bytes) -> Request:
    """Decode one frame of a client.

    :raises WireError: the payload is not what the op says it is.
    """
    fields = _Fields(payload)
    request = _DECODERS[op](fields)
    fields.finish()
    return request


class _Fields:
    """Reads a payload from front to back."""

    __slots__ = ("_at", "_payload")

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        end = self._at + size
        if end > len(self._payload):
            raise WireError(Code.MESSAGE_MALFORMED, "a payload ends too early")
        taken = self._payload[self._at : end]
        self._at = end
        return taken

    def name(self) -> str:
        """A name or password: n8 and its bytes."""
        return readable(self.take(self.take(1)[0]))[0]

    def room(self) -> str:
        """A room's name; people may write it with the ``#`` it has elsewhere."""
        return self.name().removeprefix("#")

    def message(self) -> bytes:
        """A message: u16be and its bytes."""
        return self.take(int.from_bytes(self.take(2), "big"))

    def finish(self) -> None:
        """Nothing may be left over."""
        if self._at != len(self._payload):
            raise WireError(Code.MESSAGE_MALFORMED, "a payload goes on after its last field")


def _hello(fields: _Fields) -> Hello:
    if fields.take(len(GREETING)) != GREETING:
        raise WireError(Code.HELLO_MALFORMED, "the greeting is not this protocol's")
    return Hello()


def _keepalive(fields: _Fields) -> KeepAlive:
    fields.name()
    return KeepAlive()


_DECODERS: dict[Op, Callable[[_Fields], Request]] = {
    Op.HELLO: _hello,
    Op.KEEPALIVE: _keepalive,
    Op.NICK: lambda fields: ChangeNick(fields.name()),
    Op.ROOMS: lambda fields: ShowRooms(),
    Op.USERS: lambda fields: ShowUsers(),
    Op.LEAVE: lambda fields: Leave(),
    Op.JOIN: lambda fields: Join(fields.room(), fields.name()),
    Op.SAY: lambda fields: Say(fields.room(), fields.message()),
    Op.TELL: lambda fields: Tell(fields.name(), fields.message()),
}
