"""Messages of one's own that are not accepted yet: from the lines that show them and from the
outbox on the disk, and back; and as they are said to the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chatd.domain.commands import Style
from chatd.wire import messages

from ..history.unsent import Unsent
from ..model.conversation import Conversation, Kind
from ..model.entry import Delivery, Entry, EntryKind
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


def expired(conversation: Conversation, serial: int) -> Entry | None:
    """The message on a line, where it was sent and somebody never got it."""
    entry = conversation.timeline.get(serial)
    if entry is None or entry.delivery is not Delivery.EXPIRED or entry.deleted:
        return None
    return entry


def style_of(entry: Entry) -> Style:
    """How a message was said."""
    return Style.ACTION if entry.kind is EntryKind.ACTION else Style.SAID


def _shown(conversation: Conversation, serial: int) -> Outgoing:
    entry = conversation.timeline[serial]
    target = None if entry.kind is EntryKind.BROADCAST else conversation
    place = Place(conversation, conversation.timeline.mark(serial))
    return Outgoing(target, entry.text, style_of(entry), (place,), entry)


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


def request(outgoing: Outgoing, epoch: int, sequence: int) -> Callable[[int], messages.Request]:
    """A message as it is said to the server, from its place in the outbox; 0: it has none."""
    target, text, style = outgoing.target, outgoing.text, int(outgoing.style)
    if target is None:
        return partial(messages.Broadcast, text=text)
    stream = (outgoing.stream or b"") if sequence else b""
    relation, ref = int(outgoing.entry.relation), outgoing.entry.ref or 0
    kind = messages.Say if target.kind is Kind.ROOM else messages.Direct
    name = target.name
    return lambda id: kind(id, name, text, style, stream, epoch, sequence, relation, ref)


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
        if outgoing.entry.failure:  # what it waited for then
            model.waiting(outgoing)
    outgoing.stream, outgoing.unsent, outgoing.doubtful = one.stream, one.id, True
    return outgoing
