"""Getting at a server: through the running daemon, or by opening it where none runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

from chatd.config import Config
from chatd.ctl.running import Running
from chatd.keys import DataDirInUse, server_fingerprint

#: Seconds for which a daemon that starts or stops, or another chatctl, is waited for.
PATIENCE = 10.0
POLL = 0.1


class Asked(Protocol):
    """A server that does what the admin asks."""

    def ask(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Ask something; see :mod:`chatd.protocols.control.desk`.

        :raises ConfigError: it cannot be done.
        """

    def close(self) -> None:
        """The admin is done."""


@contextmanager
def reach(config: Config) -> Iterator[Asked]:
    """The server of these settings; none is made where there is none.

    :raises ConfigError: there is no way to it.
    """
    with closing(_find(config)) as found:
        yield found


def _find(config: Config) -> Asked:
    deadline = time.monotonic() + PATIENCE
    while True:
        if (daemon := Running.find(config.data_dir)) is not None:
            return daemon
        try:
            return _open(config)
        except DataDirInUse:
            if time.monotonic() > deadline:
                raise
        time.sleep(POLL)


def _open(config: Config) -> Asked:
    server_fingerprint(config.data_dir)
    from chatd.ctl.stopped import Stopped  # the store and the hub: not where a daemon runs

    return Stopped(config)
