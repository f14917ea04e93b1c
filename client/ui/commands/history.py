"""Commands about what this computer keeps of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.conversation import Conversation, Kind
from ...model.keeper import Keeper
from .command import UsageError, first_word

if TYPE_CHECKING:
    from ..face import Face

DELETE = "delete"
_ALL = "all"
_NOTHING = "nothing is kept here: a history takes an account, and a file that can be used"


def history(screen: Face, words: str) -> None:
    """Say whether it is kept, or delete of it."""
    keeper = screen.model.roster.keeper
    if keeper is None:
        raise UsageError(_NOTHING)
    verb, title = first_word(words)
    if not verb:
        on = screen.settings["history"] == "on"
        kept = "what is said is kept" if on else "what is said is not kept now"
        other = "off" if on else "on"
        screen.note(f"{kept} on this computer, sealed; /set history {other} changes that")
    elif verb == DELETE and title:
        _ask(screen, keeper, title)
    else:
        raise UsageError


def _ask(screen: Face, keeper: Keeper, title: str) -> None:
    what = "everything" if title == _ALL else f"what was said in {title}"
    if title != _ALL and not title.startswith("#"):
        what = f"what you and {title} said"
    screen.confirm(
        "Delete history",
        f"Delete {what} from this computer, for good? Others keep what they have.",
        DELETE,
        lambda: screen.controller.run(_delete(screen, keeper, title)),
    )


async def _delete(screen: Face, keeper: Keeper, title: str) -> None:
    if not await keeper.forget(None if title == _ALL else title):
        screen.note(f"there is nothing of {title}: #room, nick, or all", error=True)
        return
    for conversation in screen.model.roster:
        if title == _ALL or _is_meant(conversation, title):
            conversation.clear()
    screen.follow()
    screen.note("deleted" if title == _ALL else f"deleted: {title}")


def _is_meant(conversation: Conversation, title: str) -> bool:
    kind = Kind.ROOM if title.startswith("#") else Kind.PERSON
    return conversation.key == Conversation(kind, title.removeprefix("#")).key
