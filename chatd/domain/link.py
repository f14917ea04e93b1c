"""Links: where a server is and which key it must show, in one line that can be pasted.

``chatd://HOST:PORT/#FINGERPRINT[/ONE-TIME-ID[/DEVICE-SECRET]]`` is plain TCP, ``chatds://`` TLS;
the handshake inside is the same. A person may type the host alone, or host and port. Promises: what
``str(link)`` gives parses to an equal link; no error repeats the link, since what follows the
fingerprint is secret.

A fingerprint is the SHA-256 of the server's static public key in lower-case base32 (RFC 4648,
section 6) without padding; a device's secret, which no server ever sees, is written likewise. A
host is checked for form only: whether it exists is asked elsewhere.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b32decode, b32encode
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv6Address
from typing import Self

DEFAULT_PORT = 4170
FINGERPRINT_LENGTH = 52
DEVICE_SECRET_BYTES = 16

_MAX_LINK = 1024
_MAX_HOST = 254
_SCHEMES = {"chatd": False, "chatds": True}
# Host names as resolvers take them: labels of letters, digits, hyphens, underscores (RFC 1123,
# section 2.1, and what is found in practice), an ending dot allowed; IPv4 addresses fit too.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
# Looser than the real check, but for the zone after "%", which that takes as it is.
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?", re.ASCII)
# The last character of 52 carries one bit: "a" or "q".
_FINGERPRINT = re.compile(r"[a-z2-7]{51}[aq]", re.ASCII)
_ONE_TIME_ID = re.compile(r"[A-Za-z0-9-]{1,128}", re.ASCII)
_DEVICE_SECRET_LENGTH = 26
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_GAPS = re.compile(r"[\s-]+")


class LinkError(ValueError):
    """Not a link; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where to connect, and what to expect there.

    :ivar host: name or address, without brackets.
    :ivar fingerprint: 52 characters, or "" where the link names none.
    :ivar one_time_id: a secret, so never in ``repr``; "" where the link has none. As it was typed,
        see :mod:`chatd.domain.one_time_id`.
    :ivar device_secret: by which the device that made the link knows the one that uses it, 16
        bytes; b"" where an admin made it.
    """

    host: str
    port: int = DEFAULT_PORT
    tls: bool = False
    fingerprint: str = ""
    one_time_id: str = field(default="", repr=False)
    device_secret: bytes = field(default=b"", repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a link as pasted or typed.

        :raises LinkError: it is none.
        """
        if len(text) > _MAX_LINK:
            raise LinkError(f"a link has at most {_MAX_LINK} characters")
        place, mark, secrets = text.strip().partition("#")
        scheme, separator, rest = place.partition("://")
        if not separator:
            scheme, rest = "chatd", place
        if scheme.lower() not in _SCHEMES:
            raise LinkError("a link starts with chatd:// or chatds://")
        host, port = parse_place(rest.removesuffix("/"))
        shown, _, rest = secrets.partition("/")
        typed, _, device_secret = rest.partition("/")
        one_time_id = "-".join(typed.split())
        if mark and not shown:
            raise LinkError("there is no fingerprint after #")
        if (one_time_id or device_secret) and not _ONE_TIME_ID.fullmatch(one_time_id):
            raise LinkError("the one-time ID has letters, digits and hyphens only")
        return cls(
            host,
            port,
            _SCHEMES[scheme.lower()],
            parse_fingerprint(shown) if shown else "",
            one_time_id,
            _parse_device_secret(device_secret) if device_secret else b"",
        )

    @property
    def place(self) -> str:
        """``HOST:PORT``, as :func:`parse_place` reads it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        place = f"{'chatds' if self.tls else 'chatd'}://{self.place}/"
        if not self.fingerprint:
            return place
        secrets = [self.one_time_id] if self.one_time_id else []
        secrets += [_base32(self.device_secret)] if self.device_secret else []
        return "/".join([f"{place}#{self.fingerprint}", *secrets])


def fingerprint(public_key: bytes) -> str:
    """The fingerprint of a static public key: 52 characters."""
    return _base32(hashlib.sha256(public_key).digest())


def show_fingerprint(fingerprint: str) -> str:
    """A fingerprint for people: groups of four with spaces between."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def parse_fingerprint(text: str) -> str:
    """Read a fingerprint in any case, with or without spaces and hyphens.

    :raises LinkError: it is none.
    """
    bare = _GAPS.sub("", text).lower()
    if len(bare) != FINGERPRINT_LENGTH:
        raise LinkError(f"a fingerprint has {FINGERPRINT_LENGTH} characters, this one {len(bare)}")
    if not _FINGERPRINT.fullmatch(bare):
        raise LinkError("this is no fingerprint: it has the letters a to z and the digits 2 to 7")
    return bare


def parse_place(text: str) -> tuple[str, int]:
    """Read ``HOST:PORT`` or ``HOST`` alone, an IPv6 address in brackets where a port follows.

    :return: the host without brackets, and the port (4170 where none is named).
    :raises LinkError: it is neither.
    """
    if text.startswith("["):
        address, bracket, tail = text[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise LinkError("an IPv6 address with a port is written [::1]:4170")
        return _check_ipv6(address), _parse_port(tail)
    if text.count(":") > 1:
        return _check_ipv6(text), DEFAULT_PORT
    host, colon, digits = text.partition(":")
    if not host:
        raise LinkError("there is no host; a link looks like chatd://HOST:4170/#FINGERPRINT")
    if len(host) > _MAX_HOST or not _HOST.fullmatch(host):
        raise LinkError("the host is no host name or address")
    return host, _parse_port(colon + digits)


def _base32(raw: bytes) -> str:
    return b32encode(raw).decode("ascii").rstrip("=").lower()


def _parse_device_secret(text: str) -> bytes:
    bare = _GAPS.sub("", text)
    if len(bare) != _DEVICE_SECRET_LENGTH:
        raise LinkError(
            f"a device's secret has {_DEVICE_SECRET_LENGTH} characters, this one {len(bare)}"
        )
    try:
        return b32decode(bare + "======", casefold=True)
    except (binascii.Error, ValueError):
        raise LinkError("a device's secret has the letters a to z and the digits 2 to 7") from None


def _check_ipv6(text: str) -> str:
    try:
        if not _IPV6.fullmatch(text):
            raise AddressValueError
        return str(IPv6Address(text))
    except AddressValueError:
        raise LinkError("this is no IPv6 address; with a port it is written [::1]:4170") from None


def _parse_port(tail: str) -> int:
    """The port of ``:PORT``, or the default one of ""."""
    digits = tail[1:]
    if not tail:
        return DEFAULT_PORT
    if not _PORT.fullmatch(digits) or not 1 <= int(digits) <= 65535:
        raise LinkError("the port after the host must be a number from 1 to 65535")
    return int(digits)
