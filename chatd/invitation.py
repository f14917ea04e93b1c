"""How to join: the links that lead to a server, and commands that work as pasted."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from chatd.domain.link import Link

LOOPBACK = "127.0.0.1"

# Of Twisted's endpoint strings those with a port, in which a backslash takes a colon's meaning.
_TCP = re.compile(r"tcp6?:(?:port=)?([0-9]{1,5})(?::|$)", re.ASCII)
_INTERFACE = re.compile(r"(?<!\\):interface=((?:[^:\\]|\\.)*)")


class _Place(NamedTuple):
    host: str
    port: int


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


def planned_links(
    endpoints: Iterable[tuple[bool, str]], public: tuple[str, int] | None, fingerprint: str
) -> list[Link]:
    """The links that there will be when a daemon runs, as far as its settings tell.

    :param endpoints: whether it is TLS, and the endpoint string; the rest as for :func:`links`.
    """
    places = []
    for tls, endpoint in endpoints:
        if found := _TCP.match(endpoint.removeprefix("haproxy:")):
            interface = _INTERFACE.search(endpoint)
            host = interface[1].replace("\\", "") if interface else ""
            places.append((tls, _Place(host, int(found[1]))))
        elif public is not None and not endpoint.startswith("unix:"):
            places.append((tls, _Place(*public)))
    # Port 0 is any that is free: nobody knows it yet.
    return [link for link in links(places, public, fingerprint) if link.port]


def how_to_join(links: Iterable[Link]) -> list[str]:
    """For guests: a command for each link."""
    return [f"Join with:  {command('chatc', str(link))}" for link in links]


def how_to_enrol(data_dir: Path | None) -> list[str]:
    """For the admin: others come in by what this prints.

    :param data_dir: where the server is; None where servers usually are.
    """
    return [f"Enrol others with:  {_chatctl(data_dir, 'enrol')} NAME"]


def is_journal(stream: TextIO | None) -> bool:
    """Whether systemd's journal keeps what is printed (systemd.exec(5), JOURNAL_STREAM): then no
    secret may be."""
    try:
        status = os.fstat(stream.fileno()) if stream is not None else None
    except (OSError, ValueError):
        return False
    kept = os.environ.get("JOURNAL_STREAM")
    return status is not None and kept == f"{status.st_dev}:{status.st_ino}"


def how_to_get_a_link(data_dir: Path | None, name: str) -> list[str]:
    """For the admin, where the link itself must not be shown."""
    return [f"Enrol the admin with:  {_chatctl(data_dir, 'enrol', name, '--role', 'admin')}"]


def how_to_enrol_admin(name: str, link: Link, expires: int) -> list[str]:
    """For the admin, at the first start.

    :param link: with its one-time ID; stands on a line of its own, to be copied.
    :param expires: milliseconds since the epoch.
    """
    until = datetime.fromtimestamp(expires / 1000)
    return [
        f"Enrol the admin ({name}):  {command('chatc', 'enrol')}",
        f"and paste this link, which works once, until {until:%Y-%m-%d %H:%M}:",
        str(link),
    ]


def command(program: str, *arguments: str) -> str:
    """What a person types to run a program of ours, quoted for a shell, with a full path where it
    is needed."""
    beside = os.path.join(os.path.dirname(sys.executable), program)
    if shutil.which(program) is None and os.path.exists(beside):
        program = beside
    return shlex.join([program, *arguments])


def _chatctl(data_dir: Path | None, *words: str) -> str:
    where = () if data_dir is None else ("--data-dir", str(data_dir))
    return command("chatctl", *where, *words)


def _own_name() -> str:
    """A name others may know this machine by; the loopback address where it has none that works."""
    name = socket.getfqdn()
    try:
        socket.getaddrinfo(name, None)
    except (OSError, UnicodeError):
        return LOOPBACK
    return LOOPBACK if name == "localhost" else name
