"""The composition root: the only place where everything meets. Makes threads, listens, ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString, wrapServerTLS
from twisted.internet.error import CannotListenError
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.audit import AuditLog
from chatd.config import Config, Listener
from chatd.domain.entry import Entry
from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, ConfigError
from chatd.hub.hub import Hub
from chatd.hub.state import State
from chatd.invitation import command, links
from chatd.keys import ServerKeys, lock_data_dir
from chatd.open_files import allow_open_files
from chatd.passwords import Passwords
from chatd.plugins import load_factory
from chatd.protocols.control.door import SOCKET, Answer, ControlFactory
from chatd.protocols.surroundings import Surroundings
from chatd.tls import ServerTLS

NATIVE = "native"

#: Open files beside those of clients: listeners, logs, libraries, threads.
OTHER_FILES = 64

#: Seconds that clients have to take the last words when the daemon stops.
DRAIN = 5.0


def _tune_collector() -> None:
    """What is loaded stays, and sessions are freed by their counts, not by the collector: looking
    at all of them after every few hundred allocations would cost a fifth of each handshake."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class ChatService(Service):
    """A daemon.

    :param reactor: runs on monotonic time.
    :param read_config: reads the settings, now and again at SIGHUP.
    :raises ConfigError: a setting or a file in the data directory is wrong.
    """

    log = Logger()

    def __init__(self, reactor: Any, read_config: Callable[[], Config]) -> None:
        self._reactor = reactor
        self._read_config = read_config
        self.config = read_config()
        config = self.config
        self._lock = lock_data_dir(config.data_dir)
        self._keys = ServerKeys.load(config.data_dir)
        self.fingerprint = self._keys.fingerprint
        self._audit = AuditLog(config.data_dir, config.audit_size, config.audit_keep)
        self._passwords = Passwords(reactor)
        turn = Turn(
            lambda function: reactor.callLater(0, function),
            lambda: self.log.failure("a flush failed"),
        )
        self.hub = Hub(
            State(
                config.limits,
                config.liveness,
                turn,
                reactor,
                self._passwords,
                self._audit,
                config.guests,
                config.lobby,
            )
        )
        self._surroundings = Surroundings(
            self.hub,
            reactor,
            self._audit,
            Entry(config.entry),
            self._keys.static,
            config.name,
            config.send_queue,
            config.commands,
        )
        self._tls = ServerTLS(self._keys.certificate, self._keys.certificate_key)
        self._ports: list[tuple[Listener, Any]] = []
        self._leaving = False

    # ------------------------------------------------------------ start

    def privilegedStartService(self) -> None:
        """Listen, so that low ports work before privileges are dropped."""
        self._allow_connections()
        try:
            for listener, factory in self._factories():
                self._listen(listener, factory)
            self._listen_for_control()
        except ConfigError as error:
            raise SystemExit(f"chatd: {error}") from None

    def _allow_connections(self) -> None:
        """The usual limit on open files is a tenth of the capacity that is announced."""
        wanted = self.config.limits.capacity + self.config.entry.total + OTHER_FILES
        allowed = allow_open_files(wanted)
        if allowed < wanted:
            self.log.warn(
                "this system allows {allowed} open files, too few for all connections ({wanted}); "
                "raise the hard limit (ulimit -Hn, LimitNOFILE) or lower limits.capacity",
                allowed=allowed,
                wanted=wanted,
            )

    def startService(self) -> None:
        """Take signals, start the threads, say how to join."""
        super().startService()  # type: ignore[no-untyped-call]
        self._passwords.start()
        _tune_collector()
        self._reactor.callWhenRunning(self._take_signals)
        self._audit.record("server_started")
        for path in self._keys.made:
            self.log.info("made {path}", path=path)
        self._say_how_to_join()

    def _factories(self) -> list[tuple[Listener, Any]]:
        """One factory a protocol, however many endpoints it has; unknown names are told first."""
        made: dict[str, Any] = {}
        for listener in self.config.listeners:
            if listener.protocol not in made:
                made[listener.protocol] = load_factory(listener.protocol)(self._surroundings)
        return [(listener, made[listener.protocol]) for listener in self.config.listeners]

    def _listen(self, listener: Listener, factory: Any) -> None:
        where = f"{'--tls' if listener.tls else '--listen'} {listener.protocol}={listener.endpoint}"
        try:
            endpoint = serverFromString(self._reactor, listener.endpoint)
            if listener.tls:
                endpoint = wrapServerTLS(self._tls, endpoint)
            listening = endpoint.listen(factory)
        except Exception as error:
            raise ConfigError(f"{where}: not a usable endpoint: {error}") from None
        failures: list[Failure] = []
        listening.addCallbacks(lambda port: self._ports.append((listener, port)), failures.append)
        if failures:
            raise ConfigError(f"{where}: cannot listen: {failures[0].getErrorMessage()}")

    def _listen_for_control(self) -> None:
        path = str(self.config.data_dir / SOCKET)
        answers: dict[str, Answer] = {
            "fingerprint": self._tell_fingerprint,
            "link": self._tell_links,
        }
        try:
            with suppress(FileNotFoundError):
                os.unlink(path)  # left by a daemon that was killed: the lock is ours
            self._control = self._reactor.listenUNIX(path, ControlFactory(answers), mode=0o600)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be removed: {error.strerror}") from None
        except CannotListenError as error:
            raise ConfigError(
                f"{path}: cannot listen for chatctl: {error.socketError}; is the path too long?"
            ) from None

    def _say_how_to_join(self) -> None:
        """On the terminal itself: a line to paste must not have the log's time before it."""
        for link in self._links():
            print(f"Join with:  {command(link)}", file=sys.__stdout__, flush=True)

    def _links(self) -> list[Any]:
        ports = [(li.tls, port.getHost()) for li, port in self._ports if li.protocol == NATIVE]
        return links(ports, self.config.public, self.fingerprint)

    def _tell_fingerprint(self) -> dict[str, str]:
        return {"fingerprint": self.fingerprint}

    def _tell_links(self) -> dict[str, list[str]]:
        return {"links": [str(link) for link in self._links()]}

    # ------------------------------------------------------------ signals

    def _take_signals(self) -> None:
        """twistd would end with the signal's status; a goodbye that went well is a success."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._reactor.callFromThread(self.leave))
        signal.signal(signal.SIGHUP, lambda *_: self._reactor.callFromThread(self.reload))

    def leave(self) -> None:
        """Say goodbye, let queues drain for a bounded time, stop. Asked twice: stop at once."""
        if self._leaving:
            self._stop()
            return
        self._leaving = True
        self._audit.record("server_stopping")
        for _, port in self._ports:
            port.stopListening()
        goodbye = ChatError(Code.SHUTTING_DOWN, wait=1.0)
        self.hub.close_all(goodbye)
        for stranger in list(self._surroundings.connections):
            stranger.close(goodbye)
        deadline = self._reactor.seconds() + DRAIN
        waiting = LoopingCall(self._drained, deadline)
        waiting.clock = self._reactor
        waiting.start(0.05)

    def _drained(self, deadline: float) -> None:
        if not self._surroundings.connections or self._reactor.seconds() >= deadline:
            self._stop()

    def _stop(self) -> None:
        if self._reactor.running:
            self._reactor.stop()

    def stopService(self) -> Deferred[None] | None:
        """The reactor is stopping."""
        super().stopService()  # type: ignore[no-untyped-call]
        self._passwords.stop()
        self._audit.close()
        return None

    def reload(self) -> None:
        """SIGHUP: take up what can be taken up, drop nobody."""
        try:
            config = self._read_config()
            self._tls.reload()
        except ConfigError as error:
            self.log.error("not reloaded, all stays as it was: {error}", error=error)
            return
        self.hub.configure(config.limits, config.liveness, config.guests, config.lobby)
        self._surroundings.entry.limits = config.entry
        self._surroundings.commands = config.commands
        self._surroundings.send_queue = config.send_queue
        self._audit.reopen()
        self._audit.record("config_reloaded")
        fixed = ("listeners", "data_dir", "name", "audit_size", "audit_keep")
        running = {key: getattr(self.config, key) for key in fixed}
        changed = [key for key in fixed if getattr(config, key) != running[key]]
        if changed:
            self.log.warn("needs a restart: {keys}", keys=", ".join(changed))
        self.config = replace(config, **running)
        self.log.info("settings reloaded")
