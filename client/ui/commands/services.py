"""Commands about the server's services."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.wire import messages

from ...model.service_words import WordsError, read_request, split, usage
from ...model.visible import visible_line
from ..picker import Choice, nothing
from .command import UsageError, closest, first_word

if TYPE_CHECKING:
    from ..face import Face


async def service(screen: Face, words: str) -> None:
    """List the services, or ask one."""
    name, rest = first_word(words)
    listed = await screen.controller.request(messages.Services)
    screen.model.seen["service"] = [row.name for row in listed.services]
    if not name:
        _list(screen, listed.services)
        return
    row = next((one for one in listed.services if one.name == name), None)
    if row is None:
        meant = closest(name, screen.model.seen["service"])
        hint = f"did you mean {meant}?" if meant else "/service lists them"
        raise UsageError(f"there is no service {name} here; {hint}")
    try:
        request = read_request(row, split(rest))
    except WordsError as error:
        raise UsageError(str(error)) from None
    reply = await screen.controller.request(
        partial(messages.CallService, service=row.name, request=request)
    )
    _show(screen, row.name, reply)


def _list(screen: Face, rows: list[messages.ServiceRow]) -> None:
    if not rows:
        screen.note("there are no services for you here")
        return

    def choices(text: str) -> list[Choice]:
        return [
            Choice(
                visible_line(f"{usage(row)}  {row.description}"),
                f"level {row.level}" if row.level else "",
                partial(screen.type, f"/service {visible_line(row.name)} "),
            )
            for row in rows
            if text.casefold() in f"{row.name} {row.description}".casefold()
        ]

    screen.pick("Services", choices, "ask it")


def _show(screen: Face, name: str, reply: messages.ServiceReply) -> None:
    """One row as a word in the conversation, several as a list."""
    rows = [_row(row) for row in reply.rows]
    if len(rows) < 2:
        screen.note(f"{name}: {''.join(rows) or 'nothing'}")
        return

    def choices(text: str) -> list[Choice]:
        wanted = text.casefold()
        return [Choice(row, "", nothing) for row in rows if wanted in row.casefold()]

    screen.pick(name, choices, "close")


def _row(row: dict[str, messages.Value]) -> str:
    told = [f"{name}: {_value(value)}" for name, value in row.items() if value != ""]
    return visible_line("; ".join(told))


def _value(value: messages.Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
