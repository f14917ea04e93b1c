"""The command ``chatc``: the full screen, or one thing for a script.

Exit status: 0 done; 1 refused; 2 a mistake in the command line; 3 no connection; 4 the server's
key is unknown or has changed; 5 ``tail`` ran out of time before its count; 6 the vault cannot be
opened or saved, or another chatc has it; 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import re
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import react

from chatd.domain.link import Link, LinkError
from chatd.domain.monotonic import use_monotonic_time

from .admission import Admission, as_guest, as_member, given_link, is_guest, need_server, server_of
from .arguments import chat_parser, command_parser, has_secret, main_parser
from .commands import COMMANDS, ROOM_PASSWORD, Command, is_lasting
from .connection import Connection
from .descriptor import DescriptorError, read_line
from .dialer import Dialer
from .enrolment.given import Given
from .enrolment.lines import Lines
from .handover.host import Host
from .handover.reach import reach
from .history.epoch import take_epoch
from .history.excerpt import read_page
from .model.uplink import Listener
from .offline import passwd, trust
from .profile import Profile, ProfileError, default_home
from .recall import history
from .report import TOLD, output_failed, report
from .script import Script
from .signals import cancel_at
from .status import Status
from .streams import open_closed_streams
from .trust import remember_key
from .unlock import unlock
from .vault.errors import Unenrolled

ENROL, SEND = "enrol", "send"
OFFLINE = {"trust": trust, "passwd": passwd, "history": history}

#: What is meant as a server and not as a command.
_LINK_LIKE = re.compile(r"[:./\[]|^localhost$")

#: What is read from descriptors: the steps of enrolment, and a room's password.
_SECRETS = ("link", "password", "new-password", "account-password", ROOM_PASSWORD)

_EXPOSED = """\
chatc: a link with a one-time ID is a secret, and others on this machine can read every command
line; this one is in your shell's history now, too. Type just "chatc enrol" and paste the link when
it asks, or hand it over with --link-fd N. Where others use this machine, ask for a new link first.\
"""


def main(argv: list[str] | None = None) -> None:
    """The console script; never returns."""
    open_closed_streams()
    argv = sys.argv[1:] if argv is None else argv
    if has_secret(argv):
        _fail(_EXPOSED)
    options = main_parser().parse_args(argv)
    name, *rest = options.words or [""]
    known = name in COMMANDS or name in OFFLINE or name == ENROL
    if name and not known and not _LINK_LIKE.search(name):
        _fail(f"chatc: there is no command {name!r}; a server is written chatd://HOST")
    try:
        (command_parser(name) if known else chat_parser()).parse_args(rest, options)
        profile = Profile(getattr(options, "home", None) or default_home())
        _check_links(options)
        options.given = _given(options)
        if name in COMMANDS:
            need_server(profile, options)
            _react(lambda reactor: _script(reactor, COMMANDS[name], profile, options))
        if name in OFFLINE:
            _react(lambda reactor: _offline(reactor, name, profile, options))
        _chat(profile, options, "" if known else name, enrol=known)
    except (LinkError, ProfileError, DescriptorError) as error:
        _fail(f"chatc: {error}")


def _fail(text: str) -> NoReturn:
    """A mistake in the command line."""
    print(text, file=sys.stderr)
    raise SystemExit(Status.USAGE)


def _check_links(options: argparse.Namespace) -> None:
    """:raises LinkError: one of the command line is none."""
    if given_link(options):
        Link.parse(given_link(options))
    if hasattr(options, "link") and not Link.parse(options.link).fingerprint:
        raise LinkError("trust: the link must name the fingerprint to accept, after #")


def _given(options: argparse.Namespace) -> dict[str, str]:
    """What was answered beforehand: secrets from descriptors, never from argv or the environment.

    :raises DescriptorError: one cannot be read.
    """
    given = {"account": options.account} if getattr(options, "account", None) else {}
    for name in _SECRETS:
        number = getattr(options, f"{name.replace('-', '_')}_fd", None)
        if number is None:
            continue
        if number == 0 and getattr(options, "text", "") == "-":
            _fail("chatc: standard input cannot be both the password and what to send")
        given[name] = read_line(f"--{name}-fd", number)
    return given


def _chat(profile: Profile, options: argparse.Namespace, server: str, *, enrol: bool) -> NoReturn:
    """The full screen, or lines. Imported only here: scripts need no screen."""
    from . import app

    if server:
        Link.parse(server)
        options.server = server
    app.run(profile, options, enrol=enrol)


def _react(work: Callable[[Any], Coroutine[Any, Any, Status]]) -> NoReturn:
    """Do something on a reactor, and end with its status."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # not every terminal has all characters
        sys.stdout.reconfigure(errors="backslashreplace")

    async def ended(reactor: Any) -> None:
        raise SystemExit(await work(reactor))

    def start(reactor: Any) -> Deferred[None]:
        use_monotonic_time(reactor)
        done = Deferred.fromCoroutine(ended(reactor))
        reactor.callWhenRunning(cancel_at, (signal.SIGINT, signal.SIGTERM), reactor, done)
        return done

    react(start)
    raise AssertionError("react ends the program")


