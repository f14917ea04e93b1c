"""From a link to a Twisted endpoint: plain TCP, or TLS 1.3 around it.

On TLS the certificate is not checked by name unless asked for: the handshake inside is bound to
the channel, and the server's pinned key vouches for both.
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions, TLSVersion, optionsForClientTLS, platformTrust
from zope.interface import implementer

from chatd.domain.link import Link

#: Seconds until an attempt to connect is given up.
CONNECT_TIMEOUT = 15.0


@implementer(IOpenSSLClientConnectionCreator)
class AnyCertificate:
    """TLS 1.3 with whoever answers; who that is, the handshake inside will tell."""

    def __init__(self) -> None:
        options = CertificateOptions(verify=False, raiseMinimumTo=TLSVersion.TLSv1_3)
        self._context = options.getContext()

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """For Twisted: one connection's TLS."""
        return SSL.Connection(self._context, None)


def endpoint_of(reactor: Any, link: Link, check_certificate: bool = False) -> Any:
    """Where to connect.

    :param check_certificate: have a certificate authority of this system vouch for the name.
    """
    plain = HostnameEndpoint(reactor, link.host.encode("idna"), link.port, CONNECT_TIMEOUT)
    if not link.tls:
        return plain
    if check_certificate:
        return wrapClientTLS(optionsForClientTLS(link.host, platformTrust()), plain)
    return wrapClientTLS(AnyCertificate(), plain)
