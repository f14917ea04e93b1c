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
from chatd.errors import ChatError, Code

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
    :raises ChatError: no certificate could name this host.
    """
    plain = HostnameEndpoint(reactor, link.host.encode("ascii"), link.port, CONNECT_TIMEOUT)
    if not link.tls:
        return plain
    if not check_certificate:
        return wrapClientTLS(AnyCertificate(), plain)
    try:
        return wrapClientTLS(optionsForClientTLS(link.host, platformTrust()), plain)
    except UnicodeError:  # an underscore, say: resolvers take it, certificates do not
        text = f"no certificate can name the host {link.host}; leave out --check-certificate"
        raise ChatError(Code.CONNECTION_LOST, text) from None
