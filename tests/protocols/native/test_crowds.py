"""Limits on handshakes, before any work is done for them."""

from __future__ import annotations

from twisted.internet.address import IPv4Address, IPv6Address

from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Liveness
from chatd.errors import Code
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import NativeCase

HANDSHAKE = Liveness().handshake


class Crowds(NativeCase):
    """Limits on handshakes, before any work is done for them."""

    entry = EntryLimits(per_minute=5, per_address=2, total=3)

    def at(self, host: str) -> Caller:
        address = IPv6Address if ":" in host else IPv4Address
        return Caller(self.server, self.factory, None, address("TCP", host, 50000))

    def refused(self, host: str, code: Code) -> float:
        caller = self.at(host)
        refusal = caller.refusal()
        self.assertEqual(refusal.code, code)
        self.assertTrue(caller.transport.disconnecting)
        caller.write(b"anything")
        caller.lose()
        self.assertEqual(caller.transport.value(), b"")
        return refusal.wait

    def test_unfinished_ones_of_one_address(self) -> None:
        first, _ = self.at("192.0.2.1"), self.at("192.0.2.1")
        self.assertGreater(self.refused("192.0.2.1", Code.TOO_MANY_PENDING), 0)
        self.assertEqual(self.server.audit.codes("connection_refused"), [Code.TOO_MANY_PENDING])
        first.lose()
        self.at("192.0.2.1").hello()

    def test_unfinished_ones_in_all(self) -> None:
        for host in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            last = self.at(host)
        self.refused("192.0.2.4", Code.TOO_MANY_PENDING)
        last.sign_in()
        self.at("192.0.2.4").hello()

    def test_those_that_ran_out_of_time_make_room(self) -> None:
        self.at("192.0.2.1"), self.at("192.0.2.1")
        self.server.clock.advance(HANDSHAKE)
        self.at("192.0.2.1").hello()

    def test_of_one_address_in_a_minute(self) -> None:
        for _ in range(5):
            self.at("192.0.2.1").sign_in()
        self.server.clock.advance(20)
        self.assertEqual(self.refused("192.0.2.1", Code.TOO_MANY_HANDSHAKES), 40.0)
        self.at("192.0.2.2").sign_in()
        self.server.clock.advance(40)
        self.at("192.0.2.1").sign_in()

    def test_an_ipv6_network_is_one_address(self) -> None:
        self.at("2001:db8::1"), self.at("2001:db8::2")
        self.refused("2001:db8::3", Code.TOO_MANY_PENDING)
        self.at("2001:db8:0:1::1").hello()
