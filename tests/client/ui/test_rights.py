"""Commands of owners and moderators: what goes out, and what is shown once the server agreed."""

from __future__ import annotations

from chatd.domain.commands import Standing
from chatd.errors import Code
from chatd.wire import messages
from client.model.conversation import Kind
from client.ui.commands.moderation import duration

from .at_desk import AtDesk
from .scripted import NOON

HOUR = 3_600


class PuttingOutTests(AtDesk):
    def test_kick(self) -> None:
        self.desk.line("/kick bob too loud")
        asked = self.wire.answer(messages.Kick)
        self.assertEqual((asked.room, asked.nick, asked.reason), ("lobby", "bob", "too loud"))
        self.desk.listener.received(messages.Kicked("lobby", "bob", "alice", "too loud"))
        self.assertEqual(self.last(), "you put bob out: too loud")
        self.assertIn("1 member", self.desk.rows()[-2])

    def test_a_refused_kick_changes_nothing(self) -> None:
        self.desk.line("/kick bob")
        self.wire.refuse(messages.Kick, Code.NOT_ALLOWED)
        self.assertIn("only the room's owner", self.last())
        self.assertIn("2 members", self.desk.rows()[-2])

    def test_being_kicked_leaves_the_room_to_be_read(self) -> None:
        desk = self.desk
        desk.says("lobby", "bob", "go away", 1)
        desk.listener.received(messages.Kicked("lobby", "alice", "bob", "spam"))
        self.assertIn("go away", desk.text())
        self.assertIn("bob put you out: spam", desk.text())
        self.assertIn("you are not in this room; /join enters it again", desk.rows()[0])
        desk.welcome()
        self.assertEqual(self.said(), [])

    def test_ban_for_a_time_with_a_reason(self) -> None:
        self.desk.line("/ban bob for 2h too loud")
        asked = self.wire.answer(messages.Ban)
        self.assertEqual((asked.nick, asked.seconds, asked.reason), ("bob", 2 * HOUR, "too loud"))
        self.assertEqual(self.last(), "bob stays out for 2 h; /bans lists all")
        self.desk.line("/ban eve")
        self.assertEqual(self.wire.answer(messages.Ban).seconds, 0)
        self.assertEqual(self.last(), "eve stays out until /unban; /bans lists all")

    def test_durations(self) -> None:
        for words, told in (
            ("for 90s", (90, "")),
            ("for 5 min spam", (300, "spam")),
            ("FOR 1D spam and eggs", (86_400, "spam and eggs")),
            ("for 2w", (14 * 86_400, "")),
            ("for 999999w", (2**32 - 1, "")),
            ("for 2hours", (0, "for 2hours")),
            ("for being rude", (0, "for being rude")),
            ("", (0, "")),
        ):
            self.assertEqual(duration(words), told, words)

    def test_bans_are_listed_and_lifted(self) -> None:
        desk, wire = self.desk, self.wire
        for line in ("/bans", "/ban"):
            desk.line(line)
            rows = [
                messages.BanRow("eve", "bob", "spam", NOON, 0),
                messages.BanRow("~mallory", "bob", "", NOON, NOON + HOUR * 1000),
            ]
            wire.answer(messages.Bans, messages.BanPage(rows[:1], True))
            asked = wire.answer(messages.Bans, messages.BanPage(rows[1:], False))
            self.assertEqual((asked.room, asked.after), ("lobby", "eve"))
            self.assertIn("eve  spam", desk.text())
            self.assertIn("by bob, 2024-11-21 14:02, until 2024-11-21 15:02", desk.text())
            desk.type("mall")
            desk.press("enter", "enter")
            self.assertEqual(wire.answer(messages.Unban).target, "~mallory")
            self.assertEqual(self.last(), "~mallory may come in again")

    def test_no_bans(self) -> None:
        self.desk.line("/bans")
        self.wire.answer(messages.Bans, messages.BanPage([], False))
        self.assertEqual(self.last(), "nobody is banned from #lobby")


