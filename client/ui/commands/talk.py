"""Commands that say something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain.commands import Style

from ...model.conversation import Conversation, Kind
from ..saying import say
from .command import UsageError, first_word

if TYPE_CHECKING:
    from ..face import Face


def message(screen: Face, words: str) -> None:
    """Say something to a person or a room."""
    target, text = first_word(words)
    if not text:
        raise UsageError
    say(screen, _target(screen, target), text)


def query(screen: Face, words: str) -> None:
    """Open a conversation with a person."""
    nick, text = first_word(words)
    if not nick or nick.startswith("#"):
        raise UsageError
    conversation = screen.model.open(Kind.PERSON, nick)
    screen.show(conversation)
    if text:
        say(screen, conversation, text)


def act(screen: Face, words: str) -> None:
    """Do something."""
    if not words:
        raise UsageError
    say(screen, screen.model.roster.current, words, Style.ACTION)


def broadcast(screen: Face, words: str) -> None:
    """Say something to everyone."""
    if not words:
        raise UsageError
    screen.controller.sender.say(None, words)


async def away(screen: Face, words: str) -> None:
    """Be away."""
    text = words or "away"
    await screen.controller.be_away(text)
    screen.note(f"you are away: {text}")


async def back(screen: Face, words: str) -> None:
    """Be back."""
    await screen.controller.be_away("")
    screen.note("you are back")


def _target(screen: Face, name: str) -> Conversation:
    if not name.startswith("#"):
        return screen.model.open(Kind.PERSON, name)
    room = screen.model.roster.find(Kind.ROOM, name[1:])
    if room is None:
        raise UsageError(f"you are not in {name}; /join {name} first")
    return room
