"""The program at a terminal: the way in, then the screen, then the goodbye."""

from __future__ import annotations

import argparse
import getpass
import os
import signal
import sys
from dataclasses import replace
from functools import partial
from typing import Any, NoReturn

from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.logger import globalLogBeginner, textFileLogObserver
from twisted.python.logfile import LogFile

from chatd.domain.limits import Limits
from chatd.domain.monotonic import use_monotonic_time
from chatd.domain.names import clean_nick
from chatd.errors import Refused

from .admission import Admission, as_guest, as_member, is_guest, need_server
from .connection import Connection
from .dialer import Dialer
from .enrolment.given import Given
from .enrolment.lines import Lines
from .enrolment.signing import Signing
from .enrolment.step import Face
from .enrolment.wizard import Wizard
from .first_use import known
from .handover.host import Host
from .handover.reach import reach
from .history.excerpt import read_page
from .history.recorder import Recorder, open_recorder
from .history.thread import Beside
from .model.model import Model
from .model.settings import Settings
from .model.uplink import Listener
from .profile import Profile, ProfileError, default_home
from .report import TOLD, output_failed, report, still_waiting
from .signals import cancel_at
from .status import Status
from .trust import remember_key, typed
from .unlock import unlock
from .vault.errors import VaultInUse
from .vault.vault import Vault
from .watcher import Watcher

_LOG = "chatc.log"
_LOG_SIZE = 1024 * 1024
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(profile: Profile, options: argparse.Namespace, *, enrol: bool = False) -> NoReturn:
    """The full screen, or lines with ``--plain``.

    :param enrol: enrol this device first.
    """
    full = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not options.plain and not full and not getattr(options, "no_chat", False):
        instead = "--no-chat" if enrol else "the commands send and tail"
        _fail(f"the full screen needs a terminal that can place text; use --plain, or {instead}")
    if not enrol:
        need_server(profile, options)

    def start(reactor: Any) -> Deferred[None]:
        use_monotonic_time(reactor)
        _log_to(profile)
        program = Program(reactor, profile, options, full=full and not options.plain)
        work: Deferred[None] = Deferred.fromCoroutine(program.run(enrol=enrol))
        reactor.callWhenRunning(cancel_at, _SIGNALS, reactor, work)
        return work

    react(start)
    raise AssertionError("react ends the program")


def _fail(text: str) -> NoReturn:
    print(f"chatc: {text}", file=sys.stderr)
    raise SystemExit(Status.USAGE)