class HelpingTests(AtDesk):
    def test_invite_here_and_elsewhere(self) -> None:
        self.desk.line("/invite carol")
        self.assertEqual(self.wire.answer(messages.Invite).room, "lobby")
        self.assertEqual(self.last(), "carol is invited to #lobby")
        self.desk.line("/invite carol #ops")
        self.assertEqual(self.last(), "you are not in #ops")
        self.desk.line("/invite #ops")
        self.assertEqual(self.last(), "type /invite nick [#room]")

    def test_being_invited(self) -> None:
        self.desk.screen.start()
        self.desk.listener.received(messages.Invited("ops", "bob"))
        self.assertIn("bob invites you to #ops; /join #ops enters it", self.desk.text())
        self.assertIn("1:chat.example.org @1", self.desk.rows()[-2])
        self.assertIn("chat.example.org: bob invites you", self.desk.terminal.written)

    def test_moderators(self) -> None:
        self.desk.line("/mod bob")
        asked = self.wire.answer(messages.SetStanding)
        self.assertEqual((asked.nick, asked.standing), ("bob", Standing.MODERATOR))
        event = messages.StandingChanged("lobby", "bob", Standing.MODERATOR, "alice")
        self.desk.listener.received(event)
        self.assertEqual(self.last(), "you made bob a moderator of this room")
        self.desk.line("/mod bob")
        self.wire.answer(messages.SetStanding)
        self.assertEqual(self.last(), "bob is that already")
        self.desk.line("/names")
        rows = [
            messages.UserRow("alice", "", standing=2),
            messages.UserRow("bob", "away", standing=1),
        ]
        self.wire.answer(messages.Users, messages.UserPage(rows, 2, False))
        self.assertEqual(self.last(), "in #lobby: 2: @alice, +bob (away: away)")
        self.desk.line("/unmod bob")
        self.assertEqual(self.wire.answer(messages.SetStanding).standing, Standing.MEMBER)
        self.desk.line("/mod bob carol")
        self.assertEqual(self.last(), "type /mod nick")

    def test_a_new_owner_only_when_one_is_sure(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/owner bob")
        self.assertIn("bob becomes the owner of #lobby in your place", " ".join(desk.rows()))
        desk.press("esc")
        self.assertEqual(self.said(), [])
        desk.line("/owner bob")
        desk.press("enter")
        self.assertEqual(wire.answer(messages.SetStanding).standing, Standing.OWNER)
        for nick, standing in (("alice", Standing.MODERATOR), ("bob", Standing.OWNER)):
            desk.listener.received(messages.StandingChanged("lobby", nick, standing, "alice"))
        desk.line("/room")
        self.assertEqual(self.last(), "#lobby: open to everyone; you are a moderator")


class RulesTests(AtDesk):
    def test_set_and_show(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/room level=2 private locked")
        self.assertEqual(wire.answer(messages.SetRoom), messages.SetRoom(3, "lobby", 2, True, True))
        desk.listener.received(messages.RoomChanged("lobby", "alice", 2, True, True))
        self.assertIn("you changed the room: entering takes level 2, private", self.last())
        self.assertTrue(desk.rows()[0].endswith("level 2 · private · topic locked"))
        desk.line("/room public")
        asked = wire.answer(messages.SetRoom)
        self.assertEqual((asked.level, asked.private, asked.locked), (None, False, None))
        for line in ("/room", "/room level=2 private", "/lock"):
            desk.line(line)
            if line != "/room":
                wire.answer(messages.SetRoom)
            told = "#lobby: level 2, private, topic locked; you are a member"
            self.assertEqual(self.last(), told)
            desk.line("/clear")

    def test_how_long_messages_are_kept(self) -> None:
        desk, wire = self.desk, self.wire
        for line, seconds in (
            ("/set retention 7d", 604_800),
            ("/set retention 90s", 90),
            ("/set retention off", 0),
            ("/room retention=12h", 43_200),
        ):
            desk.line(line)
            asked = wire.answer(messages.SetRoom)
            self.assertEqual((asked.room, asked.retention, asked.level), ("lobby", seconds, None))
        desk.listener.received(messages.RoomChanged("lobby", "bob", 0, False, False, 604_800))
        self.assertEqual(
            self.last(), "bob changed the room: the server keeps what is said for 7 days"
        )
        self.assertTrue(desk.rows()[0].endswith("kept for 7 days"))
        desk.line("/set retention")
        self.assertEqual(self.last(), "#lobby: the server keeps what is said for 7 days")

    def test_what_is_no_time(self) -> None:
        told = "a time is a number and s, m, h, d or w: 90s, 12h, 7d, or off"
        for line in ("/set retention forever", "/set retention 7", "/room retention="):
            self.desk.line(line)
            self.assertEqual(self.last(), told)
        self.desk.press("meta 1")
        self.desk.line("/set retention 7d")
        self.assertEqual(self.last(), "this works in rooms; go to one first")
        self.assertEqual(self.said(), [])

    def test_who_enters_is_told(self) -> None:
        self.desk.line("/join #ops")
        self.wire.answer(messages.Join, messages.Joined("ops", "", 2, retention=3_600))
        self.assertEqual(self.last(), "here the server keeps what is said for 1 hour")

    def test_the_topics_lock(self) -> None:
        self.desk.line("/lock")
        self.assertIs(self.wire.answer(messages.SetRoom).locked, True)
        self.desk.line("/unlock")
        self.assertIs(self.wire.answer(messages.SetRoom).locked, False)
        self.desk.line("/topic lock")
        self.assertEqual(self.wire.answer(messages.Topic).topic, "lock")

    def test_what_no_room_can_be(self) -> None:
        for line, told in (
            ("/room privte", "a room cannot be privte; did you mean private?"),
            ("/room level=ten", "a level is a number from 0 to 9"),
            ("/room level=10", "a level is a number from 0 to 9"),
            ("/room xyz", "a room cannot be xyz"),
        ):
            self.desk.line(line)
            self.assertEqual(self.last(), told)
        self.desk.press("meta 1")
        self.desk.line("/room")
        self.assertEqual(self.last(), "this works in rooms; go to one first")
        self.assertEqual(self.said(), [])

    def test_a_room_made_with_rules(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/join #ops level=2 private")
        asked = wire.answer(messages.Join, messages.Joined("ops", "", 1, True, 2, True))
        self.assertEqual((asked.level, asked.private, asked.password), (2, True, ""))
        self.assertEqual(self.last(), "you made this room, level 2, private")
        desk.members("alice")
        desk.line("/join #safe -p level=1")
        desk.line("sesame")
        asked = wire.answer(messages.Join, messages.Joined("safe", "", 1, True, 1))
        self.assertEqual((asked.level, asked.password), (1, "sesame"))
        self.assertEqual(self.last(), "you made this room, level 1, with a password")

    def test_wrong_rules_are_no_password(self) -> None:
        self.desk.line("/join #ops level=high")
        self.assertEqual(self.last(), "a level is a number from 0 to 9")
        self.assertEqual(self.desk.screen.input.editor.text, "")
        self.desk.press("up")
        self.assertEqual(self.desk.screen.input.editor.text, "/join #ops level=high")

    def test_a_room_is_made_again_as_it_was(self) -> None:
        desk, wire = self.desk, self.wire
        desk.listener.received(messages.RoomChanged("lobby", "bob", 1, True, False))
        desk.welcome()
        asked = wire.answer(messages.Join, messages.Joined("lobby", "", 1, True, 1, True))
        self.assertEqual((asked.level, asked.private), (1, True))
        desk.members("alice")
        desk.welcome()
        wire.refuse(messages.Join, Code.SETTING_INVALID)
        asked = wire.answer(messages.Join, messages.Joined("lobby", "", 1))
        self.assertEqual((asked.level, asked.private), (0, False))

    def test_lists_show_rules(self) -> None:
        self.desk.line("/list")
        rows = [messages.RoomRow("ops", 3, True, "hush", 2, True)]
        self.wire.answer(messages.Rooms, messages.RoomPage(rows, 1, False))
        self.assertIn("level 2  private  password  3", self.desk.text())


class ElsewhereTests(AtDesk):
    def test_a_room_entered_on_another_device(self) -> None:
        desk, wire = self.desk, self.wire
        desk.listener.received(messages.Entered("ops", "alice"))
        lobby, ops = messages.Joined("lobby", "hello", 2), messages.Joined("ops", "hush", 2)
        wire.answer(messages.Mine, messages.JoinedPage([lobby], True))
        wire.answer(messages.Mine, messages.JoinedPage([ops], False))
        self.assertEqual(self.said()[0].room, "ops")  # type: ignore[attr-defined]
        desk.members("alice", "bob")
        self.assertEqual(self.said(), [])
        room = desk.model.roster.find(Kind.ROOM, "ops")
        assert room is not None
        self.assertEqual((room.topic, len(room.members)), ("hush", 2))

    def test_rooms_that_did_not_fit_into_the_welcome(self) -> None:
        desk = self.desk
        desk.welcome(messages.Joined("lobby", "hello", 2), more=True)
        ops = messages.Joined("ops", "hush", 1)
        self.wire.answer(messages.Mine, messages.JoinedPage([ops], False))
        room = desk.model.roster.find(Kind.ROOM, "ops")
        assert room is not None
        self.assertTrue(room.present)
