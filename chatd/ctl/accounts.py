"""Accounts and devices: looking at them, changing them, taking them away."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chatd.config import Config
from chatd.ctl.command import Command, of_account
from chatd.ctl.reach import Asked, reach
from chatd.ctl.table import counted, moment, pairs, plain, table
from chatd.domain.account import HIGHEST_LEVEL, LOWEST_LEVEL, Role
from chatd.errors import ConfigError

#: Characters of a device's id that are shown: enough to tell it from others.
SHORT = 8

Row = Mapping[str, Any]


def every(server: Asked, question: str, key: str, name: str) -> Iterator[Row]:
    """All rows of a list that is told in pages.

    :param key: where the rows are in an answer; ``name``: what the next page is asked for after.
    """
    after = ""
    while rows := server.ask(question, after=after)[key]:
        yield from rows
        after = rows[-1][name]


# ------------------------------------------------------------ looking


def _list(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        rows = list(every(server, "list", "accounts", "handle"))
    if options.json:
        print(json.dumps({"accounts": rows}))
        return
    header = ("NAME", "LEVEL", "ROLE", "STATE", "PASSWORD", "ONLINE", "SINCE")
    print(
        table(
            header,
            (
                (
                    row["handle"],
                    row["level"],
                    row["role"],
                    _state(row),
                    "yes" if row["password"] else "no",
                    row["online"] or "",
                    moment(row["created"]),
                )
                for row in rows
            ),
        )
    )


def _show(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        found = server.ask("show", handle=options.name)
    if options.json:
        print(json.dumps(found))
        return
    account = found["account"]
    print(
        pairs(
            [
                ("name", account["handle"]),
                ("display name", account["display"]),
                ("level", account["level"]),
                ("role", account["role"]),
                ("state", _state(account)),
                ("password", "yes" if account["password"] else "no"),
                ("since", moment(account["created"])),
                ("locked", f"{found['locked']:.0f} s" if found["locked"] else "no"),
            ]
        )
    )
    if found["devices"]:
        print("\n" + _device_table(found["devices"]))


def _devices(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        rows = server.ask("show", handle=options.name)["devices"]
    print(json.dumps({"devices": rows}) if options.json else _device_table(rows))


def _device_table(rows: list[Row]) -> str:
    header = ("DEVICE", "NAME", "STATE", "SIGNED", "ENROLLED", "LAST SIGN-IN", "ONLINE")
    return table(
        header,
        (
            (
                row["id"][:SHORT],
                row["name"],
                row["state"],
                "yes" if row["signed"] else "no",
                moment(row["created"]),
                moment(row["seen"]),
                "yes" if row["online"] else "",
            )
            for row in rows
        ),
    )


def _state(account: Row) -> str:
    """``invited``: nobody can have signed in yet."""
    if account["disabled"]:
        return "disabled"
    return "active" if account["enrolled"] or account["password"] else "invited"


# ------------------------------------------------------------ changing


def _change(question: str, said: str, *arguments: str) -> Callable[..., None]:
    """A command that asks one thing and says what is so now.

    :param said: may name fields of the account.
    :param arguments: options that go into the question under their own names.
    """

    def run(config: Config, options: argparse.Namespace) -> None:
        given = {name: getattr(options, name) for name in arguments}
        with reach(config) as server:
            answer = server.ask(question, handle=options.name, **given)
        told = plain(said.format(**answer["account"]))
        print(json.dumps(answer) if options.json else told)

    return run


def _remove(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        if not options.yes:
            found = server.ask("show", handle=options.name)
            _confirm(found["account"]["handle"], len(found["devices"]))
        answer = server.ask("remove", handle=options.name)
    told = plain(f"{answer['account']['handle']} is removed")
    print(json.dumps(answer) if options.json else told)


def _confirm(handle: str, devices: int) -> None:
    """:raises ConfigError: nobody said yes."""
    if not sys.stdin.isatty():
        raise ConfigError("nobody is there to confirm it; say --yes")
    its = counted(devices, "device", "devices")
    question = f"Remove {handle} with {its} for good? The name is never given again. [y/N] "
    sys.stderr.write(plain(question))
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigError("nothing was removed")


def _revoke(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        answer = server.ask("revoke", device=options.device)
    device = answer["device"]
    told = plain(f"{device['id'][:SHORT]} ({device['name']}) is revoked: it never signs in again")
    print(json.dumps(answer) if options.json else told)


def _unlock(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        answer = server.ask("unlock", handle=options.name)
    count = answer["addresses"]
    told = f"unlocked for {counted(count, 'address', 'addresses')}" if count else "was not locked"
    print(json.dumps(answer) if options.json else told)


# ------------------------------------------------------------ arguments


def _level_arguments(parser: argparse.ArgumentParser) -> None:
    of_account(parser)
    levels = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
    parser.add_argument("level", metavar="N", type=int, choices=levels, help="0 to 9")


def _role_arguments(parser: argparse.ArgumentParser) -> None:
    of_account(parser)
    roles = [role.value for role in Role]
    parser.add_argument("role", metavar="ROLE", choices=roles, help=", ".join(roles))


def _remove_arguments(parser: argparse.ArgumentParser) -> None:
    of_account(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _revoke_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="DEVICE", help="its id, or how the id begins")


COMMANDS = (
    Command("list", "list all accounts", _list),
    Command("show", "show an account and its devices", _show, of_account),
    Command(
        "level",
        "set the level of an account",
        _change("level", "{handle} has level {level}", "level"),
        _level_arguments,
    ),
    Command(
        "role",
        "set the role of an account",
        _change("role", "the role of {handle} is {role}", "role"),
        _role_arguments,
    ),
    Command(
        "disable",
        "let nobody sign in to an account, and put out who is there",
        _change("disable", "{handle} is disabled"),
        of_account,
    ),
    Command(
        "enable",
        "let a disabled account sign in again",
        _change("enable", "{handle} is enabled"),
        of_account,
    ),
    Command("remove", "remove an account for good", _remove, _remove_arguments),
    Command("devices", "list the devices of an account", _devices, of_account),
    Command("revoke", "take a device off its account for good", _revoke, _revoke_arguments),
    Command("unlock", "forget the wrong passwords of an account", _unlock, of_account),
)
