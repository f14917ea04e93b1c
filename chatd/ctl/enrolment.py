"""Enrolment: a one-time ID in a link, for a person and for the camera of a telephone."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

import segno

from chatd.config import Config
from chatd.ctl.command import Command, milliseconds, of_account
from chatd.ctl.reach import reach
from chatd.ctl.table import moment, plain
from chatd.domain.account import ENROLMENT_LIFE, HIGHEST_LEVEL, LOWEST_LEVEL, Role
from chatd.domain.link import Link
from chatd.errors import ConfigError
from chatd.invitation import command

#: Light squares around a code: half of what ISO/IEC 18004 asks for, which cameras do with.
_BORDER = 2


def _arguments(parser: argparse.ArgumentParser) -> None:
    of_account(parser)
    levels = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
    roles = [role.value for role in Role]
    parser.add_argument(
        "--level", metavar="N", type=int, choices=levels, help="0 to 9 (a new account: 1)"
    )
    parser.add_argument("--role", metavar="ROLE", choices=roles, help=", ".join(roles))
    parser.add_argument(
        "--expires",
        metavar="TIME",
        type=milliseconds,
        default=ENROLMENT_LIFE,
        help="how long the link is good, such as 30m, 72h or 7d (default: 72h)",
    )
    parser.add_argument("--no-qr", action="store_true", help="print no QR code")


def _enrol(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        links = server.ask("link")["links"]  # first: an ID that cannot be told is no use
        if not links:
            raise ConfigError(
                "the server does not listen where a link could lead to; name the address that "
                "people use with --public HOST:PORT"
            )
        answer = server.ask(
            "enrol",
            handle=options.name,
            level=options.level,
            role=options.role,
            life=options.expires,
        )
    link = str(replace(Link.parse(links[0]), one_time_id=answer.pop("one_time_id")))
    if options.json:
        print(json.dumps({**answer, "link": link}))
        return
    account = answer["account"]
    about = plain(f"{account['handle']} (level {account['level']}, {account['role']})")
    print(f"To enrol {about}: {command('chatc', 'enrol')}")
    print(f"and paste this link, which works once, until {moment(answer['expires'])}:\n\n{link}\n")
    if sys.stdout.isatty() and not options.no_qr:
        segno.make(link, error="l", micro=False).terminal(sys.stdout, border=_BORDER, compact=True)


COMMANDS = (
    Command("enrol", "make a link for a new user, or a device of a known one", _enrol, _arguments),
)
