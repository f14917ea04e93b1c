"""The door ``legacy0417``: the hub's events in the words of the ``04 17`` protocol (seed 001).

It has words for two events: something said in one's room, and something said to oneself. A
broadcast is shown as a direct message of its sender, since there is nothing nearer. A message that
was edited is shown once more, and says so; that one was deleted or reacted to is not told. Who
comes, goes, or changes is not told either: an op the old client does not know would make it hang
up.
"""

from __future__ import annotations

from zope.interface import implementer

from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import Relation, Style
from chatd.domain.events import BroadcastSaid, DirectSaid, Event, RoomSaid
from chatd.interfaces import IDoor
from chatd.protocols.legacy0417 import frames

#: What a message cannot be here: there is no earlier one that a client could change or mark.
_WORDLESS = frozenset({Relation.DELETION, Relation.REACTION})


@implementer(IDoor)
class Door:
    """Encodes events; one object for all sessions."""

    name = "legacy0417"
    capabilities = Capabilities(one_room=True, counts_refused=True)

    def encode(self, event: Event) -> bytes:
        """See :class:`IDoor`."""
        match event:
            case RoomSaid() | DirectSaid() if event.relation in _WORDLESS:
                return b""
            case RoomSaid(room=room, sender=sender):
                return frames.said(room, sender, _message(event))
            case DirectSaid(sender=sender):
                return frames.told(sender, _message(event))
            case BroadcastSaid(sender=sender, text=text):
                return frames.told(sender, text.encode())
            case _:
                return b""

    def join(self, messages: list[bytes]) -> list[bytes]:
        """All of them glued together: the protocol is a plain stream of frames."""
        return [b"".join(messages)]


def _message(event: RoomSaid | DirectSaid) -> bytes:
    """The message as it came, where its bytes were kept; what was done is shown as ``/me``."""
    message = event.origin or event.text.encode()
    if event.relation is Relation.EDIT:
        message += b" (edited)"
    return b"/me " + message if event.style is Style.ACTION else message
