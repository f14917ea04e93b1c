"""How people know this server: its link and its key's fingerprint."""

from __future__ import annotations

import argparse
import json

from chatd.config import Config
from chatd.ctl.command import Command
from chatd.ctl.reach import reach
from chatd.domain.link import show_fingerprint
from chatd.errors import ConfigError
from chatd.keys import server_fingerprint


def _fingerprint(config: Config, options: argparse.Namespace) -> None:
    """The same whether the daemon runs or not: it is in the key's file."""
    fingerprint = server_fingerprint(config.data_dir)
    if options.json:
        print(json.dumps({"fingerprint": fingerprint}))
    else:
        print(show_fingerprint(fingerprint))


def _link(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        links = server.ask("link")["links"]
    if not options.all:
        links = links[:1]
    if not links:
        raise ConfigError("the daemon does not listen where a link could lead to")
    print(json.dumps({"links": links}) if options.json else "\n".join(links))


def _link_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="one line for each place listened at")


COMMANDS = (
    Command("fingerprint", "print the fingerprint of the server's key", _fingerprint),
    Command("link", "print the link to join with", _link, _link_arguments),
)
