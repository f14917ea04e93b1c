"""What the status line says while a command is being typed: how it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from .commands.command import Command, find
from .status_bar import Part


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
