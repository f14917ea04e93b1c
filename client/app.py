"""Puts profile, connection and screen together for a person at a terminal."""

from __future__ import annotations

import argparse
import getpass
import os
import signal
import sys
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import react
from twisted.logger import globalLogBeginner, textFileLogObserver
from twisted.python.logfile import LogFile

from chatd.domain.limits import Limits
from chatd.domain.link import Link
from chatd.domain.monotonic import use_monotonic_time
from chatd.domain.names import clean_nick
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from .connection import Connection, KeyUnknown
from .endpoint import endpoint_of
from .model.model import Model
from .model.settings import Settings
from .model.uplink import ConnectionState, Listener, Stopped
from .profile import Profile, ProfileError
from .signals import cancel_at
from .status import Status, status_of
from .trust import expected_key, explain, introduce, remember_key

_LOG = "chatc.log"
_LOG_SIZE = 1024 * 1024
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watcher:
    """Stands between the connection and the screen: what ends the program is seen here first.

    :param stays: the screen goes on without a connection, to be read.
    :ivar ended: fires with the reason when the program has to end.
    """

    def __init__(self, screen: Listener, stays: bool) -> None:
        self._screen = screen
        self._stays = stays
        self._welcomed = False
        self.ended: Deferred[ChatError | None] = Deferred()

    def connection_changed(self, state: ConnectionState) -> None:
        """Before the first welcome, and where a key is in question, giving up ends the program."""
        self._screen.connection_changed(state)
        if isinstance(state, Stopped):
            key = status_of(state.error) is Status.KEY
            if key or not self._welcomed or not self._stays:
                self.end(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""
        self._welcomed = True
        self._screen.welcomed(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        """Something happened."""
        self._screen.received(message)

    def lag_changed(self, seconds: float) -> None:
        """The lag was measured."""
        self._screen.lag_changed(seconds)

    def warned(self, text: str) -> None:
        """Something failed here."""
        self._screen.warned(text)

    def end(self, error: ChatError | None = None) -> None:
        """End the program, once."""
        if not self.ended.called:
            self.ended.callback(error)


class _Probe:
    """Listens to a connection that is made only to see the server's key."""

    def __init__(self) -> None:
        self.stopped: Deferred[ChatError] = Deferred()

    def connection_changed(self, state: ConnectionState) -> None:
        if isinstance(state, Stopped):
            self.stopped.callback(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None: ...

    def received(self, message: messages.ServerMessage) -> None: ...

    def lag_changed(self, seconds: float) -> None: ...

    def warned(self, text: str) -> None: ...


def run(profile: Profile, options: argparse.Namespace, link: Link) -> None:
    """The full screen, or lines with ``--plain``; never returns."""
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not options.plain and not terminal:
        print(
            "chatc: the full screen needs a terminal that can place text; use --plain, or the "
            "commands send and tail",
            file=sys.stderr,
        )
        raise SystemExit(Status.USAGE)

    def start(reactor: Any) -> Deferred[None]:
        use_monotonic_time(reactor)
        _log_to(profile)
        work = Deferred.fromCoroutine(_work(reactor, profile, options, link))
        reactor.callWhenRunning(cancel_at, _SIGNALS, reactor, work)
        return work

    react(start)


async def _work(reactor: Any, profile: Profile, options: argparse.Namespace, link: Link) -> None:
    status = Status.DONE
    try:
        pin = await _known_key(reactor, profile, options, link)
        error = await _chat(reactor, profile, options, link, pin)
    except CancelledError:
        error = None
        status = Status.INTERRUPTED
    except ProfileError as damaged:
        error = None
        status = Status.USAGE
        print(f"chatc: {damaged}", file=sys.stderr)
    except ChatError as caught:
        error = caught
    if error is not None and error.code is not Code.LOGGED_OUT:
        print(f"chatc: {explain(profile, link, error)}", file=sys.stderr)
        status = status_of(error)
    raise SystemExit(status)


async def _known_key(
    reactor: Any, profile: Profile, options: argparse.Namespace, link: Link
) -> str:
    """The key to expect. Where nobody knows it yet, it is fetched, shown and asked about; the
    connection is closed by then.

    :raises ChatError: there is no way to know, or the person said no.
    """
    pin = expected_key(profile, link)
    if pin:
        return pin
    probe = _Probe()
    _connection(reactor, options, link, "", "", probe).start()
    error = await probe.stopped
    if not isinstance(error, KeyUnknown) or not sys.stdin.isatty():
        raise error
    print(introduce(link, error))
    if _ask("Is this the server's key? yes or no: ").strip().lower() not in ("y", "yes"):
        raise ChatError(Code.SERVER_KEY_UNKNOWN, "not accepted; nothing was sent to that server")
    profile.accept(link, error.found)
    return error.found


def _ask(question: str) -> str:
    """Wait for a line; a signal ends the program, the end of input is no answer.

    :raises CancelledError: Ctrl-C, or another signal to end.
    """
    before = {number: signal.signal(number, signal.default_int_handler) for number in _SIGNALS}
    try:
        return input(question)
    except (EOFError, OSError):  # the terminal may be gone
        return ""
    except KeyboardInterrupt:
        raise CancelledError from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _chat(
    reactor: Any, profile: Profile, options: argparse.Namespace, link: Link, pin: str
) -> ChatError | None:
    nick = getattr(options, "guest", "") or _login_name()
    model = Model(nick, f"{link.host}:{link.port}", Settings(profile))
    ends: list[Watcher] = []

    def quit_now() -> None:
        ends[0].end()

    if options.plain:
        from .plain.screen import PlainScreen

        screen: Any = PlainScreen(reactor, model, quit_now)
    else:
        from .ui.screen import FullScreen

        screen = FullScreen(reactor, model, quit_now)
    watcher = Watcher(screen.controller, stays=not options.plain)
    ends.append(watcher)
    connection = _connection(reactor, options, link, pin, nick, watcher)
    screen.controller.uplink = connection
    screen.start()
    try:
        remember_key(profile, link, pin)
        profile.remember_last(link)
        connection.start()
        return await watcher.ended
    finally:
        try:
            screen.stop()
        finally:
            await connection.logout()


def _connection(
    reactor: Any, options: argparse.Namespace, link: Link, pin: str, nick: str, listener: Listener
) -> Connection:
    return Connection(
        reactor,
        endpoint_of(reactor, link, getattr(options, "check_certificate", False)),
        pin,
        nick,
        listener,
        proxied=getattr(options, "through_proxy", False),
        tries=0 if pin and sys.stdin.isatty() else 1,
    )


def _login_name() -> str:
    """The login name as a wish, where it can be a nick at all."""
    try:
        return clean_nick(getpass.getuser(), Limits().nick)
    except (Refused, KeyError, OSError):
        return ""


def _log_to(profile: Profile) -> None:
    """What goes wrong goes to a file: the terminal belongs to the screen."""
    try:
        profile.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file: Any = LogFile(_LOG, str(profile.home), _LOG_SIZE, 0o600, maxRotatedFiles=1)
    except OSError as error:
        raise ProfileError(f"{profile.home} cannot be used: {error}") from None
    globalLogBeginner.beginLoggingTo([textFileLogObserver(file)], redirectStandardIO=False)
