"""Edits, deletions, reactions and replies: what becomes of the message that they are about."""

from __future__ import annotations

from chatd.domain.commands import Relation, Style
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery, Entry, EntryKind
from client.model.relations import reaction_of

from .lasting_case import PAIR, LastingCase
from .model_case import texts


class ChangeTests(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        self.say("bob", "helo", 1)

    @property
    def first(self) -> Entry:
        return self.red.timeline[0]

    def test_an_edit_is_shown_in_its_place_and_kept(self) -> None:
        self.assertIsNone(self.say("Bob", "hello alice", 2, Relation.EDIT, 1))
        self.assertEqual(texts(self.red), ["hello alice"])
        self.assertTrue(self.first.edited and self.first.mention)
        self.assertEqual(self.pages.find(self.red, 1), self.first)

    def test_a_deletion_leaves_neither_text_nor_reactions(self) -> None:
        self.say("carol", "👍", 2, Relation.REACTION, 1)
        self.say("bob", "", 3, Relation.DELETION, 1)
        self.assertTrue(self.first.deleted)
        self.assertEqual((self.first.text, self.first.reactions), ("", ()))
        self.say("bob", "back", 4, Relation.EDIT, 1)
        self.say("carol", "👍", 5, Relation.REACTION, 1)
        self.assertEqual((self.first.text, self.first.reactions), ("", ()))
        self.assertEqual(self.pages.find(self.red, 1), self.first)

    def test_what_is_deleted_before_it_was_seen_is_not_unread(self) -> None:
        self.say("bob", "alice?", 2)
        self.assertEqual((self.red.unread, self.red.mentions), (2, 1))
        self.say("bob", "", 3, Relation.DELETION, 2)
        self.assertEqual((self.red.unread, self.red.mentions), (1, 0))
        self.say("bob", "", 4, Relation.DELETION, 1)
        self.assertEqual((self.red.unread, self.red.first_unread), (0, None))

    def test_what_was_seen_before_it_is_deleted_counts_nowhere(self) -> None:
        self.model.roster.switch(self.red)
        self.model.roster.switch(self.model.roster.server)
        self.say("bob", "later", 2)
        self.say("bob", "", 3, Relation.DELETION, 1)
        self.assertEqual(self.red.unread, 1)

    def test_an_edit_that_the_server_has_emptied_changes_nothing(self) -> None:
        """Its message was deleted before this device got it; the deletion comes after it."""
        self.say("bob", "", 2, Relation.EDIT, 1)
        self.assertEqual((self.first.text, self.first.edited), ("helo", False))
        self.say("bob", "", 3, Relation.EDIT, 77)
        self.assertEqual(texts(self.red), ["helo"])

    def test_nobody_changes_what_others_said(self) -> None:
        self.say("carol", "", 2, Relation.DELETION, 1)
        self.assertEqual(texts(self.red), ["helo"])
        self.say("carol", "bob is wrong", 3, Relation.EDIT, 1)
        self.assertEqual(texts(self.red), ["helo", "bob is wrong"])
        self.assertFalse(self.first.edited)

    def test_where_nothing_lasts_a_nick_proves_nothing(self) -> None:
        self.say("bob", "", 2, Relation.DELETION, 1, stream=b"")
        self.say("bob", "never said", 3, Relation.EDIT, 1, stream=b"")
        self.assertEqual(texts(self.red), ["helo", "never said"])

    def test_everybody_has_one_reaction(self) -> None:
        for number, (nick, emoji) in enumerate(
            (("bob", "👍"), ("carol", "👍"), ("Bob", "🎉"), ("dave", "👍")), 2
        ):
            self.say(nick, emoji, number, Relation.REACTION, 1)
        self.assertEqual(self.first.reactions, (("👍", ("carol", "dave")), ("🎉", ("Bob",))))
        self.say("carol", "", 6, Relation.REACTION, 1)
        self.assertEqual(reaction_of(self.first, "DAVE"), "👍")
        self.assertEqual(reaction_of(self.first, "carol"), "")

    def test_reactions_are_bounded(self) -> None:
        self.say("bob", "x" * 65, 2, Relation.REACTION, 1)
        for number in range(100):
            self.say(f"n{number}", str(number), number + 3, Relation.REACTION, 1)
        self.assertEqual(len(self.first.reactions), 64)

    def test_what_is_only_in_the_history(self) -> None:
        self.red.clear()
        self.say("bob", "hello", 2, Relation.EDIT, 1)
        kept = self.pages.find(self.red, 1)
        assert kept is not None
        self.assertEqual((kept.text, kept.edited), ("hello", True))
        self.assertEqual(texts(self.red), [])

    def test_what_is_nowhere(self) -> None:
        """An edit is a message then; the others change nothing."""
        self.say("bob", "", 2, Relation.DELETION, 77)
        self.say("bob", "👍", 3, Relation.REACTION, 77)
        self.say("bob", "so it is", 4, Relation.EDIT, 77)
        self.assertEqual(texts(self.red), ["helo", "so it is"])
        self.assertTrue(self.red.timeline[1].edited)

    def test_a_reply_to_oneself_is_a_mention(self) -> None:
        outgoing = self.model.echo(self.red, "tea?", Style.SAID, 1)
        self.model.accepted(outgoing, 2, 3)
        self.assertIsNone(self.say("carol", "no", 3, Relation.REPLY, 1))
        self.assertIsNotNone(self.say("bob", "yes", 4, Relation.REPLY, 2))
        entry = self.red.timeline[3]
        self.assertEqual((entry.relation, entry.ref, entry.mention), (Relation.REPLY, 2, True))

    def test_an_unknown_relation_is_none(self) -> None:
        said = messages.RoomSaid("red", "bob", "later", 0, 2, 3, b"s" * 16, 77, 1)
        self.tell(said)
        self.assertIs(self.red.timeline[1].relation, Relation.NONE)

    def test_of_those_whom_one_ignores_only_deletions_count(self) -> None:
        self.model.settings.add_word("ignore", "bob")
        self.say("bob", "👍", 2, Relation.REACTION, 1)
        self.say("bob", "hello", 3, Relation.EDIT, 1)
        self.assertEqual((texts(self.red), self.first.reactions), (["helo"], ()))
        self.say("bob", "", 4, Relation.DELETION, 1)
        self.assertTrue(self.first.deleted)

    def test_a_change_opens_no_conversation(self) -> None:
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 3, PAIR))
        self.model.roster.close(self.person("bob"))
        change = messages.DirectSaid("bob", "alice", "", 0, 2, 3, PAIR, Relation.DELETION, 1)
        self.tell(change)
        self.assertIsNone(self.model.roster.find(Kind.PERSON, "bob"))
        self.assertTrue(self.pages.kept[-1][1].deleted)

    def test_the_face_is_told(self) -> None:
        told = []
        self.model.on_changed = lambda _, change, before: told.append((change.text, before.text))
        self.say("bob", "hello", 2, Relation.EDIT, 1)
        self.say("bob", "hello", 3, Relation.EDIT, 1)
        self.assertEqual(told, [("hello", "helo")])


