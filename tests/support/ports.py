"""Which TCP ports of 127.0.0.1 the servers under test listen on."""

from __future__ import annotations

import random
import socket

#: Systems choose higher ones for connections that go out.
_PORTS = range(20_000, 32_000)

_claims: list[socket.socket] = []


def free_port() -> int:
    """A TCP port that nobody listens on, nobody else's for as long as this process lives.

    The server on it may end and listen again meanwhile: what tells other tests, in other processes,
    that it is taken is the UDP port of the same number.

    :raises LookupError: there is none.
    """
    for port in random.sample(_PORTS, 1000):
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            claim.close()
        else:
            _claims.append(claim)
            return port
    raise LookupError("no TCP port is free")
