"""Conversations and the roster: what counts as unread, what is current, what comes next."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from client.model.conversation import Conversation, Kind, Member
from client.model.entry import Entry, EntryKind
from client.model.roster import Roster
from client.model.typists import TYPING_FOR, Typists


def said(text: str, *, mention: bool = False, own: bool = False) -> Entry:
    return Entry(EntryKind.SAID, 0, text, "bob", mention=mention, own=own)


class ConversationTests(TestCase):
    def test_unread_begins_at_the_first_unseen(self) -> None:
        room = Conversation(Kind.ROOM, "red")
        room.append(said("a"), seen=True)
        room.append(said("b"), seen=False)
        room.append(said("c", mention=True), seen=False)
        self.assertEqual((room.unread, room.mentions, room.first_unread), (2, 1, 1))

    def test_notices_and_own_words_are_not_unread(self) -> None:
        room = Conversation(Kind.ROOM, "red")
        room.append(Entry(EntryKind.ENTERED, 0, "entered", "bob"), seen=False)
        room.append(said("mine", own=True), seen=False)
        self.assertEqual((room.unread, room.first_unread), (0, None))

    def test_every_direct_message_counts_as_a_mention(self) -> None:
        person = Conversation(Kind.PERSON, "bob")
        person.append(said("psst"), seen=False)
        self.assertEqual(person.mentions, 1)

    def test_reading_keeps_the_mark_until_the_user_looks_away(self) -> None:
        room = Conversation(Kind.ROOM, "red")
        room.append(said("a"), seen=False)
        room.mark_read()
        self.assertEqual((room.unread, room.first_unread), (0, 0))
        room.forget_mark()
        self.assertIsNone(room.first_unread)

    def test_saying_something_ends_typing(self) -> None:
        room = Conversation(Kind.ROOM, "red")
        room.typists.start("bob", 0)
        room.append(said("a"), seen=True)
        self.assertEqual(room.typists.at(1), [])

    def test_members_are_sorted_and_changes_counted(self) -> None:
        room = Conversation(Kind.ROOM, "red")
        for nick in ("Carol", "alice", "bob"):
            room.set_member(Member(nick))
        before = room.members_changes
        room.set_member(Member("BOB", "lunch"))
        self.assertEqual([m.nick for m in room.sorted_members()], ["alice", "BOB", "Carol"])
        self.assertGreater(room.members_changes, before)
        self.assertIsNone(room.remove_member("nobody"))

    def test_titles(self) -> None:
        self.assertEqual(Conversation(Kind.ROOM, "red").title, "#red")
        self.assertEqual(Conversation(Kind.PERSON, "bob").title, "bob")
        self.assertEqual(Conversation(Kind.SERVER, "host").title, "host")


class TypistsTests(TestCase):
    def test_expires(self) -> None:
        typists = Typists()
        typists.start("bob", 1000)
        self.assertEqual(typists.at(1000 + TYPING_FOR - 1), ["bob"])
        self.assertEqual(typists.at(1000 + TYPING_FOR), [])

    def test_a_clock_set_back_keeps_nobody_typing(self) -> None:
        typists = Typists()
        typists.start("bob", 10_000_000)
        self.assertEqual(typists.at(0), [])

    def test_follows_a_new_nick(self) -> None:
        typists = Typists()
        typists.start("bob", 0)
        typists.rename("bob", "robert")
        self.assertEqual(typists.at(1), ["robert"])


class RosterTests(TestCase):
    def setUp(self) -> None:
        self.roster = Roster("host")
        self.red = self.roster.open(Kind.ROOM, "red")
        self.blue = self.roster.open(Kind.ROOM, "blue")
        self.bob = self.roster.open(Kind.PERSON, "bob")

    def test_a_room_and_a_person_of_one_name_are_two(self) -> None:
        self.assertIsNot(self.roster.open(Kind.PERSON, "red"), self.red)
        self.assertIs(self.roster.open(Kind.ROOM, "RED"), self.red)

    def test_steps_round_and_round(self) -> None:
        self.assertIs(self.roster.step(1), self.red)
        self.assertIs(self.roster.step(-1), self.bob)

    def test_active_ones_with_mentions_come_first(self) -> None:
        self.red.append(said("a"), seen=False)
        self.blue.append(said("b", mention=True), seen=False)
        self.assertEqual(self.roster.active(), [self.blue, self.red])

    def test_muted_ones_are_active_only_when_named(self) -> None:
        self.red.muted = True
        self.red.append(said("a"), seen=False)
        self.assertEqual(self.roster.active(), [])
        self.red.append(said("b", mention=True), seen=False)
        self.assertEqual(self.roster.active(), [self.red])

    def test_switching_reads_and_remembers(self) -> None:
        self.red.append(said("a"), seen=False)
        self.roster.switch(self.red)
        self.assertEqual(self.red.unread, 0)
        self.assertEqual(self.red.first_unread, 0)
        self.assertIs(self.roster.previous, self.roster.server)
        self.roster.switch(self.blue)
        self.assertIsNone(self.red.first_unread)

    def test_closing_goes_back_to_the_one_before(self) -> None:
        self.roster.switch(self.red)
        self.roster.switch(self.bob)
        self.roster.close(self.bob)
        self.assertIs(self.roster.current, self.red)
        self.roster.close(self.red)
        self.assertIs(self.roster.current, self.blue)

    def test_the_server_stays(self) -> None:
        self.roster.close(self.roster.server)
        self.assertIs(self.roster.current, self.roster.server)
        self.assertEqual(len(self.roster), 4)
