"""Both sides of a native handshake in one place, with nothing between them."""

from __future__ import annotations

from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.wire import messages
from chatd.wire.hello import SUITE, VERSION, Ack, Channel, Hello, Syn
from chatd.wire.initiator import Initiator
from chatd.wire.noise import CipherState, public_bytes
from chatd.wire.records import Opener, Sealer
from chatd.wire.responder import Responder

SERVER = X25519PrivateKey.generate()
CLIENT = X25519PrivateKey.generate()

GUEST = messages.Ready("guest", "alice")
ADVICE = Ack(bytes(16), ["guest"], "alice")

#: Public keys of small order, from RFC 7748's list of what must not be agreed with: 0, 1, the two
#: points of order 8, and p-1, p, p+1.
LOW_ORDER = tuple(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def hello(**changes: Any) -> Hello:
    """What a server with the key :data:`SERVER` announces, but for ``changes``."""
    usual = Hello(
        [VERSION],
        SUITE,
        bytes(range(32)),
        "test",
        1000,
        32,
        16384,
        public_bytes(SERVER),
        ["guest"],
        Channel.PLAIN,
    )
    return msgspec.structs.replace(usual, **changes)


def body(frame: bytes) -> bytes:
    """A frame's body; checks its length."""
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4, frame
    return frame[4:]


def flipped(data: bytes, index: int, bit: int = 0) -> bytes:
    """``data`` with one bit of one byte the other way round."""
    return data[:index] + bytes([data[index] ^ 1 << bit]) + data[index + 1 :]


def direction(key: bytes = bytes(32)) -> tuple[Sealer, Opener]:
    """Both ends of one direction."""
    return Sealer(CipherState(key)), Opener(CipherState(key))


class Pair:
    """A calling and a listening side; each method is one of the four steps, and checks it."""

    def __init__(self, **announced: Any) -> None:
        self.responder = Responder(hello(**announced), SERVER)
        self.initiator = Initiator(CLIENT)

    def greet(self) -> Hello:
        """Step 1."""
        step = self.initiator.receive(body(self.responder.start()))
        assert isinstance(step, Hello)
        return step

    def ask(self, nick: str = "alice", software: str = "test") -> Syn:
        """Step 2."""
        step = self.responder.receive(body(self.initiator.proceed(nick, software)))
        assert isinstance(step, Syn)
        return step

    def answer(self, ack: Ack = ADVICE) -> Ack:
        """Step 3."""
        step = self.initiator.receive(body(self.responder.acknowledge(ack)))
        assert isinstance(step, Ack)
        return step

    def admit(self, ready: messages.Ready = GUEST) -> messages.Ready:
        """Step 4."""
        step = self.responder.receive(body(self.initiator.ready(ready)))
        assert isinstance(step, messages.Ready)
        return step
