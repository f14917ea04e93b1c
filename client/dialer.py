"""Connections made the way the command line asks for."""

from __future__ import annotations

import argparse
from typing import Any

from chatd.domain.link import Link

from .connection import Connection
from .credentials import Credentials
from .endpoint import endpoint_of
from .model.uplink import Listener


class Dialer:
    """:param options: of the command line: ``check_certificate`` and ``through_proxy`` matter."""

    def __init__(self, reactor: Any, options: argparse.Namespace) -> None:
        self.reactor = reactor
        self._check = getattr(options, "check_certificate", False)
        self._proxied = getattr(options, "through_proxy", False)

    def connection(
        self,
        link: Link,
        nick: str,
        listener: Listener,
        credentials: Credentials | None = None,
        *,
        strict: bool = False,
        tries: int = 1,
    ) -> Connection:
        """One to a link's server, not started yet; the parameters are those of a
        :class:`client.connection.Connection`."""
        return Connection(
            self.reactor,
            endpoint_of(self.reactor, link, self._check),
            link,
            nick,
            listener,
            credentials,
            strict=strict,
            proxied=self._proxied,
            tries=tries,
        )
