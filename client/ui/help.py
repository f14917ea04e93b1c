"""The help: commands, keys and signs, searched by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from .commands.command import Command
from .keymap import KeyMap
from .picker import Choice, nothing
from .signs import EXPLAINED

_LEFT_WIDTH = 24


def choices(
    text: str, keymap: KeyMap, commands: Sequence[Command], type_line: Callable[[str], None]
) -> list[Choice]:
    """Rows of the tables that contain ``text``, under their headings.

    :param type_line: puts a command, or the one that changes a key, into the input.
    """
    wanted = text.casefold().strip()
    rows: list[Choice] = []
    for heading, found in _sections(keymap, commands, type_line):
        fitting = [row for row in found if wanted in f"{row.left} {row.right}".casefold()]
        if fitting:
            rows += [Choice(heading), *fitting]
    return rows


def _sections(
    keymap: KeyMap, commands: Sequence[Command], type_line: Callable[[str], None]
) -> Iterable[tuple[str, list[Choice]]]:
    groups: dict[str, list[Choice]] = {}
    for binding in keymap.bindings:
        if binding.listed:
            row = f"{keymap.shown(binding):<{_LEFT_WIDTH}} {binding.description}"
            name = f"key.{binding.name}"
            choice = Choice(row, name, partial(type_line, f"/set {name} "))
            groups.setdefault(binding.group, []).append(choice)
    yield "Commands", [_command(command, type_line) for command in commands]
    yield from groups.items()
    rows = [f"{one:<{_LEFT_WIDTH}} {means}" for one, means in EXPLAINED]
    yield "Signs", [Choice(row, "", nothing) for row in rows]


def _command(command: Command, type_line: Callable[[str], None]) -> Choice:
    aliases = ", ".join(f"/{alias}" for alias in command.aliases)
    row = f"{command.usage:<{_LEFT_WIDTH}} {command.description}"
    return Choice(row, aliases, partial(type_line, f"/{command.name} "))
