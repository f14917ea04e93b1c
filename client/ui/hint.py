"""What the status line says while a command is being typed, or a message is chosen or changed: how
it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..model.entry import Delivery, Entry
from .commands.command import Command, find
from .status_bar import Part

if TYPE_CHECKING:
    from .screen import FullScreen

_EDITING = (
    Part("Enter", "bar-good", 0),
    Part("changes the message", "bar", 1),
    Part("Esc", "bar-good", 0),
    Part("leaves it", "bar", 1),
)


def hint(screen: FullScreen) -> Sequence[Part]:
    """What can be done now, where that is not just to say something; else nothing."""
    current, typed = screen.model.roster.current, screen.input.editor.text
    if current.editing is not None:
        return _EDITING
    if screen.marked is not None and not typed:
        return _marked(current.timeline[screen.marked])
    return command_hint(screen.commands, typed)


def _marked(entry: Entry) -> list[Part]:
    commands = "/reply /react /edit /delete /receipts" if entry.own else "/reply /react"
    if entry.delivery in (Delivery.WAITING, Delivery.FAILED):
        commands = "/drop" if entry.delivery is Delivery.WAITING else "/retry /drop"
    elif entry.delivery is Delivery.EXPIRED:
        commands = f"/retry {commands}"
    return [Part("marked", "bar-good", 1), Part(commands, "bar-strong", 0), Part("Esc", "bar", 2)]


def command_hint(commands: Sequence[Command], line: str) -> list[Part]:
    """Usage and meaning of the command that ``line`` begins, or the names that fit so far."""
    if not line.startswith("/") or line.startswith("//"):
        return []
    name, space, _ = line[1:].partition(" ")
    name = name.lower()
    command = find(commands, name)
    fitting = [one for one in commands if one.name.startswith(name)]
    if command is None and len(fitting) == 1 and not space:
        command = fitting[0]
    if command is not None:
        return [Part(command.usage, "bar-strong", 0), Part(command.description, "bar", 1)]
    if space or not fitting:
        return []
    names = [Part(f"/{one.name}", "bar", 1) for one in fitting]
    return [Part("Tab", "bar-good", 0), *names]
