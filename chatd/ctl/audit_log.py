"""The audit log, as it is and as it grows. Read from its file: no daemon has to run for it."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from chatd.audit import FILE
from chatd.config import Config
from chatd.ctl.command import Command
from chatd.ctl.table import plain
from chatd.domain.names import fold
from chatd.errors import ConfigError

#: Seconds between two looks at a log that is followed.
POLL = 0.25


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--follow", action="store_true", help="go on printing what is added")
    parser.add_argument("--account", metavar="NAME", help="only what is about this account")


def _audit(config: Config, options: argparse.Namespace) -> None:
    path = config.data_dir / FILE
    if not path.exists() and not options.follow:
        raise ConfigError(f"there is no audit log in {config.data_dir} yet")
    for line in _lines(path, options.follow):
        if not options.account or _is_about(line, fold(options.account)):
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


def _fields(line: str) -> dict[str, Any]:
    """What a line says; {} where it is none of ours."""
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return {}


def _is_about(line: str, folded: str) -> bool:
    fields = _fields(line)
    return any(fold(str(fields.get(key, ""))) == folded for key in ("account", "nick"))


def _readable(line: str) -> str:
    """``time event key=value …``; a line that is none of ours as it is, but nothing that a
    terminal would take for a command."""
    fields = _fields(line)
    if "time" in fields and "event" in fields:
        start = f"{fields.pop('time')} {fields.pop('event')!s:<20}"
        line = " ".join([start, *(f"{key}={value}" for key, value in fields.items())])
    return plain(line)


COMMANDS = (Command("audit", "print the audit log", _audit, _arguments),)
