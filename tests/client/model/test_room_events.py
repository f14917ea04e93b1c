"""A room's rules and ranks, and what becomes of them here."""

from __future__ import annotations

from chatd.domain.commands import Standing
from chatd.wire import messages
from client.model.entry import EntryKind

from .model_case import ModelCase, texts


class KickedTests(ModelCase):
    def test_somebody_else(self) -> None:
        self.assertIsNone(self.tell(messages.Kicked("red", "bob", "alice", "spam")))
        self.assertEqual(texts(self.red), ["you put bob out: spam"])
        self.assertNotIn("bob", self.red.members)
        self.assertTrue(self.red.present)

    def test_oneself(self) -> None:
        attention = self.tell(messages.Kicked("red", "Alice", "bob", "", banned=True))
        self.assertEqual(texts(self.red), ["bob banned you from this room"])
        self.assertFalse(self.red.present)
        self.assertEqual(len(self.red.members), 0)
        self.assertEqual(self.red.mentions, 1)
        assert attention is not None
        self.assertIs(attention.conversation, self.red)
        self.assertEqual(self.welcome(), [])

    def test_where_one_looks_nothing_more_is_wanted(self) -> None:
        self.model.roster.switch(self.red)
        self.assertIsNone(self.tell(messages.Kicked("red", "alice", "bob", "")))
        self.assertIs(self.red.timeline[0].kind, EntryKind.ERROR)


class InvitedTests(ModelCase):
    def test_it_stands_here_and_with_the_server_and_says_how_to_go_there(self) -> None:
        self.model.roster.switch(self.red)
        attention = self.tell(messages.Invited("ops", "bob"))
        told = "bob invites you to #ops; /join #ops enters it"
        server = self.model.roster.server
        self.assertEqual((texts(self.red), texts(server)), ([told], [told]))
        self.assertEqual(self.model.roster.active(), [server])
        self.assertIsNotNone(attention)
        self.assertIn("ops", self.model.rooms_seen)

    def test_where_the_server_is_looked_at_it_stands_once(self) -> None:
        self.assertIsNone(self.tell(messages.Invited("ops", "bob")))
        self.assertEqual(len(texts(self.model.roster.server)), 1)
        self.assertEqual(self.model.roster.active(), [])

    def test_ignored_people_invite_nobody(self) -> None:
        self.model.settings.add_word("ignore", "bob")
        self.assertIsNone(self.tell(messages.Invited("ops", "bob")))
        self.assertEqual(texts(self.model.roster.server), [])


class RulesTests(ModelCase):
    def test_joining_tells_the_rules(self) -> None:
        ops = messages.Joined("ops", "", 1, True, 2, True, True, Standing.OWNER)
        room = self.model.joined(ops)
        self.assertEqual(room.rules, ["level 2", "private", "topic locked"])
        self.assertIs(room.standing, Standing.OWNER)

    def test_what_changed_is_told_and_nothing_else(self) -> None:
        self.tell(messages.RoomChanged("red", "bob", 2, True, False))
        self.tell(messages.RoomChanged("red", "alice", 2, False, True))
        self.tell(messages.RoomChanged("red", "bob", 2, False, True))
        self.tell(messages.RoomChanged("red", "bob", 0, False, False))
        self.assertEqual(
            texts(self.red),
            [
                "bob changed the room: entering takes level 2, private, by invitation only",
                "you changed the room: no longer private, only the owner and moderators set the "
                "topic",
                "bob changed the room: any level, everybody may set the topic",
            ],
        )
        self.assertEqual(self.red.rules, [])


class StandingTests(ModelCase):
    def test_others(self) -> None:
        self.tell(messages.StandingChanged("red", "bob", Standing.MODERATOR, "alice"))
        self.assertEqual([m.nick for m in self.red.sorted_members()], ["bob", "alice"])
        self.tell(messages.AwayChanged("bob", "lunch"))
        self.tell(messages.StandingChanged("red", "bob", Standing.OWNER))
        bob = self.red.members.get("bob")
        assert bob is not None
        self.assertEqual((bob.standing, bob.away), (Standing.OWNER, "lunch"))
        self.tell(messages.StandingChanged("red", "bob", Standing.MEMBER, "carol"))
        self.assertEqual(
            texts(self.red),
            [
                "you made bob a moderator of this room",
                "bob is the owner of this room now",
                "carol made bob a plain member again",
            ],
        )

    def test_oneself(self) -> None:
        self.tell(messages.StandingChanged("red", "alice", Standing.MODERATOR, "bob"))
        self.tell(messages.StandingChanged("red", "alice", Standing.OWNER))
        self.assertIs(self.red.standing, Standing.OWNER)
        self.tell(messages.StandingChanged("red", "alice", Standing.MODERATOR, "alice"))
        self.assertEqual(
            texts(self.red),
            [
                "bob made you a moderator of this room",
                "you are the owner of this room now",
                "you are a moderator of this room now",
            ],
        )

    def test_lists_tell_it_too_and_unknown_ones_are_members(self) -> None:
        rows = [
            messages.UserRow("alice", "", standing=Standing.OWNER),
            messages.UserRow("bob", "", standing=77),
        ]
        self.model.set_members(self.red, rows)
        self.assertIs(self.red.standing, Standing.OWNER)
        bob = self.red.members.get("bob")
        assert bob is not None
        self.assertIs(bob.standing, Standing.MEMBER)
