"""What one does on another device of one's own, as the server tells it here."""

from __future__ import annotations

from chatd.domain.commands import Relation, Style
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery

from .lasting_case import PAIR, STREAM, LastingCase
from .model_case import ModelCase, texts


class ElsewhereTests(ModelCase):
    def test_words_in_a_room_are_ones_own_and_neither_unread_nor_a_mention(self) -> None:
        self.assertIsNone(self.tell(messages.RoomSaid("red", "Alice", "alice here", 0, 1, 3)))
        entry = self.red.timeline[0]
        self.assertEqual((entry.own, entry.mention), (True, False))
        self.assertIs(entry.delivery, Delivery.ACCEPTED)
        self.assertEqual((self.red.unread, self.red.mentions), (0, 0))

    def test_a_direct_message_stands_with_whom_it_went_to(self) -> None:
        self.assertIsNone(self.tell(messages.DirectSaid("alice", "bob", "psst", 0, 1, 3)))
        self.assertEqual(texts(self.person("bob")), ["psst"])
        self.assertTrue(self.person("bob").timeline[0].own)
        self.assertEqual(self.person("bob").unread, 0)
        self.assertIsNone(self.model.roster.find(Kind.PERSON, "alice"))

    def test_a_word_to_somebody_who_left_does_not_bring_them_back(self) -> None:
        person = self.model.open(Kind.PERSON, "bob")
        person.present = False
        self.tell(messages.DirectSaid("alice", "bob", "psst", 0, 1, 3))
        self.assertFalse(person.present)

    def test_a_word_to_oneself_from_there_is_shown_here(self) -> None:
        self.tell(messages.DirectSaid("alice", "alice", "milk", 0, 7, 3))
        me = self.person("alice")
        self.assertEqual(texts(me), ["milk"])
        outgoing = self.model.echo(me, "bread", Style.SAID, 4)
        self.tell(messages.DirectSaid("alice", "alice", "bread", 0, 8, 5))
        self.model.accepted(outgoing, 8, 5)
        self.tell(messages.DirectSaid("alice", "alice", "bread", 0, 8, 5))
        self.assertEqual(texts(me), ["milk", "bread"])

    def test_a_broadcast(self) -> None:
        self.assertIsNone(self.tell(messages.BroadcastSaid("alice", "alice says", 1, 3)))
        entry = self.model.roster.server.timeline[0]
        self.assertEqual((entry.own, entry.mention), (True, False))

    def test_entering_and_leaving(self) -> None:
        self.tell(messages.Entered("blue", "alice"))
        blue = self.model.roster.find(Kind.ROOM, "blue")
        assert blue is not None
        self.assertTrue(blue.present)
        self.assertEqual(texts(blue), ["you entered, by a command or another device"])
        self.tell(messages.Left("blue", "alice"))
        self.assertFalse(blue.present)
        self.assertEqual(len(blue.members), 0)
        self.assertEqual(texts(blue)[1:], ["you left, by a command or another device"])

    def test_away_topic_and_typing(self) -> None:
        self.tell(messages.AwayChanged("alice", "lunch"))
        self.assertEqual(self.model.away, "lunch")
        self.assertEqual([m.away for m in self.red.sorted_members()], ["lunch", ""])
        self.tell(messages.TopicChanged("red", "alice", "new"))
        self.assertEqual(texts(self.red), ["you set the topic: new"])
        self.tell(messages.TypingShown("alice", "red", True))
        self.assertEqual(self.red.typists.at(6), [])


class ReadElsewhereTests(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        for number in (1, 2, 3):
            self.say("bob", f"alice {number}", number)

    def test_all_of_it(self) -> None:
        self.tell(messages.ReadMoved(STREAM, 3))
        self.assertEqual((self.red.unread, self.red.mentions), (0, 0))
        self.assertIsNone(self.red.first_unread)

    def test_part_of_it(self) -> None:
        self.tell(messages.ReadMoved(STREAM, 1))
        self.assertEqual((self.red.unread, self.red.mentions, self.red.first_unread), (2, 2, 1))
        self.tell(messages.ReadMoved(STREAM, 1))
        self.assertEqual(self.red.unread, 2)

    def test_a_number_that_has_no_line(self) -> None:
        self.say("bob", "👍", 4, Relation.REACTION, 1)
        self.say("bob", "five", 5)
        self.tell(messages.ReadMoved(STREAM, 4))
        self.assertEqual(self.red.unread, 1)

    def test_another_conversation(self) -> None:
        self.tell(messages.ReadMoved(PAIR, 3))
        self.assertEqual(self.red.unread, 3)


class ProgressTests(LastingCase):
    def test_others_get_it_and_read_it(self) -> None:
        self.tell(messages.ProgressChanged(STREAM, 5, 3))
        self.tell(messages.ProgressChanged(STREAM, 4, 4))
        self.tell(messages.ProgressChanged(PAIR, 9, 9))
        self.assertEqual((self.red.delivered, self.red.seen), (5, 4))
