"""What the server tells, and what becomes of it."""

from __future__ import annotations

from chatd.domain.commands import Style
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery, EntryKind

from .model_case import ModelCase, texts


class MessageTests(ModelCase):
    def test_room_message(self) -> None:
        self.assertIsNone(self.tell(messages.RoomSaid("red", "bob", "hello", 0, 1, 3)))
        self.assertEqual((self.red.unread, self.red.mentions), (1, 0))
        entry = self.red.timeline[0]
        self.assertEqual((entry.kind, entry.sender, entry.time), (EntryKind.SAID, "bob", 3))

    def test_a_mention_wants_attention(self) -> None:
        attention = self.tell(messages.RoomSaid("red", "bob", "Alice?", 0, 1, 3))
        self.assertIsNotNone(attention)

    def test_nothing_is_wanted_where_the_user_looks(self) -> None:
        self.model.roster.switch(self.red)
        self.assertIsNone(self.tell(messages.RoomSaid("red", "bob", "alice", 0, 1, 3)))
        self.assertEqual(self.red.unread, 0)
        self.model.focus(False)
        self.assertIsNotNone(self.tell(messages.RoomSaid("red", "bob", "alice", 0, 2, 3)))
        self.assertEqual(self.red.first_unread, 1)
        self.model.focus(True)
        self.assertEqual(self.red.unread, 0)

    def test_the_same_message_twice(self) -> None:
        self.tell(messages.RoomSaid("red", "bob", "alice", 0, 1, 3))
        self.assertIsNone(self.tell(messages.RoomSaid("red", "bob", "alice", 0, 1, 3)))
        self.assertEqual((self.red.unread, len(self.red.timeline)), (1, 1))

    def test_direct_messages_open_a_conversation(self) -> None:
        self.assertIsNotNone(self.tell(messages.DirectSaid("bob", "alice", "psst", 1, 1, 3)))
        self.assertEqual(self.person("BOB").timeline[0].kind, EntryKind.ACTION)

    def test_a_word_to_oneself_is_shown_once(self) -> None:
        me = self.model.open(Kind.PERSON, "alice")
        outgoing = self.model.echo(me, "note", Style.SAID, 1)
        self.tell(messages.DirectSaid("alice", "alice", "note", 0, 7, 3))
        self.model.accepted(outgoing, 7, 3)
        self.assertEqual(texts(me), ["note"])

    def test_broadcasts_are_shown_here_and_with_the_server(self) -> None:
        self.model.roster.switch(self.red)
        self.tell(messages.BroadcastSaid("bob", "fire", 1, 3))
        self.assertEqual(texts(self.red), ["fire"])
        self.assertIn("fire", texts(self.model.roster.server))
        self.assertEqual(self.model.roster.active(), [])

    def test_ignored_people_are_not_heard(self) -> None:
        self.model.settings.add_word("ignore", "BOB")
        self.tell(messages.RoomSaid("red", "bob", "alice", 0, 1, 3))
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 2, 3))
        self.tell(messages.BroadcastSaid("bob", "fire", 3, 3))
        self.tell(messages.NickChanged("bob", "robert"))
        self.tell(messages.RoomSaid("red", "robert", "alice", 0, 4, 3))
        self.assertEqual(self.red.unread, 0)
        self.assertIsNone(self.model.roster.find(Kind.PERSON, "bob"))

    def test_muted_rooms_ask_for_nothing_but_mentions(self) -> None:
        self.model.settings.add_word("mute", "bob")
        self.model.open(Kind.PERSON, "bob")
        self.assertIsNone(self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 2, 3)))
        self.assertIsNotNone(self.tell(messages.DirectSaid("bob", "alice", "alice", 0, 3, 3)))

    def test_highlight_words(self) -> None:
        self.model.settings.add_word("highlight", "coffee")
        self.model.watch_words()
        self.assertIsNotNone(self.tell(messages.RoomSaid("red", "bob", "Coffee!", 0, 1, 3)))


