"""How to join: the links of a running daemon, and a command that works as pasted."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
from collections.abc import Iterable
from typing import Any

from chatd.domain.link import Link

LOOPBACK = "127.0.0.1"


def links(
    ports: Iterable[tuple[bool, Any]], public: tuple[str, int] | None, fingerprint: str
) -> list[Link]:
    """The links of the native endpoints a daemon listens at.

    :param ports: whether it is TLS, and the address listened at (IPv4Address or IPv6Address; what
        else there may be has no link).
    :param public: host and port to name instead; where several are listened at, the host only.
    """
    found = []
    listened = [
        (tls, address.host, address.port) for tls, address in ports if hasattr(address, "port")
    ]
    for tls, host, port in listened:
        if public is not None:
            host, port = public[0], public[1] if len(listened) == 1 else port
        elif host in ("0.0.0.0", "::", ""):
            host = _own_name()
        found.append(Link(host, port, tls, fingerprint))
    return found


def command(link: Link) -> str:
    """What a person types to join, quoted for a shell, with a full path where it is needed."""
    program = "chatc"
    beside = os.path.join(os.path.dirname(sys.executable), program)
    if shutil.which(program) is None and os.path.exists(beside):
        program = beside
    return f"{shlex.quote(program)} '{link}'"


def _own_name() -> str:
    """A name others may know this machine by; the loopback address where it has none that works."""
    name = socket.getfqdn()
    try:
        socket.getaddrinfo(name, None)
    except (OSError, UnicodeError):
        return LOOPBACK
    return LOOPBACK if name == "localhost" else name
