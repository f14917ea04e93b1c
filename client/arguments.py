"""What may stand on the command line of ``chatc``. A mistake in it ends the program with status 2
and a line that says what is wrong."""

from __future__ import annotations

import argparse
import math
import re
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from chatd.domain.names import clean_nick
from chatd.errors import Refused

from .profile import PROFILE_NAME, default_home

_EPILOG = """\
commands (each with --help):
  send TARGET TEXT   say something in #room or to a nick; - sends each line of standard input
  tail TARGET        print what is said in #room, or by a nick
  rooms              list the rooms
  who [#room]        list the people on the server, or in a room
  service [NAME ...] call a service of the server, or list them
  devices            list the devices of your account
  history            print what was said, from this computer's history, or write it to a file
  enrol              make this device one of your account; asks for the link you were given
  passwd             change the password of this device's vault, or let the keychain keep it
  trust LINK         accept the key that LINK names, in the place of the one known so far
without a command: the full screen; as the member whose vault the profile has, or as a guest of the
server of LINK, where guests are let in

exit status: 0 done, 1 refused, 2 wrong usage, 3 no connection, 4 server key unknown or changed,
5 tail ran out of time before its count, 6 the vault cannot be opened or saved, or another chatc has
it, 130 interrupted
"""

_AGO = re.compile(r"(\d{1,9})([mhdw])")
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}

#: A link, or a fingerprint, and something secret after it; nobody writes that by accident.
_SECRET = re.compile(r"chatds?://[^\s#]*#[^\s/]+/\s*\S|#[\sa-z2-7-]{40,}/\s*\S", re.IGNORECASE)


def has_secret(argv: Sequence[str]) -> bool:
    """Whether a word is, or contains, a link with a one-time ID: others on this machine can read
    the arguments of every program, and the shell keeps them."""
    return any(_SECRET.search(word) for word in argv)


def _common() -> argparse.ArgumentParser:
    """Options that stand before or after a command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument(
        "--guest", metavar="NAME", type=_nick, help="sign in as a guest of this nick"
    )
    parser.add_argument("--server", metavar="LINK", help="the server's link")
    profile = parser.add_mutually_exclusive_group()
    profile.add_argument(
        "--profile", metavar="NAME", dest="home", type=_profile, help="another profile, by name"
    )
    profile.add_argument("--home", metavar="DIR", type=Path, help="another profile, by its folder")
    parser.add_argument(
        "--password-fd", metavar="N", type=int, help="read the vault's password from there"
    )
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


def _profile(name: str) -> Path:
    if not PROFILE_NAME.fullmatch(name):
        raise argparse.ArgumentTypeError("a profile is named by letters, digits and -_.")
    return default_home(name)


def _text(word: str) -> str:
    """Bytes that are no UTF-8 come from Python as halves of characters, which nobody can send."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("this is not UTF-8") from None
    return word


def _count(word: str) -> int:
    try:
        count = int(word)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError("give a whole number from 1 on")
    return count


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = 0.0
    if not (seconds > 0 and math.isfinite(seconds)):
        raise argparse.ArgumentTypeError("give a number of seconds greater than 0")
    return seconds


def main_parser() -> argparse.ArgumentParser:
    """Options, and what comes after them as ``words``."""
    parser = argparse.ArgumentParser(
        "chatc",
        usage="chatc [options] [LINK | COMMAND ...]",
        description="A terminal client for chatd.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[chat_parser(add_help=False)],
    )
    parser.set_defaults(plain=False, words=[])
    # The link or command and all after it, options and "--" too: its own parser's business.
    words = parser.add_argument("words", nargs=argparse.PARSER, help=argparse.SUPPRESS)
    words.required = False
    return parser


def chat_parser(add_help: bool = True) -> argparse.ArgumentParser:
    """Options of the full screen, before or after its link."""
    parser = argparse.ArgumentParser(
        "chatc LINK",
        parents=[_common()],
        add_help=add_help,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--plain", action="store_true", help="lines instead of the full screen")
    return parser


def command_parser(name: str) -> argparse.ArgumentParser:
    """The words and options of one command; what was given before it stays."""
    parser = argparse.ArgumentParser(f"chatc {name}", parents=[_common()])
    if name in ("send", "tail"):
        parser.add_argument("target", metavar="TARGET", type=_text, help="#room or nick")
        parser.add_argument(
            "--room-password-fd", type=int, metavar="N", help="read the room's password from there"
        )
    if name == "send":
        parser.add_argument(
            "text", metavar="TEXT", type=_text, help="- for the lines of standard input"
        )
    if name == "tail":
        parser.add_argument(
            "--count", metavar="N", type=_count, default=0, help="end after so many messages"
        )
        parser.add_argument(
            "--timeout", metavar="S", type=_seconds, default=0.0, help="end after so many seconds"
        )
    if name == "who":
        parser.add_argument("room", metavar="#room", type=_text, nargs="?", default="")
    if name == "service":
        parser.add_argument("name", metavar="NAME", type=_text, nargs="?", default="")
        parser.add_argument("fields", metavar="FIELD=VALUE", type=_text, nargs="*")
    if name == "history":
        _add_history(parser)
    if name == "enrol":
        _add_enrolment(parser)
    elif name == "passwd":
        _add_passwd(parser)
    elif name == "trust":
        parser.add_argument("link", metavar="LINK", help="with the fingerprint to accept")
    else:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _add_history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--search",
        metavar="WORDS",
        type=_text,
        default="",
        help='words that are all in it, "exact words", from:NICK, in:#room',
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--room", metavar="#room", dest="place", type=_room, help="in this room")
    place.add_argument(
        "--with", metavar="NICK", dest="place", type=_text, help="between you and this person"
    )
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=_moment,
        default=0,
        help="from 2027-01-31, or 2027-01-31T14:02, on; or from 30m, 2h, 3d, 1w ago on",
    )
    parser.add_argument(
        "--count", metavar="N", type=_count, default=0, help="so many lines, the last ones (50)"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, help="write all of it to a new file, readable by you"
    )


def _room(text: str) -> str:
    return f"#{_text(text).removeprefix('#')}"


def _moment(text: str) -> int:
    """Milliseconds since the epoch; times without a zone are local."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            seconds = int(ago[1]) * _UNITS[ago[2]]
            return max(int((time.time() - seconds) * 1000), 0)
        return max(int(datetime.fromisoformat(text).astimezone().timestamp() * 1000), 0)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError("give a date, a date and time, or how long ago") from None


def _add_enrolment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plain", action="store_true", help="lines instead of the full screen")
    parser.add_argument("--link-fd", metavar="N", type=int, help="read the link from there")
    parser.add_argument(
        "--account-password-fd",
        metavar="N",
        type=int,
        help="read the account's password from there, for a link without a one-time ID",
    )
    parser.add_argument("--account", metavar="NAME", type=_text, help="whose password that is")
    parser.add_argument("--no-chat", action="store_true", help="enrol, say so in a line, and end")


def _add_passwd(parser: argparse.ArgumentParser) -> None:
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--remember", action="store_true", help="let the system's keychain open the vault"
    )
    kept.add_argument("--forget", action="store_true", help="let the keychain forget it")
    parser.add_argument(
        "--new-password-fd", metavar="N", type=int, help="read the new password from there"
    )
