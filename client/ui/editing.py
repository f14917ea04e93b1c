"""Changing a message in the input: what was typed there before comes back in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain.commands import Relation, Style

from ..model.editing import Editing
from ..model.entry import Entry, EntryKind
from .commands.command import UsageError
from .saying import say

if TYPE_CHECKING:
    from .face import Face

PROMPT = "edit"


def begin(screen: Face, entry: Entry, aside: str) -> None:
    """Put a message of one's own into the input.

    :param aside: what stands there now.
    """
    current = screen.model.roster.current
    if entry.id is None:
        return
    if current.editing is not None:
        aside = current.editing.aside
    style = Style.ACTION if entry.kind is EntryKind.ACTION else Style.SAID
    current.editing = Editing(entry.id, entry.text, style, aside)
    screen.type(entry.text)


def finish(screen: Face, line: str) -> None:
    """The message says this now, where that differs; what cannot be said stays in the input."""
    current = screen.model.roster.current
    editing = current.editing
    if editing is None:
        return
    try:
        if not line.strip():
            raise UsageError(
                "a message cannot be empty: Esc leaves it as it was, /delete deletes it"
            )
        if line != editing.text:
            say(screen, current, line, editing.style, Relation.EDIT, editing.id)
    except UsageError as error:
        screen.type(line)
        screen.note(str(error), error=True)
    else:
        leave(screen)


def leave(screen: Face) -> None:
    """Change nothing more."""
    current = screen.model.roster.current
    if current.editing is not None:
        aside, current.editing = current.editing.aside, None
        screen.type(aside)
        screen.follow()
