"""The command ``chatc``: the full screen, or one thing for a script.

Exit status: 0 done; 1 refused; 2 a mistake in the command line; 3 no connection; 4 the server's
key is unknown or has changed; 5 ``tail`` ran out of time before its count; 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import react

from chatd.domain.link import Link, LinkError
from chatd.domain.monotonic import use_monotonic_time
from chatd.errors import ChatError

from .arguments import chat_parser, command_parser, main_parser
from .commands import COMMANDS, Command
from .connection import Connection
from .endpoint import endpoint_of
from .profile import Profile, ProfileError, default_home
from .script import Script
from .signals import cancel_at
from .status import Status, status_of
from .trust import expected_key, explain, remember_key

DEFAULT_LINK = "chatd://127.0.0.1:4170"

#: What is meant as a server and not as a command.
_LINK_LIKE = re.compile(r"[:./\[]|^localhost$")


def main(argv: list[str] | None = None) -> None:
    """The console script; never returns."""
    options = main_parser().parse_args(argv)
    name, *rest = options.words or [""]
    known = name in COMMANDS or name == "trust"
    if name and not known and not _LINK_LIKE.search(name):
        _fail(
            Status.USAGE, f"chatc: there is no command {name!r}; a server is written chatd://HOST"
        )
    try:
        (command_parser(name) if known else chat_parser()).parse_args(rest, options)
        profile = Profile(getattr(options, "home", None) or default_home())
        if not known:
            _chat(profile, options, name)
        if name == "trust":
            _trust(profile, options)
        _run(COMMANDS[name], profile, options)
    except (LinkError, ProfileError) as error:
        _fail(Status.USAGE, f"chatc: {error}")


def _fail(status: Status, text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(status)


def _link(profile: Profile, options: argparse.Namespace) -> Link:
    given = getattr(options, "server", "") or profile.last_link() or DEFAULT_LINK
    return Link.parse(given)


def _trust(profile: Profile, options: argparse.Namespace) -> None:
    link = Link.parse(options.link)
    if not link.fingerprint:
        _fail(Status.USAGE, "chatc trust: the link must name the fingerprint to accept, after #")
    profile.accept(link, link.fingerprint)
    print(f"accepted for {link.host}:{link.port}")
    raise SystemExit(Status.DONE)


def _chat(profile: Profile, options: argparse.Namespace, server: str) -> None:
    """The full screen, or lines. Imported only here: scripts need no screen."""
    from . import app

    options.server = server or getattr(options, "server", "")
    app.run(profile, options, _link(profile, options))


# ---------------------------------------------------------------- scripts


def _run(command: Command, profile: Profile, options: argparse.Namespace) -> NoReturn:
    link = _link(profile, options)
    options.room_password = _room_password(options)
    if isinstance(sys.stdout, io.TextIOWrapper):  # not every terminal has all characters
        sys.stdout.reconfigure(errors="backslashreplace")

    def start(reactor: Any) -> Deferred[None]:
        use_monotonic_time(reactor)
        work = Deferred.fromCoroutine(_work(reactor, command, profile, link, options))
        reactor.callWhenRunning(cancel_at, (signal.SIGINT, signal.SIGTERM), reactor, work)
        return work

    react(start)


def _room_password(options: argparse.Namespace) -> str:
    """The room's password from a file descriptor: never from argv or the environment."""
    number = getattr(options, "room_password_fd", None)
    if number is None:
        return ""
    if number == 0 and getattr(options, "text", "") == "-":
        _fail(Status.USAGE, "chatc: standard input cannot be both the password and what to send")
    try:
        with open(number, encoding="utf-8", closefd=False) as file:
            return file.readline().rstrip("\n")
    except (OSError, ValueError) as error:
        _fail(Status.USAGE, f"chatc: --room-password-fd {number}: {error}")


async def _work(
    reactor: Any, command: Command, profile: Profile, link: Link, options: argparse.Namespace
) -> None:
    script = None
    try:
        pin = expected_key(profile, link)
        script = Script(reactor, lambda own: _connect(reactor, link, pin, own, options))
        await script.online()
        remember_key(profile, link, pin)
        status = await command(reactor, script, options)
        print(end="", flush=True)
    except CancelledError:
        status = Status.INTERRUPTED
    except ChatError as error:
        print(f"chatc: {explain(profile, link, error)}", file=sys.stderr)
        status = status_of(error)
    except ProfileError as error:
        print(f"chatc: {error}", file=sys.stderr)
        status = Status.USAGE
    except OSError as error:
        status = _output_failed(error)
    with suppress(CancelledError):  # a second Ctrl-C
        if script is not None:  # also after the first one: the next run wants the same nick
            await script.connection.logout()
    raise SystemExit(status)


def _output_failed(error: OSError) -> Status:
    """Nobody reads any more, as in ``chatc rooms | head -1``, or the disk is full."""
    # What Python still holds would fail again, with a traceback, when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return Status.DONE
    print(f"chatc: the output cannot be written: {error.strerror}", file=sys.stderr)
    return Status.REFUSED


def _connect(
    reactor: Any, link: Link, pin: str, listener: Script, options: argparse.Namespace
) -> Connection:
    return Connection(
        reactor,
        endpoint_of(reactor, link, getattr(options, "check_certificate", False)),
        pin,
        getattr(options, "guest", ""),
        listener,
        strict=True,
        proxied=getattr(options, "through_proxy", False),
        tries=1,
    )