class Program:
    """One run.

    :param full: on the full screen, not line by line.
    """

    def __init__(
        self, reactor: Any, profile: Profile, options: argparse.Namespace, *, full: bool
    ) -> None:
        self._reactor = reactor
        self._profile = profile
        self._options = options
        self._full = full
        self._dialer = Dialer(reactor, options)
        self._face: Face = Given(options.given, self._person())
        self._wizard = Wizard(profile, self._dialer, self._face)

    def _person(self) -> Face:
        if not self._full:
            return Lines()
        from .ui.wizard import WizardScreen

        return WizardScreen(self._reactor)

    async def run(self, *, enrol: bool) -> None:
        """To the end, with the exit status.

        :raises SystemExit: always.
        """
        status, vault = Status.DONE, None
        try:
            try:
                if enrol or not is_guest(self._profile, self._options):
                    vault = await self._open(enrol)
            finally:
                self._face.stop()
            if getattr(self._options, "no_chat", False) and vault is not None:
                identity = vault.identity
                print(f"enrolled as {identity.handle} on {identity.server.link.place}", flush=True)
            else:
                await self._chat(vault)
        except TOLD as error:
            status = report(self._profile, error)
        except OSError as error:
            status = output_failed(error)
        finally:
            if vault is not None:
                vault.close()
        raise SystemExit(status)

    async def _open(self, enrol: bool) -> Vault:
        """The vault of an enrolled device. What was begun and not finished goes on."""
        if not self._profile.has_vault:
            return await self._wizard.begin()
        if not enrol:
            await self._wait_for_others()
        given = "password" in self._options.given
        vault, _ = await unlock(self._reactor, self._profile.home, self._face, recall=not given)
        try:
            identity = vault.identity
            if enrol and identity.enrolment is None:
                await self._wizard.renew(vault)
            elif identity.enrolment is not None or not identity.token:
                await self._wizard.resume(vault)
        except BaseException:
            vault.close()
            raise
        return vault

    async def _wait_for_others(self) -> None:
        """What has the vault for one thing only is soon done.

        :raises VaultInUse: another one is there to stay.
        """
        visit = await reach(self._reactor, self._profile.home)
        if visit is not None:
            await visit.logout()
            raise _second(self._profile, visit.hello.process)

    async def _admit(self, vault: Vault | None) -> Admission:
        if vault is not None:
            return as_member(vault, self._options)
        admission = as_guest(self._profile, self._options, _login_name())
        link = await known(self._profile, self._dialer, Lines(), admission.link)
        return replace(admission, link=link)

    async def _chat(self, vault: Vault | None) -> None:
        """
        :raises ChatError: it has ended otherwise than by the user.
        :raises OSError: the output cannot be written.
        """
        admission = await self._admit(vault)
        model = Model(admission.nick, admission.link.place, Settings(admission.settings))
        ends: list[Watcher] = []
        screen = self._screen(model, lambda lost=None: ends[0].end(lost))
        listener: Listener = screen.controller
        if vault is not None:
            listener = screen.controller.devices = Signing(vault, screen.controller)
        watcher = Watcher(listener, stays=self._full)
        ends.append(watcher)
        connection = self._connection(admission, watcher)
        screen.controller.uplink = connection
        if isinstance(listener, Signing):
            listener.uplink = connection
        recorder = self._recorder(vault, model, screen.controller)
        delivery = screen.controller.delivery
        if isinstance(connection, Host) and delivery.device is not None:
            connection.on_stored = delivery.device.stored
            delivery.device.on_fetched = connection.overheard
        try:
            screen.start()
            if vault is None:
                remember_key(self._profile, admission.link, admission.link.fingerprint)
                self._profile.remember_last(admission.link)
            connection.start()
            error = await watcher.ended
        finally:
            try:
                screen.stop()
            finally:
                try:
                    await self._hang_up(connection)
                finally:
                    delivery.stop()
                    if recorder is not None:
                        recorder.close()
                        still_waiting(delivery.sender.count(kept=True))
        if error is not None:
            raise error

    async def _hang_up(self, connection: Connection | Host) -> None:
        """The server keeps a member's place for its grace time, for who comes back; ``/quit`` has
        given it up before this. To a guest's nobody comes back: the key ends with the program."""
        if isinstance(connection, Host):
            await connection.stop()
        else:
            await connection.logout()

    def _recorder(self, vault: Vault | None, model: Model, controller: Any) -> Recorder | None:
        """A member's history, with what it holds shown, and what it has to be sent on its way; None
        for a guest, and where there can be none: then the user is told why."""
        if vault is None:
            return None
        home, key, thread = self._profile.home, vault.history_key(), Beside(self._reactor)
        recorder, trouble = open_recorder(home, key, model, thread, self._reactor)
        if recorder is not None:
            recorder.warn = controller.warned
            last = recorder.restore()
            controller.delivery.keep(recorder)
            if last is not None and controller.view.asks:  # what is piped in goes where it says
                controller.view.show(last)
        if trouble:
            controller.warned(trouble)
        return recorder

    def _connection(self, admission: Admission, watcher: Watcher) -> Connection | Host:
        """A member's is for the other commands of the profile, too."""
        link, nick = admission.link, admission.nick
        tries = 0 if sys.stdin.isatty() else 1

        def connect(listener: Listener) -> Connection:
            credentials = admission.credentials
            return self._dialer.connection(link, nick, listener, credentials, tries=tries)

        if admission.vault is None:
            return connect(watcher)
        home = self._profile.home
        recall = partial(read_page, home, admission.vault.history_key())
        return Host(self._reactor, home, link, nick, watcher, connect, recall)

    def _screen(self, model: Model, on_quit: Any) -> Any:
        """Loaded only now: of the two, one is needed."""
        if self._full:
            from .ui.screen import FullScreen

            return FullScreen(self._reactor, model, on_quit)
        from .plain.screen import PlainScreen

        return PlainScreen(self._reactor, model, on_quit)


def _second(profile: Profile, process: int) -> VaultInUse:
    """What else can be done while another one runs on the profile."""
    return VaultInUse(
        f"chatc is running on {profile.home} already (process {process}). Beside it, send, tail, "
        "rooms, who, service, devices and history go through it:\n"
        f"  {typed(profile, 'send', '#room', 'text')}\n"
        "To be somebody else at the same time, take another profile:\n"
        f"  {typed(Profile(default_home()), '--profile', 'NAME', 'enrol')}",
        process,
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
        raise ProfileError(
            f"{profile.home} cannot be used: {error.strerror}; another folder is named by --home"
        ) from None
    globalLogBeginner.beginLoggingTo([textFileLogObserver(file)], redirectStandardIO=False)
