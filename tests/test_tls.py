"""TLS 1.3 and nothing older; a renewed certificate is taken up, a damaged one is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.test.iosim import FakeTransport, connect
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chatd.errors import ConfigError
from chatd.keys import ServerKeys
from chatd.tls import ServerTLS
from client.endpoint import AnyCertificate


@implementer(IOpenSSLClientConnectionCreator)
class Old:
    """A client that has heard of TLS 1.2 only."""

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        options = CertificateOptions(verify=False, lowerMaximumSecurityTo=TLSVersion.TLSv1_2)
        return SSL.Connection(options.getContext(), None)


class Greeter(Protocol):
    """Says hello, and keeps what the other side says."""

    def __init__(self) -> None:
        self.heard = b""
        self.over = False

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b"hello")

    def dataReceived(self, data: bytes) -> None:
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        self.over = True


class ServerTLSTest(SynchronousTestCase):
    """Real TLS between two ends in memory."""

    def setUp(self) -> None:
        self.keys = self.made("home")
        self.tls = ServerTLS(self.keys.certificate, self.keys.certificate_key)

    def made(self, name: str) -> ServerKeys:
        """Another server's files."""
        home = Path(self.mktemp()) / name
        home.mkdir(parents=True)
        return ServerKeys.load(home, name)

    def call(self, creator: Any) -> tuple[Greeter, Any]:
        """Connect a client.

        :return: what speaks inside, and the client's side of OpenSSL.
        """
        clock = Clock()
        greeters = Factory.forProtocol(Greeter)
        ends: list[Any] = []
        for side, is_client in ((self.tls, False), (creator, True)):
            end = TLSMemoryBIOFactory(side, is_client, greeters, clock).buildProtocol(None)
            ends += [end, FakeTransport(end, not is_client)]
        inside, pump = ends[2].wrappedProtocol, connect(*ends)
        while pump.flush() or clock.getDelayedCalls():
            clock.advance(0)  # small pieces are gathered for a moment
        return inside, ends[2].getHandle()

    def shown(self) -> list[x509.Certificate]:
        """The certificates that the server shows to a new client."""
        _, handle = self.call(AnyCertificate())
        chain: list[x509.Certificate] = handle.get_peer_cert_chain(as_cryptography=True)
        return chain

    def own(self, keys: ServerKeys) -> list[x509.Certificate]:
        """The certificates in a server's file."""
        return x509.load_pem_x509_certificates(keys.certificate.read_bytes())

    def renew(self, keys: ServerKeys) -> None:
        """Put the files of ``keys`` in the place of this server's."""
        self.keys.certificate.write_bytes(keys.certificate.read_bytes())
        self.keys.certificate_key.write_bytes(keys.certificate_key.read_bytes())

    def test_newest_only(self) -> None:
        inside, handle = self.call(AnyCertificate())
        self.assertEqual(inside.heard, b"hello")
        self.assertEqual(handle.get_protocol_version_name(), "TLSv1.3")
        inside, _ = self.call(Old())
        self.assertEqual((inside.heard, inside.over), (b"", True))

    def test_reload(self) -> None:
        """A new certificate is shown from the reload on, and not before."""
        self.assertEqual(self.shown(), self.own(self.keys))
        new = self.made("new")
        self.renew(new)
        self.assertNotEqual(self.shown(), self.own(new))
        self.tls.reload()
        self.assertEqual(self.shown(), self.own(new))

    def test_chain(self) -> None:
        """All that the file holds is shown, so that an authority's certificates are found."""
        authority = self.made("authority")
        with self.keys.certificate.open("ab") as file:
            file.write(authority.certificate.read_bytes())
        self.tls.reload()
        self.assertEqual(len(self.own(self.keys)), 2)
        self.assertEqual(self.shown(), self.own(self.keys))

    def test_damaged(self) -> None:
        """The old certificate stays in use, and the file to look at is named."""
        before = self.shown()
        certificate, key = self.keys.certificate, self.keys.certificate_key
        other = self.made("other")
        for file, bad, wrong in (
            (certificate, b"", "is damaged"),
            (certificate, key.read_bytes(), "is damaged"),
            (certificate, certificate.read_bytes()[:200], "is damaged"),
            (certificate, certificate.read_bytes().replace(b"M", b"N", 3), "is damaged"),
            (certificate, other.certificate.read_bytes(), "does not belong to tls.key"),
            (key, b"\xff", "is damaged"),
            (key, certificate.read_bytes(), "is damaged"),
        ):
            good = file.read_bytes()
            file.write_bytes(bad)
            error = self.assertRaises(ConfigError, self.tls.reload)
            self.assertTrue(str(error).startswith(f"{file}: {wrong}"), str(error))
            self.assertEqual(self.shown(), before)
            file.write_bytes(good)
        certificate.unlink()
        self.assertIn("cannot be used", str(self.assertRaises(ConfigError, self.tls.reload)))
        self.assertEqual(self.shown(), before)

    def test_key_of_no_use(self) -> None:
        """A key that fits its certificate, but signs nothing."""
        agreement = X25519PrivateKey.generate()
        certificate = x509.load_pem_x509_certificate(self.keys.certificate.read_bytes())
        builder = (
            x509.CertificateBuilder(certificate.issuer, certificate.subject)
            .public_key(agreement.public_key())
            .serial_number(1)
            .not_valid_before(certificate.not_valid_before_utc)
            .not_valid_after(certificate.not_valid_after_utc)
        )
        signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
        self.keys.certificate.write_bytes(signed.public_bytes(Encoding.PEM))
        pem = agreement.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.keys.certificate_key.write_bytes(pem)
        error = self.assertRaises(ConfigError, self.tls.reload)
        self.assertIn("cannot be used for TLS", str(error))