# ---------------------------------------------------------------- scripts


async def _offline(
    reactor: Any, name: str, profile: Profile, options: argparse.Namespace
) -> Status:
    try:
        await OFFLINE[name](reactor, profile, Given(options.given, Lines()), options)
        print(end="", flush=True)
    except TOLD as error:
        return report(profile, error)
    except OSError as error:
        return output_failed(error)
    return Status.DONE


async def _script(
    reactor: Any, command: Command, profile: Profile, options: argparse.Namespace
) -> Status:
    admission = script = None
    try:
        visit = None if is_guest(profile, options) else await reach(reactor, profile.home)
        if visit is not None:
            script = Script(reactor, visit.attend)
            server_of(visit.nick, Link.parse(visit.hello.server), given_link(options))
        else:
            admission = await _admit(reactor, profile, options)
            script = _signing_in(reactor, profile, options, admission)
        await script.online()
        if admission is not None and admission.vault is None:
            remember_key(profile, admission.link, admission.link.fingerprint)
        status = await command(reactor, script, options)
        print(end="", flush=True)
    except TOLD as error:
        status = report(profile, error)
    except OSError as error:
        status = output_failed(error)
    with suppress(CancelledError):  # a second Ctrl-C
        if script is not None:  # also after the first one: the next run wants the same nick
            await script.leave()
            await script.connection.logout()
    if admission is not None and admission.vault is not None:
        admission.vault.close()
    return status


async def _admit(reactor: Any, profile: Profile, options: argparse.Namespace) -> Admission:
    if is_guest(profile, options):
        return as_guest(profile, options)
    face, given = Given(options.given, Lines()), "password" in options.given
    vault, _ = await unlock(reactor, profile.home, face, recall=not given)
    try:
        if not vault.identity.token and vault.identity.enrolment is None:
            raise Unenrolled("this device is not enrolled yet; go on")
        return as_member(vault, options)
    except BaseException:
        vault.close()
        raise


def _signing_in(
    reactor: Any, profile: Profile, options: argparse.Namespace, admission: Admission
) -> Script:
    """What goes on for long lets other commands of the profile in meanwhile."""
    link, nick, credentials = admission.link, admission.nick, admission.credentials
    dialer = Dialer(reactor, options)

    def connection(listener: Listener) -> Connection:
        return dialer.connection(link, nick, listener, credentials, strict=True)

    if admission.vault is None:
        return Script(reactor, connection)
    home, key = profile.home, admission.vault.history_key()
    epoch = take_epoch(home, key) if options.words[0] == SEND else 0
    if not is_lasting(options):
        return Script(reactor, connection, epoch=epoch)
    recall = partial(read_page, home, key)
    return Script(
        reactor,
        lambda own: Host(reactor, home, link, nick, own, connection, recall),
        epoch=epoch,
    )