class PeopleTests(ModelCase):
    def test_entering_and_leaving(self) -> None:
        self.tell(messages.Entered("red", "carol"))
        self.tell(messages.Left("red", "bob"))
        self.assertEqual([m.nick for m in self.red.sorted_members()], ["alice", "carol"])
        self.assertEqual(texts(self.red), ["entered", "left"])

    def test_comings_and_goings_can_be_hidden(self) -> None:
        self.model.settings.set("joins", "off")
        self.tell(messages.Entered("red", "carol"))
        self.assertEqual(texts(self.red), [])
        self.assertIn("carol", self.red.members)

    def test_leaving_the_server_is_told_once_to_a_conversation(self) -> None:
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 3))
        self.tell(messages.Left("red", "bob", True))
        self.tell(messages.Left("blue", "bob", True))
        self.assertEqual(texts(self.person("bob")), ["psst", "left the server"])
        self.assertFalse(self.person("bob").present)
        self.tell(messages.Entered("red", "bob"))
        self.assertTrue(self.person("bob").present)

    def test_a_new_nick_follows_everywhere(self) -> None:
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 3))
        self.tell(messages.NickChanged("bob", "robert"))
        self.assertIn("robert", self.red.members)
        self.assertNotIn("bob", self.red.members)
        self.assertEqual(self.person("robert").name, "robert")

    def test_ones_own_new_nick(self) -> None:
        self.model.renamed("ally", 5)
        self.assertIn("ally", self.red.members)
        self.assertIsNotNone(self.tell(messages.RoomSaid("red", "bob", "ally?", 0, 1, 3)))
        self.assertIsNone(self.tell(messages.RoomSaid("red", "bob", "alice?", 0, 2, 3)))

    def test_away_and_back(self) -> None:
        self.tell(messages.AwayChanged("bob", "lunch"))
        self.assertEqual([m.away for m in self.red.sorted_members()], ["", "lunch"])
        self.tell(messages.AwayChanged("bob", ""))
        self.assertEqual([m.away for m in self.red.sorted_members()], ["", ""])

    def test_topic(self) -> None:
        self.tell(messages.TopicChanged("red", "bob", "new"))
        self.assertEqual((self.red.topic, texts(self.red)), ("new", ["bob set the topic: new"]))

    def test_typing(self) -> None:
        self.tell(messages.TypingShown("bob", "red", True))
        self.assertEqual(self.red.typists.at(6), ["bob"])
        self.tell(messages.TypingShown("bob", "red", False))
        self.assertEqual(self.red.typists.at(6), [])
        self.tell(messages.TypingShown("zoe", "", True))
        self.assertIsNone(self.model.roster.find(Kind.PERSON, "zoe"))


class SessionTests(ModelCase):
    def test_a_new_session_names_the_rooms_to_join_again(self) -> None:
        self.model.joined(messages.Joined("blue", "", 1))
        gone = self.model.joined(messages.Joined("green", "", 1))
        self.model.left(gone)
        again = self.welcome(messages.Joined("red", "", 2))
        self.assertEqual([room.name for room in again], ["blue"])

    def test_a_resumed_session_joins_nothing_again(self) -> None:
        self.model.joined(messages.Joined("blue", "", 1))
        self.assertEqual(self.welcome(resumed=True), [])

    def test_what_was_missed_is_a_gap_everywhere(self) -> None:
        self.welcome(resumed=True, missed=True)
        for conversation in self.model.roster:
            kinds = [entry.kind for _, entry in conversation.timeline.backwards()]
            self.assertIn(EntryKind.GAP, kinds)

    def test_words_of_the_server_are_shown_here_and_with_it(self) -> None:
        self.model.roster.switch(self.red)
        self.tell(messages.Warned(120, "speak"))
        self.tell(messages.Closing(207, "bye"))
        self.assertEqual(texts(self.red), ["speak", "bye"])
        self.assertEqual(texts(self.model.roster.server)[-2:], ["speak", "bye"])

    def test_how_far_ones_own_message_came(self) -> None:
        outgoing = self.model.echo(self.red, "hi", Style.SAID, 1)
        self.assertIs(self.red.timeline[0].delivery, Delivery.WAITING)
        self.model.failed(outgoing, "because")
        self.assertEqual(self.red.timeline[0].failure, "because")
        self.model.waiting(outgoing)
        self.model.accepted(outgoing, 9, 77)
        entry = self.red.timeline[0]
        self.assertEqual((entry.delivery, entry.id, entry.time), (Delivery.ACCEPTED, 9, 77))
