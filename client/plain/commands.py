"""The command table of the line mode: that of the full screen, and what stands for its keys."""

from __future__ import annotations

from ..model.conversation import Conversation, Kind
from ..model.visible import visible_line
from ..ui.commands.command import Command, UsageError
from ..ui.commands.table import COMMANDS
from ..ui.face import Face


def switch(screen: Face, words: str) -> None:
    """Talk in another conversation."""
    if not words:
        rows = (_row(screen, number, one) for number, one in enumerate(screen.model.roster, 1))
        screen.note("; ".join(rows))
        return
    screen.show(_conversation(screen, words))


def _conversation(screen: Face, words: str) -> Conversation:
    roster = screen.model.roster
    if words.isascii() and words.isdigit() and 0 < int(words) <= len(roster):
        return roster[int(words) - 1]
    found = roster.find(Kind.ROOM, words.removeprefix("#"))
    if found is None or not words.startswith("#"):
        found = roster.find(Kind.PERSON, words) or found
    if found is None:
        raise UsageError(f"there is no conversation {words}; /switch lists them")
    return found


def _row(screen: Face, number: int, conversation: Conversation) -> str:
    here = ", here" if conversation is screen.model.roster.current else ""
    unread = f", {conversation.unread} new" if conversation.unread else ""
    return f"{number} {visible_line(conversation.title)}{here}{unread}"


PLAIN_COMMANDS = (
    Command(
        "switch",
        "[number | name]",
        "talk in another conversation; alone: list them (/2 is /switch 2)",
        switch,
        completes="target",
    ),
    *COMMANDS,
)
