"""The side that calls: HELLO in, SYN out, ACK in, READY out. Without I/O.

It stops after HELLO: its owner compares the key with the pin and then calls
:meth:`Initiator.proceed`, or hangs up. See :mod:`chatd.wire.handshake` for the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from automat import TypeMachineBuilder
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.errors import Code, WireError
from chatd.wire import messages
from chatd.wire.codec import decode_struct, encode, encode_struct
from chatd.wire.framing import frame
from chatd.wire.handshake import Records, feed
from chatd.wire.hello import (
    ACK,
    HELLO,
    REFUSAL,
    SYN,
    VERSION,
    Ack,
    Channel,
    Hello,
    Refusal,
    Syn,
    decode_hello,
    prologue,
)
from chatd.wire.noise import HandshakeState
from chatd.wire.records import Opener, Sealer


class _Inputs(Protocol):
    def hello(self, body: bytes) -> Hello: ...
    def proceed(self, syn: Syn) -> bytes: ...
    def ack(self, body: bytes) -> Ack: ...
    def ready(self, ready: messages.Ready) -> bytes: ...
    def fail(self) -> None: ...


@dataclass
class _Core:
    static: X25519PrivateKey
    channel: Channel
    exporter: bytes
    proxied: bool
    hello: Hello | None = None
    hello_body: bytes = b""
    noise: HandshakeState | None = None
    records: Records | None = None


_builder = TypeMachineBuilder(_Inputs, _Core)
_waiting = _builder.state("waiting")
_deciding = _builder.state("deciding")
_proceeding = _builder.state("proceeding")
_known = _builder.state("known")
_signing_in = _builder.state("signing in")
_closed = _builder.state("closed")


@_waiting.upon(_Inputs.hello).to(_deciding)
def _read_hello(machine: _Inputs, core: _Core, body: bytes) -> Hello:
    hello = decode_hello(body)
    if hello.channel not in (Channel.PLAIN, Channel.TLS):
        raise WireError(Code.CHANNEL_MISMATCH)
    if hello.channel != core.channel and not core.proxied:
        raise WireError(Code.CHANNEL_MISMATCH)
    core.hello, core.hello_body = hello, body
    return hello


@_deciding.upon(_Inputs.proceed).to(_proceeding)
def _write_syn(machine: _Inputs, core: _Core, syn: Syn) -> bytes:
    assert core.hello is not None
    bound = prologue(core.hello_body, Channel(core.hello.channel), core.exporter)
    core.noise = HandshakeState(True, bound, core.static, core.hello.key)
    return frame(SYN + core.noise.write(encode_struct(syn)))


@_proceeding.upon(_Inputs.ack).to(_known)
def _read_ack(machine: _Inputs, core: _Core, body: bytes) -> Ack:
    assert core.noise is not None
    ack = decode_struct(core.noise.read(body), Ack, Code.ACK_MALFORMED)
    sending, receiving = core.noise.split()
    core.records = Records(Sealer(sending), Opener(receiving))
    return ack


@_known.upon(_Inputs.ready).to(_signing_in)
def _write_ready(machine: _Inputs, core: _Core, ready: messages.Ready) -> bytes:
    assert core.records is not None
    return core.records.sealer.seal(encode(ready))


for _state in (_waiting, _deciding, _proceeding, _known, _signing_in, _closed):
    _state.upon(_Inputs.fail).to(_closed).returns(None)

_build = _builder.build()


class Initiator:
    """The calling side of one connection.

    :param static: this side's static key.
    :param channel: what carries the frames, as this side sees it.
    :param exporter: the TLS channel's 32 exporter bytes; b"" on a plain channel.
    :param proxied: the user said that something on the way ends the TLS, so HELLO may differ.
    """

    def __init__(
        self,
        static: X25519PrivateKey,
        channel: Channel = Channel.PLAIN,
        exporter: bytes = b"",
        proxied: bool = False,
    ) -> None:
        self._core = _Core(static, channel, b"" if proxied else exporter, proxied)
        self._machine = _build(self._core)

    @property
    def records(self) -> Records | None:
        """Both directions, or None before ACK has come."""
        return self._core.records

    def receive(self, body: bytes) -> Hello | Ack | Refusal:
        """Take in a frame body of the handshake.

        :return: HELLO (compare the key, then :meth:`proceed`), ACK (then :meth:`ready`), or the
            server's clear refusal, after which it closes.
        :raises WireError: with the code of what was wrong; the machine is closed then.
        """
        op = body[:1]
        if op == HELLO:
            return feed(self._machine, self._machine.hello, body)
        if op == ACK:
            return feed(self._machine, self._machine.ack, body[1:])
        self._machine.fail()
        if op == REFUSAL:
            return decode_struct(body[1:], Refusal, Code.HELLO_MALFORMED)
        raise WireError(Code.WRONG_ORDER if self._core.hello else Code.HELLO_MALFORMED)

    def proceed(self, nick: str, software: str) -> bytes:
        """SYN's frame: the server's key is the right one."""
        return feed(self._machine, self._machine.proceed, Syn(VERSION, nick, software))

    def ready(self, ready: messages.Ready) -> bytes:
        """READY's frame, the first record."""
        return feed(self._machine, self._machine.ready, ready)
