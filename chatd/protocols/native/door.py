"""The native door: how the hub's events become messages, encoded once for all its sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zope.interface import implementer

from chatd.domain import events
from chatd.domain.capabilities import Capabilities
from chatd.domain.events import Event
from chatd.interfaces import IDoor
from chatd.wire import messages
from chatd.wire.codec import encode
from chatd.wire.records import join

#: How each event becomes a message.
EVENTS: dict[type[Any], Callable[[Any], messages.Message]] = {
    events.RoomSaid: lambda e: messages.RoomSaid(
        e.room, e.sender, e.text, e.style, e.id, e.time, e.conversation, e.relation, e.ref
    ),
    events.DirectSaid: lambda e: messages.DirectSaid(
        e.sender, e.to, e.text, e.style, e.id, e.time, e.conversation, e.relation, e.ref
    ),
    events.SealedSaid: lambda e: messages.SealedSaid(
        e.conversation, e.room, e.sender, e.to, e.device, e.id, e.time, e.body, e.part
    ),
    events.MailCame: lambda e: messages.MailCame(e.id, e.sender, e.device, e.time, e.body),
    events.ReadMoved: lambda e: messages.ReadMoved(e.conversation, e.number),
    events.ProgressChanged: lambda e: messages.ProgressChanged(e.conversation, e.delivered, e.read),
    events.PresenceChanged: lambda e: messages.PresenceChanged(
        e.nick, e.presence, e.text, e.seen, e.quiet
    ),
    events.BroadcastSaid: lambda e: messages.BroadcastSaid(e.sender, e.text, e.id, e.time),
    events.Entered: lambda e: messages.Entered(e.room, e.nick, e.account, e.display),
    events.Left: lambda e: messages.Left(e.room, e.nick, e.gone),
    events.NickChanged: lambda e: messages.NickChanged(e.old, e.new),
    events.TopicChanged: lambda e: messages.TopicChanged(e.room, e.nick, e.topic),
    events.AwayChanged: lambda e: messages.AwayChanged(e.nick, e.text),
    events.Typing: lambda e: messages.TypingShown(e.nick, e.room, e.active),
    events.Warned: lambda e: messages.Warned(e.code, e.text),
    events.DisplayChanged: lambda e: messages.DisplayChanged(e.nick, e.display),
    events.Invited: lambda e: messages.Invited(e.room, e.by),
    events.Kicked: lambda e: messages.Kicked(e.room, e.nick, e.by, e.reason, e.banned),
    events.RoomChanged: lambda e: messages.RoomChanged(
        e.room, e.nick, e.level, e.private, e.locked, e.retention
    ),
    events.StandingChanged: lambda e: messages.StandingChanged(e.room, e.nick, e.standing, e.by),
    events.BlockChanged: lambda e: messages.BlockChanged(e.nick, e.blocked),
    events.DeviceChanged: lambda e: messages.DeviceChanged(
        e.nick, e.what, e.id, e.name, e.key, e.proof, e.enrolment
    ),
}


@implementer(IDoor)
class NativeDoor:
    """All native sessions of a daemon share one."""

    name = "native"
    capabilities = Capabilities(resumes=True)

    def encode(self, event: Event) -> bytes:
        """A message with its length before it, ready to be sealed."""
        return encode(EVENTS[type(event)](event))

    def join(self, messages: list[bytes]) -> list[bytes]:
        """As many whole messages as fit in one record."""
        return join(messages)
