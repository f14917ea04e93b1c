"""Messages that are about earlier ones of their conversation: replies, edits, deletions, reactions.

Edits and deletions change a message of the same sender, in a conversation that lasts; everybody has
one reaction to a message at most. None of the three has a line of its own: what they are about
looks different from then on. An edit of something that is not here is shown as what it is, a
message that was edited; a deletion or a reaction then changes nothing.

The last one counts, by its number. What others do comes in that order; what one has done on another
device may come after something later of this one's, and then changes nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatd.domain.commands import Relation
from chatd.domain.names import fold
from chatd.wire import messages

from .conversation import Conversation
from .entry import Entry, Reactions

if TYPE_CHECKING:
    from .model import Model

#: What has no line of its own.
UNLINED = frozenset({Relation.EDIT, Relation.DELETION, Relation.REACTION})

#: Bytes of a reaction, and different ones to a message, at most.
LONGEST_REACTION = 64
_MOST_REACTIONS = 64


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody does to an earlier message, whose number is ``ref``; ``number``: its own, 0
    where the server does not know it any more; ``time``: milliseconds since the epoch."""

    relation: Relation
    ref: int
    sender: str
    text: str
    number: int
    time: int


def relation_of(byte: int) -> Relation:
    """What a number on the wire says; unknown ones are no relation."""
    try:
        return Relation(byte)
    except ValueError:
        return Relation.NONE


def change_of(said: messages.RoomSaid | messages.DirectSaid) -> Change | None:
    """What a message does to an earlier one; None where it has a line of its own."""
    relation = relation_of(said.relation)
    if relation not in UNLINED:
        return None
    return Change(relation, said.ref, said.sender, said.text, said.id, said.time)


def apply(model: Model, conversation: Conversation, change: Change) -> bool:
    """Change what the change is about.

    :return: whether that is here, and its sender may do so.
    """
    before = conversation.find(change.ref)
    if before is None or before.deleted or not before.sender:
        return False
    match change.relation:
        case Relation.REACTION if not model.is_me(change.sender):
            after = replace(before, reactions=_reacted(before.reactions, change))
        case Relation.REACTION if change.number >= before.reacted:
            reactions = _reacted(before.reactions, change)
            after = replace(before, reactions=reactions, reacted=change.number)
        case _ if fold(before.sender) != fold(change.sender):
            return False
        case Relation.DELETION:
            after = replace(before, text="", deleted=True, edited=False, reactions=())
        case Relation.EDIT if change.number >= before.rewritten:
            found = not before.own and model.mentions.found_in(change.text)
            mention = before.mention or found
            text, number = change.text, change.number
            after = replace(before, text=text, edited=True, rewritten=number, mention=mention)
        case _:
            return True
    conversation.change(after)
    if after != before:
        model.on_changed(conversation, change, before)
    return True


def reaction_of(entry: Entry, nick: str) -> str:
    """What somebody has put to a message; "" for nothing."""
    found = (emoji for emoji, nicks in entry.reactions if _has(nicks, nick))
    return next(found, "")


def _reacted(reactions: Reactions, change: Change) -> Reactions:
    """As they are after somebody has put another one in the place of theirs, or taken it back."""
    if len(change.text.encode()) > LONGEST_REACTION:
        return reactions
    found: dict[str, tuple[str, ...]] = {}
    for emoji, nicks in reactions:
        others = tuple(nick for nick in nicks if fold(nick) != fold(change.sender))
        if others:
            found[emoji] = others
    if change.text and (change.text in found or len(found) < _MOST_REACTIONS):
        found[change.text] = (*found.get(change.text, ()), change.sender)
    return tuple(found.items())


def _has(nicks: tuple[str, ...], nick: str) -> bool:
    return any(fold(one) == fold(nick) for one in nicks)
