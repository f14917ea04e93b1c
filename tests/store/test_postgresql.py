"""The contract over PostgreSQL: a real server, where one is installed."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import SkipTest

from twisted.internet import reactor

from chatd.store.store import Store, open_store
from tests.store import contract
from tests.support.postgres import REQUIRE, programs, server


def database() -> str:
    """A new database of this run's server.

    :raises SkipTest: there is no PostgreSQL, and need not be.
    """
    if programs() is None and not os.environ.get(REQUIRE):
        raise SkipTest("PostgreSQL is not installed")
    return server().database()


class OnServer(contract.Contract):
    def open(self) -> Store:
        folder = Path(self.mktemp())
        folder.mkdir()
        return open_store(database(), folder, reactor)
