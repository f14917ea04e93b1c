"""``chatctl``, the admin's command: asks the running daemon, or looks for itself.

With the same ``--config`` and ``--data-dir`` as the daemon it works while that runs and while it
does not.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from chatd.audit import FILE as AUDIT_LOG
from chatd.config import Config, load
from chatd.domain.link import show_fingerprint
from chatd.errors import ConfigError
from chatd.keys import server_fingerprint
from chatd.protocols.control.door import SOCKET

#: Seconds that a running daemon has to answer, and between two looks at the audit log.
ANSWER_TIMEOUT = 10.0
POLL = 0.25
#: Bytes of an answer; a link has at most 1024 characters.
_LONGEST_ANSWER = 1024 * 1024


def main(argv: list[str] | None = None) -> None:
    """The console script. Exit status: 0 done, 1 it cannot be done, 2 wrong usage."""
    options = _parser().parse_args(argv)
    given = {"data_dir": options.data_dir} if options.data_dir else {}
    try:
        config = load(options.config, given)
        _COMMANDS[options.command](config, options)
    except ConfigError as error:
        raise SystemExit(f"chatctl: {error}") from None
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None
    except OSError as error:
        raise SystemExit(f"chatctl: {error.filename}: {error.strerror}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("chatctl", description="Looks after a chatd.")
    parser.add_argument("-c", "--config", type=Path, help="the daemon's configuration file")
    parser.add_argument("-d", "--data-dir", help="the daemon's data directory")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("fingerprint", help="print the fingerprint of the server's key")
    link = commands.add_parser("link", help="print the link to join with")
    link.add_argument("--all", action="store_true", help="one line for each place listened at")
    audit = commands.add_parser("audit", help="print the audit log")
    audit.add_argument("--follow", action="store_true", help="go on printing what is added")
    for command in (link, audit, commands.choices["fingerprint"]):
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def ask(config: Config, question: str) -> dict[str, Any] | None:
    """Ask the running daemon.

    :return: its answer; None where no daemon runs on this data directory.
    :raises ConfigError: it runs, but does not answer or refuses.
    """
    path = str(config.data_dir / SOCKET)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_TIMEOUT)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror or error}") from None
        try:
            connection.sendall(json.dumps({"ask": question}).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer = json.loads(lines.readline(_LONGEST_ANSWER))
        except (OSError, ValueError, RecursionError):
            raise ConfigError("the daemon does not answer; is it stuck?") from None
    match answer:
        case {"ok": True}:
            return dict(answer)
        case {"ok": False, "error": text}:
            raise ConfigError(f"the daemon refused: {text}")
    raise ConfigError("the daemon's answer makes no sense; is it of another version?")


def _fingerprint(config: Config, options: argparse.Namespace) -> None:
    """The same whether the daemon runs or not: it is in the key's file."""
    fingerprint = server_fingerprint(config.data_dir)
    if options.json:
        print(json.dumps({"fingerprint": fingerprint}))
    else:
        print(show_fingerprint(fingerprint))


def _link(config: Config, options: argparse.Namespace) -> None:
    answer = ask(config, "link")
    if answer is None:
        raise ConfigError(
            f"no daemon runs on {config.data_dir}; start it (make run), or name another --data-dir"
        )
    links = answer.get("links", [])
    if not options.all:
        links = links[:1]
    if not links:
        raise ConfigError("the daemon does not listen where a link could lead to")
    print(json.dumps({"links": links}) if options.json else "\n".join(links))


def _audit(config: Config, options: argparse.Namespace) -> None:
    path = config.data_dir / AUDIT_LOG
    if not path.exists() and not options.follow:
        raise ConfigError(f"there is no audit log in {config.data_dir} yet")
    for line in _lines(path, options.follow):
        print(line if options.json else _readable(line), flush=True)


def _lines(path: Path, follow: bool) -> Iterator[str]:
    """The lines of a log; with ``follow`` also what is added, through rotations."""
    while True:
        with suppress(FileNotFoundError), path.open(encoding="utf-8", errors="replace") as file:
            yield from _lines_of(file, path, follow)
        if not follow:
            return
        time.sleep(POLL)


def _lines_of(file: TextIO, path: Path, follow: bool) -> Iterator[str]:
    """The lines of one file; with ``follow`` until another one is at its path."""
    rest, over = "", False
    while not over:
        # Asked before reading: what was added up to the rotation is read as well.
        over = not follow or _replaced(path, file.fileno())
        while part := file.readline():
            rest += part
            if rest.endswith("\n"):
                yield rest.rstrip("\n")
                rest = ""
        if not over:
            time.sleep(POLL)
    if rest:  # the end of the line was lost, on a full disk say
        yield rest


def _replaced(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino != os.fstat(handle).st_ino
    except FileNotFoundError:
        return True


def _readable(line: str) -> str:
    """``time event key=value …``; a line that is no JSON as it is, but nothing that a terminal
    would take for a command."""
    try:
        fields = dict(json.loads(line))
        start = f"{fields.pop('time')} {fields.pop('event'):<20}"
        line = " ".join([start, *(f"{key}={value}" for key, value in fields.items())])
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


_COMMANDS: dict[str, Callable[[Config, argparse.Namespace], None]] = {
    "fingerprint": _fingerprint,
    "link": _link,
    "audit": _audit,
}
