"""Somebody in the middle: what they may change, and what comes of it."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire.codec import encode_struct
from chatd.wire.hello import Channel
from chatd.wire.initiator import Initiator
from chatd.wire.noise import public_bytes
from chatd.wire.responder import Responder
from tests.wire.pair import ADVICE, CLIENT, SERVER, Pair, body, flipped, hello


class InTheMiddle(SynchronousTestCase):
    """Every byte of every step, changed on the way."""

    def test_hello(self) -> None:
        """The client hangs up by itself, or its SYN does not open: never anything else."""
        announced = body(Responder(hello(), SERVER).start())
        for index in range(len(announced)):
            responder, initiator = Responder(hello(), SERVER), Initiator(CLIENT)
            responder.start()
            try:
                initiator.receive(flipped(announced, index))
                syn = body(initiator.proceed("alice", "test"))
            except WireError:
                continue
            error = self.assertRaises(WireError, responder.receive, syn)
            self.assertEqual(error.code, Code.HANDSHAKE_FORGED, index)

    def test_a_limit_or_the_key_in_hello(self) -> None:
        """Changes that a client takes for a good HELLO."""
        attempts: tuple[dict[str, Any], ...] = (
            {"capacity": 7},
            {"nick": 255},
            {"message": 1},
            {"name": "another"},
            {"methods": []},
            {"random": bytes(32)},
            {"key": public_bytes(CLIENT)},
            {"versions": [1, 2]},
        )
        for changes in attempts:
            responder, initiator = Responder(hello(), SERVER), Initiator(CLIENT)
            responder.start()
            initiator.receive(b"*" + encode_struct(hello(**changes)))
            syn = body(initiator.proceed("alice", "test"))
            error = self.assertRaises(WireError, responder.receive, syn)
            self.assertEqual(error.code, Code.HANDSHAKE_FORGED, changes)

    def test_syn(self) -> None:
        for index in range(200):
            pair = Pair()
            pair.greet()
            syn = body(pair.initiator.proceed("alice", "test"))
            if index >= len(syn):
                break
            error = self.assertRaises(WireError, pair.responder.receive, flipped(syn, index))
            expected = Code.HANDSHAKE_FORGED if index else Code.WRONG_ORDER
            self.assertEqual(error.code, expected, index)

    def test_ack(self) -> None:
        for index in range(200):
            pair = Pair()
            pair.greet(), pair.ask()
            ack = body(pair.responder.acknowledge(ADVICE))
            if index >= len(ack):
                break
            error = self.assertRaises(WireError, pair.initiator.receive, flipped(ack, index))
            expected = Code.HANDSHAKE_FORGED if index else Code.WRONG_ORDER
            self.assertEqual(error.code, expected, index)

    def test_a_server_that_shows_a_key_it_does_not_have(self) -> None:
        thief = Responder(hello(), CLIENT)
        initiator = Initiator(CLIENT)
        initiator.receive(body(thief.start()))
        syn = body(initiator.proceed("alice", "test"))
        error = self.assertRaises(WireError, thief.receive, syn)
        self.assertEqual(error.code, Code.HANDSHAKE_FORGED)


class Bound(SynchronousTestCase):
    """On TLS the inner handshake vouches for the outer channel."""

    EXPORTER = bytes(range(32))

    def forged(self, initiator: Initiator, channel: Channel, exporter: bytes, forged: bool) -> None:
        responder = Responder(hello(channel=channel), SERVER, exporter)
        initiator.receive(body(responder.start()))
        syn = body(initiator.proceed("alice", "test"))
        if forged:
            error = self.assertRaises(WireError, responder.receive, syn)
            self.assertEqual(error.code, Code.HANDSHAKE_FORGED)
        else:
            responder.receive(syn)

    def test_the_same_channel(self) -> None:
        self.forged(
            Initiator(CLIENT, Channel.TLS, self.EXPORTER), Channel.TLS, self.EXPORTER, False
        )

    def test_two_channels_with_somebody_between_them(self) -> None:
        initiator = Initiator(CLIENT, Channel.TLS, self.EXPORTER)
        self.forged(initiator, Channel.TLS, bytes(32), True)

    def test_a_proxy_that_was_asked_for(self) -> None:
        initiator = Initiator(CLIENT, Channel.TLS, self.EXPORTER, proxied=True)
        self.forged(initiator, Channel.PLAIN, b"", False)

    def test_a_proxy_where_the_server_has_tls_itself(self) -> None:
        initiator = Initiator(CLIENT, Channel.TLS, self.EXPORTER, proxied=True)
        self.forged(initiator, Channel.TLS, self.EXPORTER, True)
