"""A room's rules and ranks, and what becomes of them here."""

from __future__ import annotations

from chatd.domain.commands import Standing
from chatd.domain.put_out import PutOut
from chatd.wire import messages
from client.model import events
from client.model.entry import EntryKind
from client.model.room_events import only_in, put_out

from .lasting_case import ME, RED, STREAM, LastingCase
from .model_case import LIMITS, ModelCase, texts


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

    def test_by_event_and_letter_it_is_told_once(self) -> None:
        """And again after one has come back, in the same words."""
        letter = PutOut(STREAM, "red", "bob", "spam", banned=False)
        for _ in range(2):
            put_out(self.model, self.red, letter, 5)
            self.tell(messages.Kicked("red", "alice", "bob", "spam"))
            put_out(self.model, self.red, letter, 5)
            self.model.joined(RED)
        self.assertEqual(texts(self.red), ["bob put you out: spam"] * 2)

    def test_out_of_a_room_that_is_not_shown(self) -> None:
        letter = PutOut(STREAM, "ops", "bob", "", banned=True)
        put_out(self.model, None, letter, 5)
        self.assertEqual(texts(self.model.roster.server), ["#ops: bob banned you from this room"])

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

    def test_that_one_was_asked_before_is_told_once(self) -> None:
        """With each welcome the server says it again."""
        for room, by in (("ops", "bob"), ("ops", ""), ("tea", ""), ("tea", "")):
            self.tell(messages.Invited(room, by))
        told = [
            "bob invites you to #ops; /join #ops enters it",
            "you are invited to #tea; /join #tea enters it",
        ]
        self.assertEqual(texts(self.model.roster.server), told)
        self.tell(messages.Invited("tea", "bob"))
        self.assertEqual(len(texts(self.model.roster.server)), 3)

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


class RetentionTests(LastingCase):
    def test_it_is_told_and_stands_with_the_rules(self) -> None:
        self.tell(messages.RoomChanged("red", "bob", 0, False, False, 604_800))
        self.assertEqual(self.red.rules, ["kept for 7 days"])
        self.tell(messages.RoomChanged("red", "alice", 0, False, False))
        self.assertEqual(
            texts(self.red),
            [
                "bob changed the room: the server keeps what is said for 7 days",
                "you changed the room: the server keeps nothing longer than it takes to deliver it",
            ],
        )

    def test_who_enters_knows_it(self) -> None:
        self.model.joined(messages.Joined("red", "", 2, conversation=STREAM, retention=90))
        self.assertEqual(self.red.rules, ["kept for 90 seconds"])


class MembershipTests(LastingCase):
    def test_out_of_a_room_that_lasts_one_was_put(self) -> None:
        """It is not entered again by itself, as one that does not last is."""
        self.model.joined(messages.Joined("blue", "", 1))
        again = self.welcome(me=ME)
        self.assertEqual([room.name for room in again], ["blue"])
        self.assertFalse(self.red.present)
        self.assertIn("you are not in this room any more", texts(self.red)[-1])

    def test_a_guest_enters_it_again(self) -> None:
        again = self.welcome()
        self.assertEqual(again, [self.red])
        self.assertTrue(self.red.present)
        self.assertEqual(texts(self.red), [])

    def test_as_long_as_the_list_is_not_whole_nothing_is_known(self) -> None:
        message = messages.Welcome("alice", b"", b"", 0, LIMITS, [], True, me=ME)
        self.assertEqual(events.welcome(self.model, message, 1), [])
        self.assertTrue(self.red.present)
        only_in(self.model, ["RED"], 1)
        self.assertTrue(self.red.present)
        only_in(self.model, [], 1)
        self.assertFalse(self.red.present)

    def test_a_resumed_session_is_told_by_itself(self) -> None:
        self.welcome(resumed=True, me=ME)
        self.assertTrue(self.red.present)

    def test_nothing_is_missed_where_it_lasts(self) -> None:
        blue = self.model.joined(messages.Joined("blue", "", 1))
        self.welcome(RED, messages.Joined("blue", "", 1), resumed=True, missed=True, me=ME)
        self.assertEqual((texts(self.red), texts(blue)), ([], ["messages were missed here"]))

    def test_another_room_of_the_same_name_begins_anew(self) -> None:
        self.red.delivered = self.red.seen = 7
        self.model.joined(messages.Joined("red", "", 2, conversation=b"o" * 16))
        self.assertEqual((self.red.delivered, self.red.seen), (0, 0))
