"""A row of the command table, and how a typed line finds its row."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..face import Face

#: What a command does: at once, or in a coroutine that asks the server.
Handler = Callable[["Face", str], Coroutine[Any, Any, object] | None]


@dataclass(frozen=True, slots=True)
class Command:
    """
    :ivar arguments: as people write them down: ``#room [-p]``.
    :ivar completes: what its arguments are, in order, separated by spaces: "nick", "room",
        "target" (either), "blocked", "setting", "theme", "emoji", "command", or a key of
        ``Model.seen``.
    :ivar options: words that any of its arguments may be.
    :ivar is_secret: whether a line of this command must not be remembered.
    """

    name: str
    arguments: str
    description: str
    handler: Handler
    aliases: tuple[str, ...] = ()
    completes: str = ""
    options: tuple[str, ...] = ()
    is_secret: Callable[[str], bool] = lambda words: False

    @property
    def usage(self) -> str:
        """How it is typed."""
        return f"/{self.name} {self.arguments}".rstrip()


class UsageError(Exception):
    """A command was typed with too little or the wrong thing after it; the text says what."""


def parse(line: str) -> tuple[str, str]:
    """``/name words`` as name (lower case) and words."""
    name, _, words = line[1:].partition(" ")
    return name.lower(), words.strip()


def find(commands: Sequence[Command], name: str) -> Command | None:
    """The command of this name or alias."""
    return next((one for one in commands if name == one.name or name in one.aliases), None)


def nearest(commands: Sequence[Command], name: str) -> Command | None:
    """The command that somebody may have meant."""
    names = {alias: one for one in commands for alias in (one.name, *one.aliases)}
    close = closest(name, names)
    return names[close] if close else None


def closest(word: str, words: Iterable[str]) -> str:
    """The word that somebody may have meant; "" where none is like it."""
    return next(iter(get_close_matches(word, list(words), 1, 0.5)), "")


def first_word(words: str) -> tuple[str, str]:
    """The first word, and what follows it."""
    word, _, rest = words.partition(" ")
    return word, rest.strip()
