"""The command line of chatctl: which commands there are, and how what goes wrong is told."""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

from chatd.config import load
from chatd.ctl import accounts, audit_log, enrolment, invitation, keeping, passwords, rooms, status
from chatd.errors import ConfigError

COMMANDS = tuple(
    chain(
        enrolment.COMMANDS,
        accounts.COMMANDS,
        passwords.COMMANDS,
        rooms.COMMANDS,
        status.COMMANDS,
        keeping.COMMANDS,
        audit_log.COMMANDS,
        invitation.COMMANDS,
    )
)


def main(argv: list[str] | None = None) -> None:
    """The console script. Exit status: 0 done, 1 it cannot be done, 2 wrong usage."""
    options = _parser().parse_args(argv)
    given = {key: getattr(options, key) for key in ("data_dir", "public")}
    try:
        config = load(options.config, {key: given[key] for key in given if given[key] is not None})
        options.run(config, options)
    except ConfigError as error:
        raise SystemExit(f"chatctl: {error}") from None
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None
    except OSError as error:
        raise SystemExit(f"chatctl: {error.filename}: {error.strerror}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "chatctl",
        description="Looks after a chatd, whether its daemon runs or not.",
        parents=[_common()],
    )
    parser.set_defaults(config=None, data_dir=None, public=None, json=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.help, parents=[_common()])
        command.arguments(own)
        own.set_defaults(run=command.run)
    return parser


def _common() -> argparse.ArgumentParser:
    """Options that stand before or after a command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("-c", "--config", type=Path, help="the daemon's configuration file")
    parser.add_argument("-d", "--data-dir", help="the daemon's data directory")
    parser.add_argument(
        "--public", metavar="HOST:PORT", help="what links name while the daemon does not run"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser
