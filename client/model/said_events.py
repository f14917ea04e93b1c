"""What people say: in rooms, to one alone, to everyone; and what they do to what was said."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.commands import Relation, Style
from chatd.wire import messages

from . import blocking, relations
from .conversation import Conversation, Kind
from .entry import Delivery, Entry, EntryKind
from .model import Attention, Model

#: What has somebody say something to a room or a person.
Said = messages.RoomSaid | messages.DirectSaid


def room_said(model: Model, said: messages.RoomSaid) -> Attention | None:
    """Somebody says something in a room."""
    room = model.open(Kind.ROOM, said.room)
    room.stream = said.conversation or room.stream
    if _changes(model, room, said):
        return None
    if model.has_blocked(said.sender):
        blocking.hide(model, said)
        return None
    return None if model.ignores(said.sender) else model.add(room, _spoken(model, room, said))


def direct_said(model: Model, said: messages.DirectSaid) -> Attention | None:
    """Somebody says something to one alone, or one does it oneself, on another device."""
    own = model.is_me(said.sender)
    name = said.to if own else said.sender
    known = model.roster.find(Kind.PERSON, name)
    # A change does not bring back a conversation that was closed.
    place = known or Conversation(Kind.PERSON, name, keeper=model.roster.keeper)
    if _changes(model, place, said) or model.ignores(said.sender):
        return None
    person = model.open(Kind.PERSON, name)
    person.stream = said.conversation or person.stream
    if own and model.is_me(said.to) and not said.conversation and _waits(person, said.text):
        return None  # a word to oneself is on the screen already: as it was typed
    person.name = name
    if not own and not said.conversation:  # what lasts may have been said long ago
        person.present = True
    return model.add(person, _spoken(model, person, said))


def broadcast_said(model: Model, said: messages.BroadcastSaid) -> Attention | None:
    """Somebody says something to everyone."""
    if model.ignores(said.sender):
        return None
    own = model.is_me(said.sender)
    delivery = Delivery.ACCEPTED if own else None
    mention = not own and model.mentions.found_in(said.text)
    entry = Entry(
        EntryKind.BROADCAST, said.time, said.text, said.sender, said.id, own, mention, delivery
    )
    here, *others = model.here_and_server()
    for place in others:  # a copy to keep: it is not unread twice
        place.append(entry, seen=True)
    return model.add(here, entry)


def _changes(model: Model, conversation: Conversation, said: Said) -> bool:
    """Whether it has no line of its own: an earlier message is another one now, or nothing is.

    Of those whom one ignores only deletions count.
    """
    change = relations.change_of(said)
    if change is None:
        return False
    if model.ignores(change.sender) and change.relation is not Relation.DELETION:
        return True
    if change.relation is Relation.EDIT and not change.text:
        return True  # what it is about was deleted meanwhile
    lasts = said.conversation or change.relation is Relation.REACTION
    applied = bool(lasts) and relations.apply(model, conversation, change)
    return applied or change.relation is not Relation.EDIT


def _spoken(model: Model, conversation: Conversation, said: Said) -> Entry:
    """An entry for what was said; one's own words come from another device of one's own."""
    own = model.is_me(said.sender)
    entry = Entry(
        EntryKind.ACTION if said.style == Style.ACTION else EntryKind.SAID,
        said.time,
        said.text,
        said.sender,
        said.id,
        own,
        mention=not own and model.mentions.found_in(said.text),
        delivery=Delivery.ACCEPTED if own else None,
        in_order=bool(said.conversation),
    )
    match relations.relation_of(said.relation):
        case Relation.REPLY:
            answered = conversation.find(said.ref)
            to_me = not own and answered is not None and answered.own
            mention = entry.mention or to_me
            return replace(entry, relation=Relation.REPLY, ref=said.ref, mention=mention)
        case Relation.EDIT:
            return replace(entry, edited=True)
        case _:
            return entry


def _waits(person: Conversation, text: str) -> bool:
    """Whether a message of one's own with this text has not been answered yet."""
    entries = person.timeline.backwards()
    return any(one.delivery is Delivery.WAITING and one.text == text for _, one in entries)
