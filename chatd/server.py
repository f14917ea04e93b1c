"""A server without doors: the data directory with its lock, keys and audit log, the store, the
hub. The daemon gives it doors; chatctl opens it where no daemon runs, and the same orders are done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.audit import AuditLog
from chatd.config import Config
from chatd.domain.blocks import Blocks
from chatd.domain.link import Link
from chatd.domain.turn import Turn
from chatd.export import Export
from chatd.hub.hub import Hub
from chatd.hub.lasting import restore
from chatd.hub.state import State
from chatd.keys import DAEMON, ServerKeys, lock_data_dir
from chatd.passwords import Passwords
from chatd.protocols.control.desk import Answer
from chatd.restoration import finish
from chatd.signature import verify
from chatd.store.store import open_store


class Server:
    """Opened at once, for this process alone.

    :param reactor: runs on monotonic time.
    :param patience: seconds for which another process is waited for.
    :param program: which one this is, for those who find the data directory locked.
    :raises ConfigError: another process has it, or a file in the data directory is wrong.
    """

    log = Logger()

    def __init__(
        self, reactor: Any, config: Config, patience: float = 0.0, program: str = DAEMON
    ) -> None:
        self._reactor = reactor
        self._data_dir = config.data_dir
        self._lock = lock_data_dir(config.data_dir, patience, program)
        finish(config)
        self.keys = ServerKeys.load(config.data_dir)
        self.audit = AuditLog(config.data_dir, config.audit_size, config.audit_keep)
        self.store = open_store(config.store, config.data_dir, reactor)
        self._passwords = Passwords(reactor)
        turn = Turn(
            lambda function: reactor.callLater(0, function),
            lambda: self.log.failure("a flush failed"),
        )
        self.state = State(
            config.limits,
            config.liveness,
            turn,
            reactor,
            self._passwords,
            self.audit,
            config.guests,
            config.lobby,
            store=self.store,
            passwords_on=config.passwords,
            devices_on=config.devices,
            handles=set(self.store.handles_now()),
            blocks=Blocks(self.store.blocks_now()),
            verify=verify,
        )
        restore(self.state, self.store.rooms_now())
        self.hub = Hub(self.state)

    def start(self) -> None:
        """Start the threads: what was asked for before is done now."""
        self._passwords.start()
        self.store.start()
        self.hub.start()

    def stop(self) -> Deferred[None]:
        """Let everything go, after all that was asked for is done."""
        self._passwords.stop()
        self.hub.stop()
        return self.store.stop().addBoth(self._close)

    def answers(self, links: Callable[[], list[Link]]) -> Mapping[str, Answer]:
        """What one admin can be told beside what the hub knows."""
        export = Export(self.store, self.audit, self._data_dir, self._reactor)
        return {
            "fingerprint": lambda: {"fingerprint": self.keys.fingerprint},
            "link": lambda: {"links": [str(link) for link in links()]},
            "export": export.page,
        }

    def _close(self, result: Any) -> Any:
        self.audit.close()
        os.close(self._lock)
        return result
