"""TLS 1.3 for any endpoint. The native handshake inside is bound to the channel, so a self-signed
certificate is as good as any for chatd's own client; others may check it by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from OpenSSL import SSL
from OpenSSL.crypto import X509, PKey
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.internet.ssl import CertificateOptions, TLSVersion
from zope.interface import implementer

from chatd.errors import ConfigError
from chatd.keys import read_pair


def _context(certificate: Path, key: Path) -> Any:
    private, (own, *chain) = read_pair(key, certificate)
    try:
        return CertificateOptions(
            privateKey=PKey.from_cryptography_key(private),  # type: ignore[arg-type]
            certificate=X509.from_cryptography(own),
            extraCertChain=[X509.from_cryptography(other) for other in chain],
            raiseMinimumTo=TLSVersion.TLSv1_3,
        ).getContext()
    except (SSL.Error, TypeError) as error:
        raise ConfigError(f"{certificate}: cannot be used for TLS: {error}") from None


@implementer(IOpenSSLServerConnectionCreator)
class ServerTLS:
    """Makes the server's side of TLS connections; a renewed certificate is taken up by reload.

    :param certificate: PEM file, the server's own certificate first.
    :param key: PEM file of its private key.
    :raises ConfigError: they do not fit together or cannot be read.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = certificate, key
        self._context = _context(certificate, key)

    def reload(self) -> None:
        """Read the files again; new connections use what is there now.

        :raises ConfigError: they cannot be used; the old ones stay in use.
        """
        self._context = _context(*self._files)

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """For Twisted: one connection's TLS."""
        return SSL.Connection(self._context, None)
