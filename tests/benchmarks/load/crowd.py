"""A crowd of connections that the load generator drives: in C where there is a compiler, in
Python where there is none. Both do the same and count the same."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Protocol

from tests.benchmarks.load.plan import Framing, Lockstep, Paced

#: Seconds without anything, after which a run is given up.
PATIENCE = 20.0
#: Seconds of silence after which everything is taken to have arrived.
QUIET = 0.06


class CrowdError(Exception):
    """The server did not do what it should: it fell silent, hung up, or sent something else."""


class Crowd(Protocol):
    """Connections that this object alone reads from now on."""

    def settle(self) -> list[int]:
        """Read until nothing more comes.

        :return: payload bytes each peer has got since the last time, or the last run.
        """

    def lockstep(self, plan: Lockstep) -> None:
        """Do it; returns when the last batch has arrived."""

    def paced(self, plan: Paced) -> list[float]:
        """Do it.

        :return: for each delivery the seconds from the message's start to its arrival.
        """

    def close(self) -> None:
        """Forget the connections; they stay open."""


#: Makes a crowd of connected sockets.
Gather = Callable[[Sequence[socket.socket], Framing], Crowd]