class OwnChangeTests(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        self.model.accepted(self.model.echo(self.red, "helo", Style.SAID, 1), 1, 3)

    def test_it_takes_effect_once_it_is_accepted(self) -> None:
        outgoing = self.model.echo(self.red, "hello", Style.SAID, 1, Relation.EDIT, 1)
        self.assertEqual((outgoing.places, texts(self.red)), ((), ["helo"]))
        self.assertEqual((outgoing.entry.relation, outgoing.entry.ref), (Relation.EDIT, 1))
        self.model.accepted(outgoing, 2, 3)
        self.assertEqual(texts(self.red), ["hello"])
        self.assertIs(self.red.timeline[0].delivery, Delivery.ACCEPTED)

    def test_where_it_is_refused_that_is_told(self) -> None:
        outgoing = self.model.echo(self.red, "", Style.SAID, 1, Relation.DELETION, 1)
        self.model.failed(outgoing, "because")
        last = self.red.timeline[1]
        self.assertIs(last.kind, EntryKind.ERROR)
        self.assertEqual(last.text, "your message was not deleted: because")

    def test_a_reply_has_a_line(self) -> None:
        self.model.echo(self.red, "yes", Style.SAID, 1, Relation.REPLY, 1)
        self.assertEqual(self.red.timeline[1].ref, 1)

    def test_another_device_of_ones_own_may_change_it(self) -> None:
        self.say("alice", "hello", 2, Relation.EDIT, 1)
        self.assertEqual((texts(self.red), self.red.timeline[0].mention), (["hello"], False))

    def test_the_last_one_of_all_ones_devices_counts(self) -> None:
        """What another device did may come after what this one has done later."""
        for relation, ours, theirs in (
            (Relation.EDIT, "hello", "hallo"),
            (Relation.REACTION, "👍", "🎉"),
        ):
            outgoing = self.model.echo(self.red, ours, Style.SAID, 1, relation, 1)
            self.model.accepted(outgoing, 5, 3)
            self.say("alice", theirs, 4, relation, 1)
        entry = self.red.timeline[0]
        self.assertEqual((entry.text, reaction_of(entry, "alice")), ("hello", "👍"))
        self.assertEqual(self.pages.find(self.red, 1), entry)
        self.say("alice", "hallo", 6, Relation.EDIT, 1)
        self.say("alice", "", 7, Relation.REACTION, 1)
        entry = self.red.timeline[0]
        self.assertEqual((entry.text, entry.reactions), ("hallo", ()))

    def test_taken_too_long_ago_for_a_number(self) -> None:
        outgoing = self.model.echo(self.red, "hello", Style.SAID, 1, Relation.EDIT, 1)
        self.model.accepted(outgoing, None, 3)
        self.assertEqual(texts(self.red), ["hello"])
