"""What is hidden of people whom one has blocked."""

from __future__ import annotations

from chatd.wire import messages
from client.model.conversation import Kind

from .model_case import ModelCase, texts


class Hidden(ModelCase):
    def setUp(self) -> None:
        super().setUp()
        self.tell(messages.BlockChanged("Bob", True))

    def say(self, sender: str, number: int) -> None:
        """Something in the room."""
        self.tell(messages.RoomSaid("red", sender, f"alice, {number}", 0, number, number))

    def test_in_rooms(self) -> None:
        """A mark for all in a row, which asks for nobody's attention."""
        for number in (1, 2):
            self.say("bob", number)
        self.say("carol", 3)
        self.say("bob", 4)
        hidden = "hidden: what somebody said whom you have blocked"
        self.assertEqual(texts(self.red), [hidden, "alice, 3", hidden])
        self.assertEqual((self.red.unread, self.red.mentions), (1, 1))

    def test_without_a_mark(self) -> None:
        self.model.settings.set("blocked", "hide")
        self.say("bob", 1)
        self.assertEqual(texts(self.red), [])

    def test_all_else(self) -> None:
        """What was under way when they were blocked."""
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 1))
        self.tell(messages.BroadcastSaid("bob", "fire", 2, 2))
        self.tell(messages.Invited("den", "bob"))
        self.tell(messages.TypingShown("bob", "red", True))
        self.assertIsNone(self.model.roster.find(Kind.PERSON, "bob"))
        self.assertEqual(texts(self.red), [])
        self.assertEqual(texts(self.model.roster.server)[-1], "Bob is blocked")
        self.assertEqual(self.red.typists.at(3), [])

    def test_until_unblocked(self) -> None:
        self.tell(messages.BlockChanged("bob", False))
        self.say("bob", 1)
        self.assertEqual(texts(self.red), ["alice, 1"])

    def test_a_guest_by_another_nick(self) -> None:
        """The server tells both ends."""
        self.tell(messages.BlockChanged("Bob", False))
        self.tell(messages.BlockChanged("Rob", True))
        self.assertEqual(self.model.blocked, {"rob": "Rob"})
