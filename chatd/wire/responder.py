"""The side that listens: HELLO out, SYN in, ACK out, READY in. Without I/O.

It reserves nothing itself: it gives READY to its owner and is done. See :mod:`chatd.wire.handshake`
for the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from automat import TypeMachineBuilder
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.errors import Code, WireError
from chatd.wire import messages
from chatd.wire.codec import decode_client, decode_struct, encode_struct
from chatd.wire.framing import frame
from chatd.wire.handshake import Records, feed
from chatd.wire.hello import (
    ACK,
    REFUSAL,
    SYN,
    Ack,
    Channel,
    Hello,
    Refusal,
    Syn,
    encode_hello,
    prologue,
)
from chatd.wire.noise import HandshakeState
from chatd.wire.records import Opener, Sealer


class _Inputs(Protocol):
    def start(self) -> bytes: ...
    def syn(self, body: bytes) -> Syn: ...
    def acknowledge(self, ack: Ack) -> bytes: ...
    def ready(self, body: bytes) -> messages.Ready: ...
    def fail(self) -> None: ...


@dataclass
class _Core:
    hello: Hello
    static: X25519PrivateKey
    exporter: bytes
    noise: HandshakeState | None = None
    records: Records | None = None


_builder = TypeMachineBuilder(_Inputs, _Core)
_fresh = _builder.state("fresh")
_greeted = _builder.state("greeted")
_asked = _builder.state("asked")
_acknowledged = _builder.state("acknowledged")
_admitted = _builder.state("admitted")
_closed = _builder.state("closed")


@_fresh.upon(_Inputs.start).to(_greeted)
def _greet(machine: _Inputs, core: _Core) -> bytes:
    body = encode_hello(core.hello)
    bound = prologue(body, Channel(core.hello.channel), core.exporter)
    core.noise = HandshakeState(False, bound, core.static)
    return frame(body)


@_greeted.upon(_Inputs.syn).to(_asked)
def _read_syn(machine: _Inputs, core: _Core, body: bytes) -> Syn:
    assert core.noise is not None
    syn = decode_struct(core.noise.read(body), Syn, Code.SYN_MALFORMED)
    if syn.version not in core.hello.versions:
        raise WireError(Code.VERSION_UNSUPPORTED)
    return syn


@_asked.upon(_Inputs.acknowledge).to(_acknowledged)
def _write_ack(machine: _Inputs, core: _Core, ack: Ack) -> bytes:
    assert core.noise is not None
    written = frame(ACK + core.noise.write(encode_struct(ack)))
    sending, receiving = core.noise.split()
    core.records = Records(Sealer(sending), Opener(receiving))
    return written


@_acknowledged.upon(_Inputs.ready).to(_admitted)
def _read_ready(machine: _Inputs, core: _Core, body: bytes) -> messages.Ready:
    assert core.records is not None
    opened = core.records.opener.open(body)
    try:
        ready = decode_client(opened[0])
    except WireError:
        raise WireError(Code.READY_MALFORMED) from None
    if len(opened) != 1 or not isinstance(ready, messages.Ready):
        raise WireError(Code.READY_MALFORMED)
    return ready


for _state in (_fresh, _greeted, _asked, _acknowledged, _admitted, _closed):
    _state.upon(_Inputs.fail).to(_closed).returns(None)

_build = _builder.build()


class Responder:
    """The listening side of one connection.

    :param hello: what to announce; its ``random`` must be fresh.
    :param static: the static key whose public half ``hello.key`` is.
    :param exporter: the TLS channel's 32 exporter bytes; b"" on a plain channel.
    """

    def __init__(self, hello: Hello, static: X25519PrivateKey, exporter: bytes = b"") -> None:
        self._core = _Core(hello, static, exporter)
        self._machine = _build(self._core)

    @property
    def records(self) -> Records | None:
        """Both directions, or None before ACK."""
        return self._core.records

    @property
    def remote_key(self) -> bytes:
        """The caller's static public key, proved once READY has opened."""
        return self._core.noise.remote_static if self._core.noise else b""

    def start(self) -> bytes:
        """HELLO's frame, to be written when the channel is up."""
        return feed(self._machine, self._machine.start)

    def receive(self, body: bytes) -> Syn | messages.Ready:
        """Take in a frame body: SYN gives its payload, to be answered with :meth:`acknowledge`;
        the record after that gives READY.

        :raises WireError: with the code of what was wrong; the machine is closed then.
        """
        if self._core.records is not None:
            return feed(self._machine, self._machine.ready, body)
        if body[:1] == SYN:
            return feed(self._machine, self._machine.syn, body[1:])
        self._machine.fail()
        raise WireError(Code.WRONG_ORDER)

    def acknowledge(self, ack: Ack) -> bytes:
        """ACK's frame. From here on :attr:`records` is there."""
        return feed(self._machine, self._machine.acknowledge, ack)


def encode_refusal(code: int, text: str, wait: float) -> bytes:
    """The frame of a refusal in clear, where there are no keys yet."""
    return frame(REFUSAL + encode_struct(Refusal(code, text, wait)))
