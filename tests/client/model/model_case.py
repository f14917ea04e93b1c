"""A model that is told things by hand."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.model import events
from client.model.conversation import Conversation, Kind
from client.model.model import Attention, Model

LIMITS = messages.ServerLimits(100, 32, 1000, 100, 10, 5, 5.0, 6.0, 20.0, 30.0, 30.0)


def texts(conversation: Conversation) -> list[str]:
    """What stands in a conversation, the oldest first."""
    return [entry.text for _, entry in conversation.timeline.backwards()][::-1]


class ModelCase(TestCase):
    """A guest who is in a room with somebody."""

    def setUp(self) -> None:
        self.model = Model("alice", "host")
        self.welcome(messages.Joined("red", "colours", 2))
        red = self.model.roster.find(Kind.ROOM, "red")
        assert red is not None
        self.red = red
        self.model.set_members(
            self.red, [messages.UserRow("alice", ""), messages.UserRow("bob", "")]
        )

    def welcome(
        self,
        *rooms: messages.Joined,
        resumed: bool = False,
        missed: bool = False,
        me: messages.Me | None = None,
    ) -> list[Conversation]:
        """Sign in; the rooms to join again are returned."""
        message = messages.Welcome(
            self.model.nick, b"", b"", 0, LIMITS, list(rooms), False, resumed, missed, me
        )
        return events.welcome(self.model, message, 1)

    def tell(self, message: messages.ServerMessage) -> Attention | None:
        """The server tells something."""
        return events.apply(self.model, message, 5)

    def person(self, nick: str) -> Conversation:
        """The conversation with somebody."""
        found = self.model.roster.find(Kind.PERSON, nick)
        assert found is not None
        return found
