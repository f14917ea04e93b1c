"""A person at a screen who is in a room already."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.model.entry import Delivery

from .scripted import Desk


class AtDesk(TestCase):
    def setUp(self) -> None:
        self.desk = Desk()
        self.desk.welcome(messages.Joined("lobby", "hello", 2))
        self.desk.members("alice", "bob")
        self.wire = self.desk.wire

    def last(self) -> str:
        """The last words of the conversation looked at."""
        timeline = self.desk.model.roster.current.timeline
        return timeline[timeline.end - 1].text

    def said(self) -> list[messages.Request]:
        """What was asked and not answered, but for who is typing."""
        return [one for one in self.wire.pending() if not isinstance(one, messages.Typing)]

    def deliveries(self) -> list[Delivery | None]:
        timeline = self.desk.model.roster.current.timeline
        return [e.delivery for _, e in timeline.backwards() if e.own][::-1]
