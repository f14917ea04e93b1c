"""The rooms there are now, private ones too."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from chatd.config import Config
from chatd.ctl.accounts import every
from chatd.ctl.command import Command
from chatd.ctl.reach import reach
from chatd.ctl.table import duration, table


def _rooms(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        rows = list(every(server, "rooms", "rooms", "name"))
    if options.json:
        print(json.dumps({"rooms": rows}))
        return
    header = ("ROOM", "PEOPLE", "HERE", "OWNER", "LEVEL", "KIND", "KEEPS", "BANS", "TOPIC")
    print(
        table(
            header,
            (
                (
                    f"#{row['name']}",
                    row["members"],
                    row["here"],
                    row["owner"],
                    row["level"],
                    _kind(row),
                    duration(row["retention"]) if row["retention"] else "",
                    row["bans"] or "",
                    row["topic"],
                )
                for row in rows
            ),
        )
    )


def _kind(row: Mapping[str, Any]) -> str:
    """``passing``: a guest's, of which nothing is stored."""
    kinds = [kind for kind in ("private", "password", "sealed") if row[kind]]
    if not row["lasting"]:
        kinds.append("passing")
    return ", ".join(kinds) or "open"


COMMANDS = (Command("rooms", "list the rooms there are now", _rooms),)
