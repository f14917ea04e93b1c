"""Who is here: what is told, and where."""

from __future__ import annotations

from chatd.wire import messages
from client.model.conversation import Kind
from client.model.presence import Presence

from .lasting_case import PAIR
from .model_case import ModelCase, texts


class PresenceTests(ModelCase):
    def setUp(self) -> None:
        super().setUp()
        self.bob = self.model.open(Kind.PERSON, "bob")

    def is_now(self, presence: str, text: str = "", seen: int = 0, *, quiet: bool = False) -> None:
        """Bob is online, away or offline."""
        self.tell(messages.PresenceChanged("Bob", presence, text, seen, quiet))

    def test_going_and_coming_is_told_in_rooms_and_in_private(self) -> None:
        self.is_now("offline", seen=77)
        member = self.red.members.get("bob")
        assert member is not None
        self.assertFalse(member.online or self.bob.present)
        self.assertEqual(self.model.presence("BOB"), Presence(False, "", 77))
        self.is_now("away", "lunch")
        self.assertEqual(texts(self.red), ["went offline", "is here, away: lunch"])
        self.assertEqual(texts(self.bob), texts(self.red))
        self.assertTrue(self.bob.present)

    def test_being_away_stays_out_of_rooms(self) -> None:
        self.is_now("away")
        self.is_now("online")
        self.assertEqual(texts(self.red), [])
        self.assertEqual(texts(self.bob), ["Bob is away: away", "Bob is back"])

    def test_what_was_known_is_not_told_again(self) -> None:
        self.is_now("offline")
        self.is_now("offline")
        self.assertEqual(texts(self.red), ["went offline"])

    def test_a_server_that_has_just_started_says_nothing_new(self) -> None:
        self.is_now("offline", quiet=True)
        self.assertFalse(self.bob.present)
        self.assertEqual(texts(self.red) + texts(self.bob), [])

    def test_rooms_obey_the_setting_and_ignored_people_are_not_told_of(self) -> None:
        self.model.settings.set("joins", "off")
        self.is_now("offline")
        self.model.settings.add_word("ignore", "bob")
        self.is_now("online")
        self.assertEqual(texts(self.red), [])
        self.assertEqual(texts(self.bob), ["went offline"])
        self.assertTrue(self.bob.present)

    def test_a_list_tells_who_is_not_here(self) -> None:
        rows = [
            messages.UserRow("alice", ""),
            messages.UserRow("bob", "", True, online=False, seen=5),
            messages.UserRow("carol", ""),
        ]
        self.model.set_members(self.red, rows)
        shown = [(one.nick, one.online) for one in self.red.sorted_members()]
        self.assertEqual(shown, [("alice", True), ("carol", True), ("bob", False)])
        self.assertFalse(self.bob.present)

    def test_who_enters_is_here_as_they_were(self) -> None:
        for presence in ("away", "online"):
            self.tell(messages.Entered("red", "carol", True))
            self.tell(messages.PresenceChanged("carol", presence, "lunch"))
        self.tell(messages.PresenceChanged("carol", "away", "lunch"))
        self.tell(messages.Entered("blue", "carol", True))
        blue = self.model.roster.find(Kind.ROOM, "blue")
        assert blue is not None
        self.assertEqual([one.away for one in blue.sorted_members()], ["lunch"])
        self.assertEqual(texts(self.red), ["entered", "entered"])

    def test_before_the_members_are_known_it_is_told_where_one_looks(self) -> None:
        self.model.roster.close(self.bob)
        self.model.set_members(self.red, [])
        self.is_now("offline")
        self.assertEqual(texts(self.model.roster.current), ["went offline"])

    def test_a_conversation_that_is_opened_knows_it(self) -> None:
        self.model.roster.close(self.bob)
        self.is_now("offline")
        self.assertFalse(self.model.open(Kind.PERSON, "bob").present)
        self.model.roster.close(self.person("bob"))
        self.tell(messages.Left("red", "bob", True))
        self.assertIsNone(self.model.presence("bob"))
        self.assertTrue(self.model.open(Kind.PERSON, "bob").present)

    def test_what_was_said_while_one_was_away_brings_nobody_back(self) -> None:
        self.is_now("offline")
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 3, PAIR))
        self.assertFalse(self.bob.present)
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 2, 3))
        self.assertTrue(self.bob.present)

    def test_oneself_on_another_device(self) -> None:
        self.tell(messages.PresenceChanged("alice", "away", "lunch"))
        self.assertEqual(self.model.away, "lunch")
        self.tell(messages.PresenceChanged("alice", "online"))
        self.assertEqual((self.model.away, texts(self.red)), ("", []))
