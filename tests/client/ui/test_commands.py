"""Commands: what goes out, and what comes of the answers."""

from __future__ import annotations

from chatd.errors import Code
from chatd.wire import messages
from client.model.blocking import NOT_LISTED
from client.model.conversation import Kind
from client.model.uplink import Online, Waiting

from .at_desk import AtDesk
from .lasting_desk import LastingDesk
from .scripted import NOON


class RoomTests(AtDesk):
    def test_join_topic_leave_close(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/join #red")
        wire.answer(messages.Join, messages.Joined("red", "colours", 2))
        desk.members("alice", "carol")
        self.assertEqual(desk.model.roster.current.title, "#red")
        desk.line("/topic all of them")
        self.assertEqual(wire.answer(messages.Topic).topic, "all of them")
        self.assertIn("#red  all of them", desk.rows()[0])
        desk.line("/leave")
        self.assertEqual(wire.answer(messages.Leave).room, "red")
        self.assertIn("you are not in this room", desk.rows()[0])
        desk.line("hello?")
        self.assertIn("/join #red enters it again", self.last())
        desk.press("ctrl c")
        desk.line("/close")
        self.assertIsNone(desk.model.roster.find(Kind.ROOM, "red"))
        self.assertEqual(wire.pending(), [])

    def test_a_room_entered_late_takes_no_line_away_from_under_the_fingers(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/join #red")
        desk.type("/join #bl")
        wire.answer(messages.Join, messages.Joined("red", "colours", 2))
        self.assertEqual(self.last(), "you are in #red, number 3")
        desk.line("ue")
        self.assertEqual(wire.answer(messages.Join, messages.Joined("blue", "", 1)).room, "blue")
        self.assertEqual(desk.model.roster.current.title, "#blue")

    def test_without_a_connection_no_room_is_left(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("/leave")
        self.wire.refuse(messages.Leave, Code.CONNECTION_LOST)
        self.assertTrue(self.desk.model.roster.current.present)

    def test_closing_a_room_leaves_it(self) -> None:
        self.desk.line("/close")
        self.assertEqual(self.wire.answer(messages.Leave).room, "lobby")

    def test_a_locked_room_asks_for_its_password(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/join #vault")
        wire.refuse(messages.Join, Code.WRONG_PASSWORD, "this room asks for a password")
        self.assertIn("this room asks for a password", desk.text())
        desk.line("sesame")
        self.assertNotIn("sesame", desk.text())
        self.assertEqual(
            wire.answer(messages.Join, messages.Joined("vault", "", 1)).password, "sesame"
        )
        desk.press("up")
        self.assertEqual(desk.screen.input.editor.text, "/join #vault")

    def test_a_password_in_the_line_is_never_remembered_or_sent(self) -> None:
        for line in ("/join #vault sesame", "/jion #vault sesame"):
            self.desk.line(line)
            self.desk.press("esc", "esc", "up")
            self.assertEqual(self.desk.screen.input.editor.text, "")
        self.assertEqual(self.wire.pending(), [])

    def test_rooms_are_entered_again_with_their_passwords(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/join #vault -p")
        desk.line("sesame")
        wire.answer(messages.Join, messages.Joined("vault", "", 1, True))
        desk.members("alice")
        desk.listener.connection_changed(Waiting(1.0, "gone"))
        desk.welcome(messages.Joined("lobby", "hello", 2))
        self.assertEqual(
            wire.answer(messages.Join, messages.Joined("vault", "", 1)).password, "sesame"
        )

    def test_a_room_that_cannot_be_entered_again(self) -> None:
        desk = self.desk
        desk.line("/join #red")
        self.wire.answer(messages.Join, messages.Joined("red", "", 1))
        desk.members("alice")
        desk.welcome(messages.Joined("lobby", "hello", 2))
        self.wire.refuse(messages.Join, Code.WRONG_PASSWORD, "this room asks for a password")
        room = desk.model.roster.find(Kind.ROOM, "red")
        assert room is not None
        self.assertFalse(room.present)
        self.assertIsNone(desk.screen.stage.dialog)

    def test_all_rooms_to_choose_from(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/list")
        rows = [
            messages.RoomRow("lobby", 2, False, "hello"),
            messages.RoomRow("vault", 1, True, ""),
        ]
        wire.answer(messages.Rooms, messages.RoomPage(rows[:1], 2, True))
        wire.answer(messages.Rooms, messages.RoomPage(rows[1:], 2, False))
        self.assertIn("password  1", desk.text())
        desk.type("vau")
        desk.press("enter")
        self.assertEqual(wire.pending(), [messages.Join(5, "vault", "")])

    def test_a_member_list_in_pages(self) -> None:
        self.desk.line("/names")
        users = [messages.UserRow("alice", ""), messages.UserRow("bob", "lunch")]
        self.wire.answer(messages.Users, messages.UserPage(users[:1], 2, True))
        request = self.wire.answer(messages.Users, messages.UserPage(users[1:], 2, False))
        self.assertEqual(request.after, "alice")
        self.assertEqual(self.last(), "in #lobby: 2: alice, bob (away: lunch)")

    def test_members_who_are_not_here(self) -> None:
        self.desk.line("/names")
        rows = [
            messages.UserRow("alice", "", True),
            messages.UserRow("bob", "", True, standing=1, online=False, seen=NOON - 7_200_000),
            messages.UserRow("carol", "", True, online=False, seen=NOON - 200 * 86_400_000),
            messages.UserRow("dave", "", True, online=False),
        ]
        self.wire.answer(messages.Users, messages.UserPage(rows, 4, False))
        timeline = self.desk.model.roster.current.timeline
        shown = [timeline[timeline.end - at].text for at in (2, 1)]
        self.assertEqual(
            shown,
            [
                "in #lobby: 1: alice",
                "not here now: 3: +bob (last seen 12:02), carol (last seen 5 May 14:02), dave",
            ],
        )


class PeopleTests(AtDesk):
    def test_who_is_offline(self) -> None:
        desk = self.desk
        desk.listener.received(messages.DirectSaid("bob", "alice", "psst", 0, 2, NOON))
        desk.press("meta 3")
        self.assertIn("between you and bob", desk.rows()[0])
        for presence, text, seen, about, title in (
            ("away", "lunch", 0, "bob, away: lunch", "3 bob "),
            ("offline", "", NOON, "bob, who is offline, last seen 14:02", "3 (bob) "),
            ("offline", "", 0, "bob, who is offline ", "3 (bob) "),
            ("online", "", 0, "bob   ", "3 bob "),
        ):
            desk.listener.received(messages.PresenceChanged("bob", presence, text, seen))
            self.assertIn(f"between you and {about}", desk.rows()[0] + " " * 9)
            self.assertIn(title, desk.rows()[3])
        desk.line("/whois bob")
        wire = messages.Person(
            "bob", "account", "", "", 0, 0, [], "", 1, "member", b"", False, NOON - 60_000
        )
        self.wire.answer(messages.Whois, wire)
        self.assertEqual(
            self.last(), "bob has an account (level 1, member), not here now, last seen 14:01"
        )
        self.assertIn("last seen 14:01", desk.rows()[0])

    def test_whether_others_learn_when_one_was_here(self) -> None:
        for word, hidden, told in (
            ("hide", True, "nobody learns when you were last here"),
            ("show", False, "those who talk with you learn when you were last here"),
        ):
            self.desk.line(f"/lastseen {word}")
            self.assertIs(self.wire.answer(messages.HideSeen).hidden, hidden)
            self.assertEqual(self.last(), told)
        self.desk.line("/lastseen")
        self.assertEqual(self.last(), "type /lastseen hide|show")

    def test_nick_away_whois_online(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/nick ally")
        wire.answer(messages.Nick, messages.Renamed("ally"))
        self.assertTrue(desk.rows()[-1].startswith("ally›"))
        desk.line("/away lunch")
        wire.answer(messages.Away)
        self.assertIn("away", desk.rows()[-2])
        desk.line("/back")
        wire.answer(messages.Away)
        self.assertNotIn("away", desk.rows()[-2])
        desk.line("/whois bob")
        wire.answer(
            messages.Whois, messages.Person("bob", "guest", "native", "", NOON, 130, ["lobby"])
        )
        self.assertIn("bob is a guest, by native", self.last())
        self.assertIn("quiet for 2 min; with you in #lobby", self.last())
        desk.line("/online")
        desk.members("ally", "bob")
        timeline = desk.model.roster.current.timeline
        shown = [timeline[timeline.end - at].text for at in (2, 1)]
        self.assertEqual(shown, ["online 2: ally, bob", NOT_LISTED])

    def test_refusals_are_shown(self) -> None:
        self.desk.line("/nick bob")
        self.wire.refuse(messages.Nick, Code.NICK_TAKEN, "the nick bob is taken")
        self.assertEqual(self.last(), "the nick bob is taken")

    def test_block(self) -> None:
        """What the server has done holds at once; what it refused does not."""
        desk, wire = self.desk, self.wire
        desk.line("/block bob")
        self.assertFalse(desk.model.has_blocked("bob"))
        self.assertEqual(wire.answer(messages.Block).nick, "bob")
        self.assertIn("bob is blocked: ", self.last())
        desk.says("lobby", "Bob", "you there?", 1)
        self.assertNotIn("you there?", desk.text())
        desk.type("/unblock B")
        desk.press("tab", "enter")
        self.assertEqual(wire.answer(messages.Unblock).nick, "bob")
        self.assertEqual(self.last(), "bob is not blocked any more")
        desk.line("/block eve")
        wire.refuse(messages.Block, Code.NO_SUCH_NICK, "nobody here is called eve")
        self.assertFalse(desk.model.has_blocked("eve"))

    def test_whom_one_has_blocked(self) -> None:
        rows = [messages.BlockRow("bob", True), messages.BlockRow("eve", False)]
        self.desk.line("/block")
        self.wire.answer(messages.Blocks, messages.BlockPage(rows[:1], True))
        self.assertEqual(
            self.wire.answer(messages.Blocks, messages.BlockPage(rows[1:], False)).after, "bob"
        )
        self.assertEqual(self.last(), "you have blocked: bob, eve (while here)")
        self.desk.line("/block")
        self.wire.answer(messages.Blocks, messages.BlockPage([], False))
        self.assertEqual(self.last(), "you have blocked: nobody")
        self.assertFalse(self.desk.model.has_blocked("bob"))

    def test_block_takes_one_nick(self) -> None:
        for line in ("/block bob and eve", "/unblock", "/unblock bob and eve"):
            self.desk.line(line)
            self.assertIn("type /", self.last())
        self.assertEqual(self.said(), [])

    def test_ignore_mute_highlight(self) -> None:
        desk = self.desk
        desk.line("/ignore bob")
        desk.says("lobby", "bob", "you there?", 1)
        self.assertNotIn("you there?", desk.text())
        desk.line("/unignore BOB")
        desk.says("lobby", "bob", "and now?", 2)
        self.assertIn("and now?", desk.text())
        desk.line("/mute")
        self.assertIn("muted", desk.rows()[-2])
        desk.line("/unmute #lobby")
        desk.line("/highlight coffee")
        desk.press("meta 1")
        desk.says("lobby", "bob", "coffee?", 3)
        self.assertIn("2:#lobby @1", desk.rows()[-2])


class CommandTests(AtDesk):
    def test_unknown_ones_suggest_the_nearest(self) -> None:
        self.desk.line("/jion #red")
        self.assertIn("did you mean /join?", self.last())
        self.desk.line("/xyzzy")
        self.assertIn("/help lists all", self.last())

    def test_too_little_after_a_command(self) -> None:
        for line, usage in (
            ("/msg bob", "/msg nick|#room text"),
            ("/join", "/join #room [options]"),
            ("/me", "/me text"),
            ("/nick", "/nick name"),
        ):
            self.desk.line(line)
            self.assertEqual(self.last(), f"type {usage}")

    def test_settings(self) -> None:
        desk = self.desk
        desk.line("/set mouse off")
        self.assertFalse(desk.terminal.mouse)
        desk.press("meta m")
        self.assertTrue(desk.terminal.mouse)
        desk.line("/theme light")
        self.assertEqual(desk.screen.settings["theme"], "light")
        desk.line("/set theme pink")
        self.assertIn("high-contrast", self.last())
        desk.line("/set nothing")
        self.assertIn("there is no setting", self.last())
        desk.line("/set")
        desk.type("typing")
        desk.press("enter", "down", "enter")
        self.assertEqual(desk.screen.settings["typing"], "off")

    def test_other_keys(self) -> None:
        desk = self.desk
        desk.line("/set key.help F2")
        desk.press("f1")
        self.assertIsNone(desk.screen.stage.dialog)
        desk.press("f2")
        self.assertIsNotNone(desk.screen.stage.dialog)

    def test_keys_that_would_lock_the_user_out_are_refused(self) -> None:
        for wrong in ("a", "é", "Foo+x", "Alt+", "nonsense", "+"):
            self.desk.line(f"/set key.send {wrong}")
            self.assertIn(f"{wrong} cannot be a key here", self.last())
        self.desk.line("/set key.jump Ctrl+m")
        self.assertIn("Ctrl+m sends; give key.send another key first", self.last())
        self.desk.line("/set key.jump x")
        self.desk.type("xx")
        self.assertEqual(self.desk.screen.input.editor.text, "xx")

    def test_reconnect(self) -> None:
        self.desk.line("/reconnect")
        self.assertEqual(self.wire.reconnects, 1)

    def test_help_types_the_chosen_command(self) -> None:
        self.desk.press("?")
        self.desk.type("what is known")
        self.desk.press("enter")
        self.assertEqual(self.desk.screen.input.editor.text, "/whois ")

    def test_clear(self) -> None:
        self.desk.says("lobby", "bob", "hello", 1)
        self.desk.line("/clear")
        self.assertNotIn("hello", "\n".join(self.desk.rows()[1:]))


class LastingRoomTests(LastingDesk):
    def test_without_a_connection_it_is_not_closed(self) -> None:
        """One would be in it still."""
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.refused("/close", "closing a room is leaving it, which takes a connection")
        self.assertIsNotNone(self.desk.model.roster.find(Kind.ROOM, "lobby"))
        self.desk.listener.connection_changed(Online())
        self.desk.line("/close")
        self.assertEqual(self.wire.answer(messages.Leave).room, "lobby")


class HintTests(AtDesk):
    def hint(self, text: str) -> str:
        self.desk.screen.input.editor.set(text)
        return self.desk.rows()[-2]

    def test_the_status_line_says_how_a_command_goes_on(self) -> None:
        self.assertIn("Tab · /mod · /msg · /me · /mute", self.hint("/m"))
        self.assertIn("/me text · do something", self.hint("/me"))
        self.assertIn("/join #room [options]", self.hint("/jo"))
        self.assertIn("/msg nick|#room text", self.hint("/message bob hi"))
        for text in ("//usr/bin", "/xyzzy", "/m x", "hello"):
            self.assertIn("2:#lobby", self.hint(text))
