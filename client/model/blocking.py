"""People whom one has blocked. The server keeps from one what they send; what they say in a room
comes all the same, since blocking changes no room, and is hidden here."""

from __future__ import annotations

from chatd.wire import messages

from .conversation import Kind
from .entry import Entry, EntryKind
from .model import Model

#: What has to be said of every list of those online (seed 003).
NOT_LISTED = "those who have blocked you are not listed"

#: The value of the setting ``blocked`` with which hidden messages leave a mark.
MARK = "mark"

_HIDDEN = "hidden: what somebody said whom you have blocked"


def block_changed(model: Model, changed: messages.BlockChanged, now: int) -> None:
    """Another device did it; or a guest whom one has blocked took another nick, or left."""
    model.set_blocked(changed.nick, changed.blocked)
    text = f"{changed.nick} is {'blocked' if changed.blocked else 'not blocked any more'}"
    model.roster.server.append(Entry(EntryKind.NOTICE, now, text), seen=True)


def hide(model: Model, said: messages.RoomSaid) -> None:
    """Show no word of it: one mark for all that is hidden in a row, or none."""
    room = model.open(Kind.ROOM, said.room)
    _, last = next(room.timeline.backwards(), (0, None))
    if model.settings["blocked"] == MARK and (last is None or last.text != _HIDDEN):
        room.append(Entry(EntryKind.NOTICE, said.time, _HIDDEN), seen=True)
