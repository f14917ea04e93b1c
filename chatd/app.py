"""The composition root: the only place where everything meets. Makes threads, listens, ends."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable
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

from chatd import invitation
from chatd.config import NATIVE, Config, Listener, default_data_dir
from chatd.domain.administration import EnrolAdmin
from chatd.domain.entry import Entry
from chatd.domain.link import Link
from chatd.errors import ChatError, Code, ConfigError, Refused
from chatd.open_files import allow_open_files
from chatd.plugins import load_factory
from chatd.protocols.control.door import SOCKET, ControlFactory
from chatd.protocols.surroundings import Surroundings
from chatd.server import Server
from chatd.services.loading import load_services
from chatd.services.surroundings import ServiceSurroundings
from chatd.threads import Threads
from chatd.tls import ServerTLS

#: Open files beside those of clients: listeners, logs, libraries, threads.
OTHER_FILES = 64

#: Seconds for which a chatctl is waited for that is at work while the daemon starts.
LOCK_PATIENCE = 2.0

#: The status with which it ends when it has to be started again.
FAILED = 1

#: Seconds that clients have to take the last words when the daemon stops.
DRAIN = 5.0


def _tune_collector() -> None:
    """What is loaded stays, and sessions are freed by their counts, not by the collector: looking
    at all of them after every few hundred allocations would cost a fifth of each handshake."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _print(lines: Iterable[str]) -> None:
    """On the terminal itself: a line to paste must not have the log's time before it."""
    for line in lines:
        print(line, file=sys.__stdout__, flush=True)


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
        self._server = server = Server(reactor, config, LOCK_PATIENCE)
        self._audit = server.audit
        self.hub = server.hub
        server.state.services = load_services(
            ServiceSurroundings(reactor, self.hub.now, config.name), lambda: Threads(reactor).run
        )
        self._surroundings = Surroundings(
            self.hub,
            reactor,
            self._audit,
            Entry(config.entry),
            server.keys.static,
            config.name,
            config.send_queue,
            config.commands,
        )
        self._tls = ServerTLS(server.keys.certificate, server.keys.certificate_key)
        server.store.apart.addCallback(self._start_again)
        self._ports: list[tuple[Listener, Any]] = []
        self._leaving = self._stopping = False

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
        """Take signals, start the threads, say how to come in."""
        super().startService()  # type: ignore[no-untyped-call]
        self._server.start()
        self._reactor.callWhenRunning(self._take_signals)
        # Not before: a Ctrl-C that is an exception is lost in what the collector calls.
        self._reactor.callWhenRunning(_tune_collector)
        self._audit.record("server_started")
        for path in self._server.keys.made:
            self.log.info("made {path}", path=path)
        if self.config.guests:
            _print(invitation.how_to_join(self._links()))
        self._reactor.callWhenRunning(self._say_how_to_enrol)

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
        factory = ControlFactory(self.hub, lambda: self._server.answers(self._links))
        try:
            with suppress(FileNotFoundError):
                os.unlink(path)  # left by a daemon that was killed: the lock is ours
            self._control = self._reactor.listenUNIX(path, factory, mode=0o600)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be removed: {error.strerror}") from None
        except CannotListenError as error:
            raise ConfigError(
                f"{path}: cannot listen for chatctl: {error.socketError}; is the path too long?"
            ) from None

    def _say_how_to_enrol(self) -> None:
        said = Deferred.fromCoroutine(self._enrol_admin())
        said.addErrback(lambda failure: self.log.failure("the admin is not enrolled", failure))

    async def _enrol_admin(self) -> None:
        """At each start until an admin can sign in, each time by a new ID: the last one is void."""
        name, links = self.config.admin, self._links()
        if not (self.config.devices and links):
            return
        try:
            enrolled = await self.hub.administer(EnrolAdmin(name))
        except Refused as error:
            enrolled = None
            self.log.error(
                "the admin {name} cannot be enrolled: {text} (--admin names another one)",
                name=name,
                text=error.text,
            )
        data_dir = self.config.data_dir
        where = data_dir if data_dir != default_data_dir() else None
        if enrolled is not None and invitation.is_journal(sys.__stdout__):
            _print(invitation.how_to_get_a_link(where, name))
        elif enrolled is not None:
            link = replace(links[0], one_time_id=enrolled.one_time_id)
            _print(invitation.how_to_enrol_admin(name, link, enrolled.expires))
        _print(invitation.how_to_enrol(where))

    def _links(self) -> list[Link]:
        ports = [(li.tls, port.getHost()) for li, port in self._ports if li.protocol == NATIVE]
        return invitation.links(ports, self.config.public, self._server.keys.fingerprint)

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

    def _start_again(self, _: None) -> None:
        """What is in memory and what is stored may be two things: end, as something that failed."""
        self.log.critical(
            "the database broke off in a commit and does not say whether it was made: this daemon "
            "ends, and has to be started again, from what is stored"
        )
        # twistd would end with 0 however its reactor was stopped.
        atexit.register(os._exit, FAILED)
        self.leave()

    def _drained(self, deadline: float) -> None:
        if not self._surroundings.connections or self._reactor.seconds() >= deadline:
            self._stop()

    def _stop(self) -> None:
        # It goes on running until the store has done what it was asked for.
        if self._reactor.running and not self._stopping:
            self._stopping = True
            self._reactor.stop()

    def stopService(self) -> Deferred[None]:
        """The reactor is stopping: what was asked of the store is done first."""
        super().stopService()  # type: ignore[no-untyped-call]
        return self._server.stop()

    def reload(self) -> None:
        """SIGHUP: take up what can be taken up, drop nobody."""
        try:
            config = self._read_config()
            self._tls.reload()
        except ConfigError as error:
            self.log.error("not reloaded, all stays as it was: {error}", error=error)
            return
        self.hub.configure(
            config.limits,
            config.liveness,
            config.guests,
            config.lobby,
            passwords=config.passwords,
            devices=config.devices,
        )
        self._surroundings.entry.limits = config.entry
        self._surroundings.commands = config.commands
        self._surroundings.send_queue = config.send_queue
        self._audit.reopen()
        self._audit.record("config_reloaded")
        fixed = ("listeners", "data_dir", "store", "admin", "name", "audit_size", "audit_keep")
        running = {key: getattr(self.config, key) for key in fixed}
        changed = [key for key in fixed if getattr(config, key) != running[key]]
        if changed:
            self.log.warn("needs a restart: {keys}", keys=", ".join(changed))
        self.config = replace(config, **running)
        self.log.info("settings reloaded")
