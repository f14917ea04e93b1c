"""What Enter does with the line in the input: a command, or something said."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from . import editing
from .commands.command import Command, UsageError, find, nearest, parse
from .saying import say

if TYPE_CHECKING:
    from .face import Face

_ONE_TIME_LINK = re.compile(r"chatds?://\S+#[a-z2-7]{52}/", re.IGNORECASE)


def submit(screen: Face, line: str) -> None:
    """Do what a line says; what cannot be said stays in the input."""
    if screen.model.roster.current.editing is not None:
        editing.finish(screen, line)
        return
    if not line.strip():
        return
    if line.startswith("/") and not line.startswith("//"):
        _command(screen, line)
        return
    try:
        say(screen, screen.model.roster.current, line[1:] if line.startswith("//") else line)
    except UsageError as error:
        screen.type(line)
        screen.note(str(error), error=True)
    else:
        if not is_secret(screen, line):
            screen.history.add(line)


def is_secret(screen: Face, line: str) -> bool:
    """Whether a line may hold a password, also where its command is misspelt, or a link that lets
    somebody in."""
    if _ONE_TIME_LINK.search(line):
        return True
    if not line.startswith("/"):
        return False
    name, words = parse(line)
    command = find(screen.commands, name) or nearest(screen.commands, name)
    return command is not None and command.is_secret(words)


def _command(screen: Face, line: str) -> None:
    name, words = parse(line)
    if not is_secret(screen, line):
        screen.history.add(line)
    command = find(screen.commands, name)
    if command is None:
        meant = nearest(screen.commands, name)
        hint = f"did you mean /{meant.name}?" if meant else "/help lists all."
        screen.note(f"there is no /{name}; {hint} (//{name} says it as it is)", error=True)
        return
    try:
        work = command.handler(screen, words)
        if work is not None:
            screen.controller.run(_with_usage(screen, work, command))
    except UsageError as error:
        screen.note(str(error) or f"type {command.usage}", error=True)


async def _with_usage(screen: Face, work: Coroutine[Any, Any, object], command: Command) -> None:
    try:
        await work
    except UsageError as error:
        screen.note(str(error) or f"type {command.usage}", error=True)
