"""The command ``chatc``: the full screen, or one thing for a script.

Exit status: 0 done; 1 refused; 2 a mistake in the command line; 3 no connection; 4 the server's
key is unknown or has changed; 5 ``tail`` ran out of time before its count; 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import react

from chatd.domain.link import Link, LinkError
from chatd.domain.monotonic import use_monotonic_time
from chatd.domain.names import clean_nick
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from .connection import Connection
from .endpoint import endpoint_of
from .model.visible import visible_line
from .profile import Profile, ProfileError, default_home
from .script import Script, as_line, said
from .signals import cancel_at
from .stdin import lines_of
from .trust import expected_key, explain, remember_key

DEFAULT_LINK = "chatd://127.0.0.1:4170"

DONE, REFUSED, USAGE, NO_CONNECTION, KEY, TIMEOUT = 0, 1, 2, 3, 4, 5
INTERRUPTED = 130

Command = Callable[[Any, Script, argparse.Namespace], Coroutine[Any, Any, int]]

#: What is meant as a server and not as a command.
_LINK_LIKE = re.compile(r"[:./\[]|^localhost$")

_EPILOG = """\
commands (each with --help):
  send TARGET TEXT   say something in #room or to a nick; - sends each line of standard input
  tail TARGET        print what is said in #room, or by a nick
  rooms              list the rooms
  who [#room]        list the people on the server, or in a room
  trust LINK         accept the key that LINK names, in the place of the one known so far
without a command: the full screen, with the server of LINK or the last one

exit status: 0 done, 1 refused, 2 wrong usage, 3 no connection, 4 server key unknown or changed,
5 tail ran out of time before its count, 130 interrupted
"""


def _common() -> argparse.ArgumentParser:
    """Options that stand before or after a command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument(
        "--guest", metavar="NAME", type=_nick, help="sign in as a guest of this nick"
    )
    parser.add_argument("--server", metavar="LINK", help="the server's link")
    parser.add_argument("--home", metavar="DIR", type=Path, help="the profile folder")
    parser.add_argument(
        "--check-certificate", action="store_true", help="on chatds://, check the certificate too"
    )
    parser.add_argument(
        "--through-proxy", action="store_true", help="something on the way ends the TLS"
    )
    return parser


def _nick(text: str) -> str:
    """Of any length: how long one may be is the server's rule."""
    try:
        return clean_nick(text, len(text))
    except Refused as refused:
        raise argparse.ArgumentTypeError(refused.text) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "chatc",
        usage="chatc [options] [LINK | COMMAND ...]",
        description="A terminal client for chatd.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_chat_parser(add_help=False)],
    )
    parser.set_defaults(plain=False)
    parser.add_argument("word", nargs="?", metavar="LINK | COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _chat_parser(add_help: bool = True) -> argparse.ArgumentParser:
    """Options of the full screen, before or after its link."""
    parser = argparse.ArgumentParser(
        "chatc LINK",
        parents=[_common()],
        add_help=add_help,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--plain", action="store_true", help="lines instead of the full screen")
    return parser


def _command_parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(f"chatc {name}", parents=[_common()])
    if name in ("send", "tail"):
        parser.add_argument("target", metavar="TARGET", help="#room or nick")
        parser.add_argument(
            "--room-password-fd", type=int, metavar="N", help="read the room's password from there"
        )
    if name == "send":
        parser.add_argument("text", metavar="TEXT", help="- for the lines of standard input")
    if name == "tail":
        parser.add_argument("--count", type=int, default=0, help="end after so many messages")
        parser.add_argument("--timeout", type=float, default=0.0, help="end after so many seconds")
    if name == "who":
        parser.add_argument("room", metavar="#room", nargs="?", default="")
    if name == "trust":
        parser.add_argument("link", metavar="LINK", help="with the fingerprint to accept")
    else:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def main(argv: list[str] | None = None) -> None:
    """The console script; never returns."""
    options = _parser().parse_args(argv)
    name = options.word or ""
    known = name in _COMMANDS or name == "trust"
    if name and not known and not _LINK_LIKE.search(name):
        _fail(USAGE, f"chatc: there is no command {name!r}; a server is written chatd://HOST")
    try:
        (_command_parser(name) if known else _chat_parser()).parse_args(options.rest, options)
        profile = Profile(getattr(options, "home", None) or default_home())
        if not known:
            _chat(profile, options)
        if name == "trust":
            _trust(profile, options)
        _run(_COMMANDS[name], profile, options)
    except (LinkError, ProfileError) as error:
        _fail(USAGE, f"chatc: {error}")


def _fail(status: int, text: str) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(status)


def _link(profile: Profile, options: argparse.Namespace) -> Link:
    given = getattr(options, "server", "") or profile.last_link() or DEFAULT_LINK
    return Link.parse(given)


def _trust(profile: Profile, options: argparse.Namespace) -> None:
    link = Link.parse(options.link)
    if not link.fingerprint:
        _fail(USAGE, "chatc trust: the link must name the fingerprint to accept, after #")
    profile.accept(link, link.fingerprint)
    print(f"accepted for {link.host}:{link.port}")
    raise SystemExit(DONE)


def _chat(profile: Profile, options: argparse.Namespace) -> None:
    """The full screen, or lines. Imported only here: scripts need no screen."""
    from . import app

    options.server = options.word or getattr(options, "server", "")
    app.run(profile, options, _link(profile, options))


# ---------------------------------------------------------------- scripts


def _run(command: Command, profile: Profile, options: argparse.Namespace) -> None:
    link = _link(profile, options)

    def start(reactor: Any) -> Deferred[None]:
        use_monotonic_time(reactor)
        work = Deferred.fromCoroutine(_work(reactor, command, profile, link, options))
        reactor.callWhenRunning(cancel_at, (signal.SIGINT, signal.SIGTERM), reactor, work)
        return work

    react(start)


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
    except CancelledError:
        status = INTERRUPTED
    except ChatError as error:
        print(f"chatc: {explain(profile, link, error)}", file=sys.stderr)
        status = _status(error)
    except ProfileError as error:
        print(f"chatc: {error}", file=sys.stderr)
        status = USAGE
    if script is not None:  # also after Ctrl-C: the next run wants the same nick
        await script.connection.logout()
    sys.stdout.flush()
    raise SystemExit(status)


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


def _status(error: ChatError) -> int:
    if error.code in (Code.SERVER_KEY_CHANGED, Code.SERVER_KEY_UNKNOWN):
        return KEY
    return REFUSED if isinstance(error, Refused) or error.code >= 200 else NO_CONNECTION


def _password(options: argparse.Namespace) -> str:
    """The room's password from a file descriptor: never from argv or the environment."""
    number = options.room_password_fd
    if number is None:
        return ""
    try:
        with os.fdopen(number, encoding="utf-8") as file:
            return file.readline().rstrip("\n")
    except (OSError, ValueError) as error:
        _fail(USAGE, f"chatc: --room-password-fd {number}: {error}")
        raise


async def _send(reactor: Any, script: Script, options: argparse.Namespace) -> int:
    if options.target.startswith("#"):
        await script.enter(options.target[1:], _password(options))
    async for line in lines_of(reactor, options.text):
        accepted = await script.send(options.target, line)
        if options.json:
            nick = script.connection.nick
            _print_json(said(accepted.time, nick, options.target, line, accepted.id, "message"))
    return DONE


async def _tail(reactor: Any, script: Script, options: argparse.Namespace) -> int:
    enough: Deferred[int] = Deferred()
    left = options.count

    def tell(message: dict[str, Any]) -> None:
        nonlocal left
        if enough.called:
            return
        if options.json:
            _print_json(message)
        else:
            print(as_line(message), flush=True)
        left -= 1
        if left == 0:
            enough.callback(DONE)

    script.follow(options.target, tell).addErrback(_unless_called(enough.errback, enough))
    if options.target.startswith("#"):
        await script.enter(options.target[1:], _password(options))
    if options.timeout > 0:
        status = TIMEOUT if options.count else DONE
        reactor.callLater(options.timeout, _unless_called(enough.callback, enough), status)
    return await enough


def _unless_called(fire: Callable[[Any], None], enough: Deferred[int]) -> Callable[[Any], None]:
    def fire_once(result: Any) -> None:
        if not enough.called:
            fire(result)

    return fire_once


async def _rooms(reactor: Any, script: Script, options: argparse.Namespace) -> int:
    for room in await script.pages(messages.Rooms, lambda page: page.rooms):
        if options.json:
            _print_json(
                {
                    "room": f"#{room.name}",
                    "members": room.members,
                    "locked": room.locked,
                    "topic": room.topic,
                }
            )
        else:
            lock = " (password)" if room.locked else ""
            print(f"#{room.name}  {room.members}{lock}  {visible_line(room.topic)}".rstrip())
    return DONE


async def _who(reactor: Any, script: Script, options: argparse.Namespace) -> int:
    room = options.room.removeprefix("#")
    rows = await script.pages(
        lambda number, after: messages.Users(number, room, after), lambda page: page.users
    )
    for user in rows:
        if options.json:
            _print_json({"nick": user.nick, "away": user.away})
        else:
            away = f"  away: {visible_line(user.away)}" if user.away else ""
            print(f"{user.nick}{away}")
    return DONE


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


_COMMANDS: dict[str, Command] = {
    "send": _send,
    "tail": _tail,
    "rooms": _rooms,
    "who": _who,
}
