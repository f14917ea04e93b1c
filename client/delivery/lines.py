"""Messages of one's own that are not accepted yet: from the lines that show them and from the
outbox on the disk, and back."""

from __future__ import annotations

from chatd.domain.commands import Style

from ..history.unsent import Unsent
from ..model.conversation import Conversation
from ..model.entry import Delivery, EntryKind
from ..model.model import Model
from ..model.outbox import Outgoing, Place
from ..model.relations import UNLINED


def failed(conversation: Conversation, serial: int | None = None) -> list[Outgoing]:
    """What failed in a conversation, as far as its timeline goes back; the oldest first.

    :param serial: of the one line that is looked at; None for all.
    """
    found = [
        number
        for number, entry in conversation.timeline.backwards()
        if entry.delivery is Delivery.FAILED and serial in (None, number)
    ]
    return [_shown(conversation, number) for number in reversed(found)]


def _shown(conversation: Conversation, serial: int) -> Outgoing:
    entry = conversation.timeline[serial]
    style = Style.ACTION if entry.kind is EntryKind.ACTION else Style.SAID
    target = None if entry.kind is EntryKind.BROADCAST else conversation
    place = Place(conversation, conversation.timeline.mark(serial))
    return Outgoing(target, entry.text, style, (place,), entry)


def unsent(outgoing: Outgoing, target: Conversation) -> Unsent:
    """A message as it is kept."""
    entry = outgoing.entry
    return Unsent(
        0,
        target.kind,
        target.name,
        outgoing.stream,
        entry.time,
        outgoing.style,
        outgoing.text,
        entry.relation,
        entry.ref,
        entry.row,
    )


def row_of(outgoing: Outgoing) -> int:
    """The row of the line that shows a message in the history; 0 for none."""
    lines = (place.conversation.timeline[place.serial] for place in outgoing.places)
    return next((line.row for line in lines), 0)


def restored(model: Model, one: Unsent) -> Outgoing:
    """A message that was kept in an earlier run. Its line is taken out of the history, or shown
    anew where none was kept."""
    conversation = model.open(one.kind, one.name)
    serial = conversation.find_row(one.entry) if one.entry else None
    if serial is None and one.entry and conversation.load_older(one.entry):
        serial = conversation.find_row(one.entry)
    if serial is None or one.relation in UNLINED:
        outgoing = model.echo(conversation, one.text, one.style, one.time, one.relation, one.ref)
    else:
        outgoing = _shown(conversation, serial)
    outgoing.stream, outgoing.unsent, outgoing.doubtful = one.stream, one.id, True
    return outgoing
