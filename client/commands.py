"""What ``chatc`` does for scripts: ``send``, ``tail``, ``rooms``, ``who``.

Each command prints lines for people, or with ``--json`` one object a line. Neither has anything
in it that a terminal would take for an order, whoever wrote it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError

from chatd.wire import messages

from .model.visible import visible_line
from .script import Script, as_line, said
from .status import Status
from .stdin import lines_of

Command = Callable[[Any, Script, argparse.Namespace], Coroutine[Any, Any, Status]]

#: Control characters that JSON allows in a text as they are.
_ESCAPES = {number: f"\\u{number:04x}" for number in range(0x7F, 0xA0)}


def as_json(value: dict[str, Any]) -> str:
    """One object on one line."""
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


async def _send(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    if options.target.startswith("#"):
        await script.enter(options.target[1:], options.room_password)
    async for line in lines_of(reactor, options.text):
        accepted = await script.send(options.target, line)
        if options.json:
            nick = script.connection.nick
            message = said(accepted.time, nick, options.target, line, accepted.id, "message")
            print(as_json(message), flush=True)
    return Status.DONE


async def _tail(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    show = as_json if options.json else as_line
    left = options.count

    def tell(message: dict[str, Any]) -> bool:
        nonlocal left
        print(show(message), flush=True)
        left -= 1
        return bool(left == 0)

    following = Deferred.fromCoroutine(script.follow(options.target, tell, options.room_password))
    if options.timeout:
        following.addTimeout(options.timeout, reactor)
    try:
        await following
    except TimeoutError:
        return Status.TIMEOUT if options.count else Status.DONE
    return Status.DONE


async def _rooms(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    for room in await script.pages(messages.Rooms, lambda page: page.rooms):
        row = {
            "room": f"#{room.name}",
            "members": room.members,
            "locked": room.locked,
            "topic": room.topic,
        }
        lock = " (password)" if room.locked else ""
        line = f"#{room.name}  {room.members}{lock}  {room.topic}".rstrip()
        print(as_json(row) if options.json else visible_line(line))
    return Status.DONE


async def _who(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    room = options.room.removeprefix("#")
    rows = await script.pages(
        lambda number, after: messages.Users(number, room, after), lambda page: page.users
    )
    for user in rows:
        row = {"nick": user.nick, "away": user.away}
        line = f"{user.nick}  away: {user.away}" if user.away else user.nick
        print(as_json(row) if options.json else visible_line(line))
    return Status.DONE


COMMANDS: dict[str, Command] = {"send": _send, "tail": _tail, "rooms": _rooms, "who": _who}
