"""How much there is: who is here, and what waits for whom."""

from __future__ import annotations

import argparse
import json

from chatd.config import Config
from chatd.ctl.command import Command
from chatd.ctl.reach import reach
from chatd.ctl.running import Running
from chatd.ctl.table import pairs, size


def _status(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        running = isinstance(server, Running)
        found = server.ask("status")
    if options.json:
        print(json.dumps({"running": running, **found}))
        return
    print(
        pairs(
            [
                ("daemon", "running" if running else "not running"),
                ("sessions", found["sessions"]),
                ("accounts", f"{found['accounts']}, {found['online']} online"),
                ("rooms", f"{found['rooms']}, {found['lasting']} of them lasting"),
                ("stored messages", found["messages"]),
                ("stored letters", found["letters"]),
                ("stored size", size(found["bytes"])),
            ]
        )
    )


COMMANDS = (Command("status", "show how much there is, and what waits for whom", _status),)
