"""What ``chatc`` does for scripts, from ``send`` to ``service``.

Each command prints lines for people, or with ``--json`` one object a line. Neither has anything
in it that a terminal would take for an order, whoever wrote it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError

from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from .model.blocking import NOT_LISTED
from .model.service_words import WordsError, read_request, usage
from .model.visible import visible_line
from .script import Script, Unsure, as_line, said
from .status import Status
from .stdin import lines_of

Command = Callable[[Any, Script, argparse.Namespace], Coroutine[Any, Any, Status]]

#: Among what was answered beforehand.
ROOM_PASSWORD = "room-password"

#: Control characters that JSON allows in a text as they are.
_ESCAPES = {number: f"\\u{number:04x}" for number in range(0x7F, 0xA0)}


def as_json(value: dict[str, Any]) -> str:
    """One object on one line."""
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


async def _send(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    if options.target.startswith("#"):
        room, password = options.target[1:], options.given.get(ROOM_PASSWORD, "")
        await script.enter(room, password, make=False)
    else:
        await script.open(options.target)
    sent, unsure = 0, list[Unsure]()
    try:
        async for line in lines_of(reactor, options.text):
            try:
                accepted = await script.send(options.target, line)
            except Unsure as error:
                unsure.append(error)
                continue
            sent += 1
            if options.json:
                nick = script.connection.nick
                message = said(accepted.time, nick, options.target, line, accepted.id, "message")
                print(as_json(message), flush=True)
    except ChatError:
        if options.text == "-":
            script.warned(f"{_count(sent, len(unsure))}; the rest was not sent")
        raise
    if unsure:
        if options.text == "-":
            script.warned(_count(sent, len(unsure)))
        raise unsure[-1]
    return Status.DONE


def _count(sent: int, unsure: int) -> str:
    """How many lines were sent."""
    text = "1 line was sent" if sent == 1 else f"{sent} lines were sent"
    return f"{text}, {unsure} more may have arrived" if unsure else text


async def _tail(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    show = as_json if options.json else as_line
    left = options.count

    def tell(message: dict[str, Any]) -> bool:
        nonlocal left
        print(show(message), flush=True)
        left -= 1
        return bool(left == 0)

    password = options.given.get(ROOM_PASSWORD, "")
    following = Deferred.fromCoroutine(script.follow(options.target, tell, password))
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
        row = {"nick": user.nick, "away": user.away, "online": user.online, "seen": user.seen}
        line = f"{user.nick}  away: {user.away}" if user.away and user.online else user.nick
        line += "" if user.online else "  not here"
        print(as_json(row) if options.json else visible_line(line))
    if not room:
        script.warned(NOT_LISTED)
    return Status.DONE


async def _devices(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    listed = await script.connection.request(messages.Devices)
    for device in listed.devices:
        row = {
            "id": device.id.hex(),
            "name": device.name,
            "state": device.state,
            "signed": bool(device.signature),
            "current": device.current,
            "seen": device.seen,
        }
        words = [device.id.hex()[:8], device.name, device.state]
        words += ["signed" if device.signature else "unsigned"]
        words += ["this one"] if device.current else []
        print(as_json(row) if options.json else visible_line("  ".join(filter(None, words))))
    return Status.DONE


async def _service(reactor: Any, script: Script, options: argparse.Namespace) -> Status:
    listed: messages.ServiceList = await script.connection.request(messages.Services)
    if not options.name:
        for service in listed.services:
            _show_service(service, options.json)
        return Status.DONE
    found = next((one for one in listed.services if one.name == options.name), None)
    if found is None:
        raise Refused(Code.NO_SUCH_SERVICE)
    try:
        request = read_request(found, options.fields)
    except WordsError as error:
        raise Refused(Code.SERVICE_REQUEST_INVALID, str(error)) from None
    ask = partial(messages.CallService, service=found.name, request=request)
    reply = await script.connection.request(ask)
    for row in reply.rows:
        print(as_json(row) if options.json else visible_line(_as_words(row)))
    return Status.DONE


def _show_service(service: messages.ServiceRow, as_object: bool) -> None:
    if not as_object:
        print(visible_line(f"{usage(service)}  {service.description}"))
        return
    fields = [
        {"name": one.name, "kind": one.kind, "required": one.required, "meaning": one.meaning}
        for one in service.fields
    ]
    row = {"service": service.name, "description": service.description, "level": service.level}
    print(as_json({**row, "fields": fields}))


def _as_words(row: Mapping[str, messages.Value]) -> str:
    """A row of a reply for people."""
    said = {True: "yes", False: "no"}
    return "  ".join(
        f"{name}: {said[value] if isinstance(value, bool) else value}"
        for name, value in row.items()
        if value != ""
    )


def is_lasting(options: argparse.Namespace) -> bool:
    """Whether a command goes on until somebody has said something, not just until it is done."""
    return options.words[0] == "tail" or getattr(options, "text", "") == "-"


COMMANDS: dict[str, Command] = {
    "send": _send,
    "tail": _tail,
    "rooms": _rooms,
    "who": _who,
    "devices": _devices,
    "service": _service,
}
