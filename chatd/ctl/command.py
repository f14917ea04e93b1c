"""One command of chatctl, and how its arguments are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass

from chatd.config import Config

#: What it is called where its name is kept.
PROGRAM = "chatctl"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([0-9]{1,6})([smhd])", re.ASCII)


def _none(parser: argparse.ArgumentParser) -> None:
    """A command without arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the help.

    :ivar run: does it with the settings and what was typed; raises ConfigError where it cannot.
    :ivar arguments: tells the parser what it takes.
    """

    name: str
    help: str
    run: Callable[[Config, argparse.Namespace], None]
    arguments: Callable[[argparse.ArgumentParser], object] = _none


def of_account(parser: argparse.ArgumentParser) -> None:
    """The argument of a command about one account."""
    parser.add_argument("name", metavar="NAME", help="the account's handle, in any case")


def milliseconds(text: str) -> int:
    """A duration as it is typed: ``90s``, ``30m``, ``72h``, ``7d``.

    :raises argparse.ArgumentTypeError: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None or not int(match[1]):
        raise argparse.ArgumentTypeError("must be a number with s, m, h or d after it, like 72h")
    return int(match[1]) * _SECONDS[match[2]] * 1000
