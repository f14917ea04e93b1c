"""From a link to a connection: where it goes, and real TLS around the native handshake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import CertificateOptions, PrivateCertificate, TLSVersion
from twisted.internet.testing import MemoryReactorClock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link, fingerprint
from chatd.errors import ChatError, Code
from chatd.keys import ServerKeys
from chatd.tls import ServerTLS
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from client import endpoint
from client.connection import Connection
from client.endpoint import AnyCertificate, endpoint_of
from tests.client.listener import Listener
from tests.support.network import ADDRESS, Line, Network


class PlaceTest(SynchronousTestCase):
    def test_addresses_go_where_the_link_says(self) -> None:
        reactor: Any = MemoryReactorClock()
        endpoint_of(reactor, Link.parse("chatd://127.0.0.1:99")).connect(Factory())
        self.assertEqual(reactor.tcpClients[0][:2], ("127.0.0.1", 99))
        sixth = endpoint_of(reactor, Link.parse("chatd://[::1]:99"))
        self.assertEqual(repr(sixth), "<HostnameEndpoint [::1]:99>")

    def test_tls_where_the_link_says_so(self) -> None:
        reactor = MemoryReactorClock()
        made: list[Any] = []
        self.patch(endpoint, "wrapClientTLS", lambda creator, plain: made.append(creator))
        for text in ("chatd://example.org", "chatds://example.org"):
            endpoint_of(reactor, Link.parse(text))
        self.assertEqual([type(one) for one in made], [AnyCertificate])
        endpoint_of(reactor, Link.parse("chatds://example.org"), check_certificate=True)
        self.assertNotIsInstance(made[-1], AnyCertificate)

    def test_a_host_that_no_certificate_can_name(self) -> None:
        link = Link.parse("chatds://my_host")
        endpoint_of(MemoryReactorClock(), link)
        error = self.assertRaises(ChatError, endpoint_of, MemoryReactorClock(), link, True)
        self.assertIn("leave out --check-certificate", error.text)


class Secured:
    """The network in memory with TLS over it, as ``wrapClientTLS`` would do it with real time."""

    def __init__(self, network: Network, client: Any, server: Any) -> None:
        self._network = network
        self._client = client
        network.listening = TLSMemoryBIOFactory(server, False, network.door, network.clock)

    def connect(self, factory: Any) -> Any:
        """As endpoints do."""
        wrapped = TLSMemoryBIOFactory(self._client, True, factory, self._network.clock)
        return self._network.connect(wrapped).addCallback(lambda tls: tls.wrappedProtocol)


class Relay(Protocol):
    """Passes on what it gets to another one."""

    def __init__(self, other: Relay | None = None) -> None:
        self.other = other

    def dataReceived(self, data: bytes) -> None:
        """Pass it on."""
        assert self.other is not None and self.other.transport is not None
        self.other.transport.write(data)


class TLSTest(SynchronousTestCase):
    """Over real TLS, with the certificate that the server made for itself."""

    def setUp(self) -> None:
        home = Path(self.mktemp())
        home.mkdir()
        keys = ServerKeys.load(home, "example.org")
        self.pem = keys.certificate_key.read_bytes() + keys.certificate.read_bytes()
        self.tls: Any = ServerTLS(keys.certificate, keys.certificate_key)
        self.network = Network()
        self.heard = Listener()

    def start(self, endpoint: Secured, **options: Any) -> None:
        key = public_bytes(self.network.server.around.static)
        link = Link("127.0.0.1", tls=True, fingerprint=fingerprint(key))
        clock = self.network.clock
        Connection(clock, endpoint, link, "alice", self.heard, tries=1, **options).start()
        self.network.settle()

    def error(self) -> ChatError:
        error = getattr(self.heard.state, "error", None)
        assert isinstance(error, ChatError)
        return error

    def test_the_key_vouches_for_any_certificate(self) -> None:
        self.start(Secured(self.network, AnyCertificate(), self.tls))
        (welcome,) = self.heard.take(messages.Welcome)
        self.assertEqual(welcome.nick, "alice")
        static = public_bytes(self.network.server.around.static)
        self.assertNotIn(static, self.network.lines[0].server.written)  # not even HELLO is clear

    def test_somebody_in_the_middle(self) -> None:
        """Who ends the TLS, looks, and begins another one is found out: the channels differ."""
        secured = Secured(self.network, AnyCertificate(), self.tls)
        door = self.network.listening
        clock = self.network.clock

        class Middle(Relay):
            def connectionMade(self) -> None:
                self.other = other = Relay(self)
                back = TLSMemoryBIOFactory(
                    AnyCertificate(), True, Factory.forProtocol(lambda: other), clock
                )
                network.lines.append(Line(back.buildProtocol(None), door.buildProtocol(ADDRESS)))

        network = self.network
        network.listening = TLSMemoryBIOFactory(self.tls, False, Factory.forProtocol(Middle), clock)
        self.start(secured)
        self.assertEqual(len(network.lines), 2)
        self.assertEqual(self.heard.take(messages.Welcome), [])
        self.assertEqual(self.error().code, Code.HANDSHAKE_FORGED)

    def test_a_proxy_that_the_user_knows_of(self) -> None:
        """The server must know of it too, or it takes it for somebody in the middle."""
        self.start(Secured(self.network, AnyCertificate(), self.tls), proxied=True)
        self.assertEqual(self.error().code, Code.HANDSHAKE_FORGED)

    def test_a_server_of_old_tls(self) -> None:
        pair = PrivateCertificate.loadPEM(self.pem)
        self.tls = CertificateOptions(
            pair.privateKey.original, pair.original, lowerMaximumSecurityTo=TLSVersion.TLSv1_2
        )
        self.start(Secured(self.network, AnyCertificate(), self.tls))
        self.assertEqual(self.error().code, Code.CONNECTION_LOST)
        self.assertIn("SSL", self.error().text)
        self.assertEqual(self.network.server.hub.counts()["sessions"], 0)

    def test_a_server_without_tls(self) -> None:
        secured = Secured(self.network, AnyCertificate(), self.tls)
        self.network.listening = self.network.door
        self.start(secured)
        self.assertEqual(self.error().code, Code.CONNECTION_LOST)
        self.assertIn("it is written chatd://", self.error().text)
