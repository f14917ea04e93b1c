"""Passwords: one that is typed, or many from a file of ``user password`` lines (seed 003).

They come from the terminal or from standard input, never as arguments, which everybody can see.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from getpass import getpass
from typing import BinaryIO

from chatd.config import Config
from chatd.ctl.command import Command, of_account
from chatd.ctl.reach import Asked, reach
from chatd.ctl.running import Denied
from chatd.ctl.table import plain
from chatd.errors import TEXTS, Code, ConfigError

#: Bytes of a line, of which a name and a password take a part at most.
LONGEST_LINE = 2048

_FORM = "a line is a name, a space and a password"


# ------------------------------------------------------------ one


def _passwd_arguments(parser: argparse.ArgumentParser) -> None:
    of_account(parser)
    parser.add_argument("--none", action="store_true", help="take the password away")


def _passwd(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        handle = server.ask("show", handle=options.name)["account"]["handle"]
        password = "" if options.none else _read(handle)
        answer = server.ask("passwd", handle=handle, password=password)
    told = "has no password any more" if options.none else "has a new password"
    print(json.dumps(answer) if options.json else plain(f"{handle} {told}"))


def _read(handle: str) -> str:
    """:raises ConfigError: nothing was typed, or two different things."""
    if sys.stdin.isatty():
        password = getpass(plain(f"New password for {handle}: "))
        if password != getpass("The same again: "):
            raise ConfigError("these were two different passwords; nothing was changed")
    else:
        try:
            password = sys.stdin.buffer.readline(LONGEST_LINE).decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise ConfigError("the password is not UTF-8; nothing was changed") from None
    if not password:
        raise ConfigError("there was no password; nothing was changed")
    return password


# ------------------------------------------------------------ many


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a name, a space and a password a line; - is standard input"
    )


def _import(config: Config, options: argparse.Namespace) -> None:
    """A wrong line is named by its number, and never shown: it may be a password."""
    imported, wrong = 0, []
    with reach(config) as server, _open(options.file) as file:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            if fault := _import_line(server, line):
                wrong.append({"line": number, "error": fault})
                print(f"line {number}: {fault}", file=sys.stderr)
            else:
                imported += 1
    answer = {"imported": imported, "wrong": wrong}
    print(json.dumps(answer) if options.json else f"{imported} imported, {len(wrong)} wrong")
    if wrong:
        raise SystemExit(1)


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else open(name, "rb")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long only the beginning, without an end."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


def _import_line(server: Asked, line: bytes) -> str:
    """:return: what is wrong, in words that hold nothing of the line; "" for nothing."""
    try:
        handle, password = line.decode("utf-8-sig").split(None, 1)
    except ValueError:  # not UTF-8, or one word
        return _FORM
    if len(line) == LONGEST_LINE:
        return TEXTS[Code.PASSWORD_TOO_LONG]
    try:
        server.ask("import", handle=handle, password=password.rstrip())
    except Denied as error:
        return TEXTS[Code(error.code)] if error.code in TEXTS else _FORM
    return ""


COMMANDS = (
    Command("passwd", "set the password of an account", _passwd, _passwd_arguments),
    Command("import-credentials", "import names and passwords", _import, _import_arguments),
)
