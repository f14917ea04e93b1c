"""A server whose words are said by hand, so that it can say what no server should."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct
from twisted.internet.protocol import Protocol

from chatd.wire import messages
from chatd.wire.codec import decode_client, encode, encode_struct
from chatd.wire.framing import FrameParser
from chatd.wire.hello import Ack, Syn
from chatd.wire.noise import public_bytes
from chatd.wire.responder import Responder, encode_refusal
from tests.wire.pair import SERVER, hello

LIMITS = messages.ServerLimits(10_000, 32, 16_384, 1024, 100, 0, 5.0, 6.0, 20.0, 30.0, 30.0)

#: The public key that this server shows.
KEY = public_bytes(SERVER)


def welcome(*rooms: messages.Joined, **changes: Any) -> messages.Welcome:
    """A usual WELCOME, but for ``changes``."""
    usual: dict[str, Any] = {"nick": "alice", "session": b"s", "resume": b"r", "time": 0}
    return messages.Welcome(**{**usual, "limits": LIMITS, "rooms": list(rooms), **changes})


class ByHand(Protocol):
    """The server's side of one connection. It does the handshake's steps as it should.

    :param steps: how many: 1 is HELLO alone, 2 also answers SYN.
    :ivar asked: what the client has asked since last looked at.
    """

    def __init__(self, steps: int = 2, nick: str = "alice", **announced: Any) -> None:
        self.asked: list[Any] = []
        self._steps = steps
        self._nick = nick
        self._machine = Responder(hello(**announced), SERVER)
        self._frames = FrameParser()

    def connectionMade(self) -> None:
        """Step 1."""
        assert self.transport is not None
        if self._steps >= 1:
            self.transport.write(self._machine.start())

    def dataReceived(self, data: bytes) -> None:
        """Step 3, or what the client asks."""
        assert self.transport is not None
        for body in self._frames.feed(data):
            if self._machine.records is not None:
                self.asked += map(decode_client, self._machine.records.opener.open(body))
            elif self._steps >= 2:
                step = self._machine.receive(body)
                assert isinstance(step, Syn)
                advice = Ack(bytes(16), ["guest"], self._nick)
                self.transport.write(self._machine.acknowledge(advice))

    def took(self) -> list[Any]:
        """What was asked since last called."""
        asked, self.asked = self.asked, []
        return asked

    def say(self, *words: Struct) -> None:
        """Send messages, in one record."""
        assert self._machine.records is not None
        self.write(self._machine.records.sealer.seal(b"".join(map(encode, words))))

    def seal(self, plaintext: bytes) -> None:
        """Send a record of any plaintext."""
        assert self._machine.records is not None
        self.write(self._machine.records.sealer.seal(plaintext))

    def answer(self, request: messages.Request, result: Struct | None = None) -> None:
        """Say that a request was done."""
        raw = Raw(b"\xc0" if result is None else encode_struct(result))
        self.say(messages.Status(request.id, 0, "", 0.0, raw))

    def refuse(self, code: int, text: str = "", wait: float = 0.0) -> None:
        """A refusal in clear, as before there are keys."""
        self.write(encode_refusal(code, text, wait))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.transport is not None
        self.transport.write(data)
