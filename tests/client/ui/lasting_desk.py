"""A member at a screen, in a room that lasts and in which something was said already."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.commands import Relation
from chatd.wire import messages
from client.model.entry import Delivery, Entry

from .at_desk import AtDesk
from .scripted import ME, NOON, Desk

STREAM = b"s" * 16


class LastingDesk(AtDesk):
    """Alice, with an account, in a room that lasts: bob has spoken twice, she once in between."""

    size = (80, 24)

    def setUp(self) -> None:
        super().setUp()
        self.desk = Desk(*self.size)
        self.wire = self.desk.wire
        self.desk.welcome(messages.Joined("lobby", "hello", 2, conversation=STREAM), me=ME)
        self.desk.members("alice", "bob")
        self.hears("bob", "is there tea?", 1)
        self.says("there is", 2)
        self.hears("bob", "with milk?", 3)

    def hears(
        self, nick: str, text: str, number: int, relation: Relation = Relation.NONE, ref: int = 0
    ) -> None:
        """Somebody says something."""
        said = messages.RoomSaid("lobby", nick, text, 0, number, NOON, STREAM, relation, ref)
        self.desk.listener.received(said)

    def says(self, line: str, number: int) -> messages.Say:
        """Alice types a line that says something, and the server takes it.

        :return: what it was asked.
        """
        self.desk.line(line)
        return self.takes(number)

    def takes(self, number: int) -> messages.Say:
        """The server takes what alice said."""
        said: messages.Say = self.wire.answer(
            messages.Say, messages.Accepted(number, NOON, conversation=STREAM)
        )
        return said

    def entry(self, number: int) -> Entry:
        """The message of this number."""
        found = self.desk.model.roster.current.find(number)
        assert found is not None
        return found

    def expire(self, number: int, why: str) -> None:
        """Somebody never gets what was said."""
        expired = replace(self.entry(number), delivery=Delivery.EXPIRED, failure=why)
        self.desk.model.roster.current.change(expired)

    @property
    def typed(self) -> str:
        return self.desk.screen.input.editor.text

    def refused(self, line: str, words: str) -> None:
        """A line that asks nothing, and says why."""
        self.desk.line(line)
        self.assertIn(words, self.last())
        self.assertEqual(self.said(), [])
