"""Saying something: where that can be done, and how long it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain.commands import Relation, Style

from ..model.conversation import Conversation, Kind
from ..model.relations import UNLINED
from ..model.uplink import Online
from .commands.command import UsageError

if TYPE_CHECKING:
    from .face import Face


def say(
    screen: Face,
    target: Conversation,
    text: str,
    style: Style = Style.SAID,
    relation: Relation = Relation.NONE,
    ref: int | None = None,
) -> None:
    """Say something in a conversation, and look at it.

    :param ref: the number of the message that ``relation`` is to.
    :raises UsageError: it cannot be said there, or is too long.
    """
    limits = screen.model.limits
    if target.kind is Kind.SERVER:
        raise UsageError("nobody would hear you here: /join #room, or /msg nick text")
    if target.kind is Kind.ROOM and not target.present:
        raise UsageError(f"you are not in {target.title}; /join {target.title} enters it again")
    size = len(text.encode())
    if limits is not None and size > limits.message:
        raise UsageError(f"too long: {size} bytes, and the server takes {limits.message}")
    screen.show(target)
    screen.follow()
    screen.controller.typing.said()
    screen.controller.sender.say(target, text, style, relation, ref)
    if relation in UNLINED and not isinstance(screen.model.state, Online):
        screen.note("that is done once the connection is back")
