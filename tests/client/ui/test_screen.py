"""What a person does at the screen, and what goes over the wire for it."""

from __future__ import annotations

import io
import sys

from twisted.trial.unittest import TestCase

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery
from client.model.settings import Settings
from client.model.uplink import Online, Stopped, Waiting

from .scripted import NOON, Desk


class Base(TestCase):
    def setUp(self) -> None:
        self.desk = Desk()
        self.desk.welcome(messages.Joined("lobby", "hello", 2))
        self.desk.members("alice", "bob")
        self.wire = self.desk.wire

    def last(self) -> str:
        """The last words of the conversation looked at."""
        timeline = self.desk.model.roster.current.timeline
        return timeline[timeline.end - 1].text

    def said(self) -> list[messages.Request]:
        """What was asked and not answered, but for who is typing."""
        return [one for one in self.wire.pending() if not isinstance(one, messages.Typing)]

    def deliveries(self) -> list[Delivery | None]:
        timeline = self.desk.model.roster.current.timeline
        return [e.delivery for _, e in timeline.backwards() if e.own][::-1]


class TalkingTests(Base):
    def test_a_room_message(self) -> None:
        self.desk.line("hi all")
        self.assertEqual(self.said(), [messages.Say(3, "lobby", "hi all", 0)])
        self.assertEqual(self.deliveries(), [Delivery.WAITING])
        self.wire.answer(messages.Say, messages.Accepted(5, NOON))
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED])
        self.assertEqual(self.desk.screen.input.editor.text, "")

    def test_two_slashes_say_one(self) -> None:
        self.desk.line("//usr/bin")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(5, 1)).text, "/usr/bin")

    def test_order_is_kept_and_one_is_in_flight(self) -> None:
        for text in "abc":
            self.desk.line(text)
        self.assertEqual(len(self.said()), 1)
        said = [
            self.wire.answer(messages.Say, messages.Accepted(number, 1)).text for number in range(3)
        ]
        self.assertEqual(said, ["a", "b", "c"])

    def test_too_many_messages_are_sent_again_by_themselves(self) -> None:
        self.desk.line("a")
        self.desk.line("b")
        self.wire.refuse(messages.Say, Code.TOO_MANY_MESSAGES, wait=2.0)
        self.assertEqual(self.said(), [])
        self.assertEqual(self.deliveries(), [Delivery.WAITING, Delivery.WAITING])
        self.desk.reactor.advance(2.0)
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).text, "a")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(2, 1)).text, "b")

    def test_a_refused_message_says_why_and_is_sent_again_on_request(self) -> None:
        self.desk.line("/msg zoe hello")
        self.wire.refuse(messages.Direct, Code.NO_SUCH_NICK, "nobody here is called zoe")
        self.assertIn("✗ not sent: nobody here is called zoe", self.desk.text())
        self.desk.line("/retry")
        self.assertEqual(self.deliveries(), [Delivery.WAITING])
        self.wire.answer(messages.Direct, messages.Accepted(1, NOON))
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED])

    def test_what_is_said_without_a_connection_waits_for_one(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("later")
        self.assertEqual(self.wire.pending(), [])
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True)
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).text, "later")

    def test_a_loss_before_the_answer_is_told_as_it_is(self) -> None:
        self.desk.line("hi")
        self.wire.lose()
        self.assertIn("may not have arrived", self.desk.text())

    def test_nobody_hears_in_the_servers_conversation(self) -> None:
        self.desk.press("meta 1")
        self.desk.line("hello?")
        self.assertIn("/join #room", self.last())
        self.assertEqual(self.desk.screen.input.editor.text, "hello?")
        self.assertEqual(self.wire.pending(), [])

    def test_too_long_a_message_stays_in_the_input(self) -> None:
        self.desk.screen.paste("ü" * 9000)
        self.desk.press("enter")
        self.assertIn("18000 bytes", self.last())
        self.assertEqual(len(self.desk.screen.input.editor.text), 9000)

    def test_actions_broadcasts_and_queries(self) -> None:
        self.desk.line("/me waves")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).style, 1)
        self.desk.line("/broadcast fire")
        self.assertEqual(self.wire.answer(messages.Broadcast, messages.Accepted(2, 1)).text, "fire")
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED] * 2)
        self.desk.line("/query bob psst")
        self.assertEqual(self.wire.answer(messages.Direct, messages.Accepted(3, 1)).to, "bob")
        self.assertEqual(self.desk.model.roster.current.name, "bob")

    def test_a_person_who_was_renamed_still_gets_what_waits(self) -> None:
        self.desk.line("/msg bob one")
        self.desk.line("two")
        self.desk.listener.received(messages.NickChanged("bob", "robert"))
        self.wire.answer(messages.Direct, messages.Accepted(1, 1))
        self.assertEqual(self.wire.answer(messages.Direct, messages.Accepted(2, 1)).to, "robert")


class RoomTests(Base):
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
        self.assertEqual(wire.pending(), [messages.Join(4, "vault", "")])

    def test_a_member_list_in_pages(self) -> None:
        self.desk.line("/names")
        users = [messages.UserRow("alice", ""), messages.UserRow("bob", "lunch")]
        self.wire.answer(messages.Users, messages.UserPage(users[:1], 2, True))
        request = self.wire.answer(messages.Users, messages.UserPage(users[1:], 2, False))
        self.assertEqual(request.after, "alice")
        self.assertEqual(self.last(), "in #lobby: 2: alice, bob (away: lunch)")


class PeopleTests(Base):
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
        self.assertEqual(self.last(), "online 2: ally, bob")

    def test_refusals_are_shown(self) -> None:
        self.desk.line("/nick bob")
        self.wire.refuse(messages.Nick, Code.NICK_TAKEN, "the nick bob is taken")
        self.assertEqual(self.last(), "the nick bob is taken")

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


class CommandTests(Base):
    def test_unknown_ones_suggest_the_nearest(self) -> None:
        self.desk.line("/jion #red")
        self.assertIn("did you mean /join?", self.last())
        self.desk.line("/xyzzy")
        self.assertIn("F1 lists all", self.last())

    def test_too_little_after_a_command(self) -> None:
        for line, usage in (
            ("/msg bob", "/msg nick|#room text"),
            ("/join", "/join #room [-p]"),
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


class LookingTests(Base):
    def test_drafts_wait_in_their_conversations(self) -> None:
        desk = self.desk
        desk.type("half a")
        desk.press("ctrl n")
        self.assertEqual(desk.screen.input.editor.text, "")
        desk.press("meta /")
        self.assertEqual(desk.screen.input.editor.text, "half a")

    def test_the_mouse(self) -> None:
        desk = self.desk
        self.assertTrue(desk.click(3, 1))
        self.assertEqual(desk.model.roster.current.kind, Kind.SERVER)
        desk.press("meta 2")
        for number in range(50):
            desk.says("lobby", "bob", f"message {number}", number)
        desk.rows()
        desk.click(40, 10, button=4)
        self.assertIn("more ↓3", desk.text())
        desk.click(40, 10, button=5)
        self.assertNotIn("more", desk.text())

    def test_a_click_on_a_member_opens_a_conversation(self) -> None:
        desk = Desk(120, 40)
        desk.welcome(messages.Joined("lobby", "", 2))
        desk.members("alice", "bob")
        desk.rows()
        desk.click(105, 3)
        self.assertEqual(desk.model.roster.current.title, "bob")

    def test_panes_come_and_go(self) -> None:
        desk = self.desk
        desk.press("f8")
        self.assertIn("2 members", desk.rows()[1])
        desk.press("f8", "f7")
        self.assertNotIn("chat.exam", desk.text())

    def test_search_goes_to_what_was_found(self) -> None:
        desk = self.desk
        for number in range(100):
            desk.says("lobby", "bob", f"message {number}", number)
        desk.press("meta 1", "ctrl r")
        desk.type("MESSAGE 42")
        desk.press("enter")
        self.assertEqual(desk.model.roster.current.title, "#lobby")
        self.assertIn("┃ message 42", desk.text())

    def test_mentions_there_and_back(self) -> None:
        desk = self.desk
        for number in range(90):
            desk.says("lobby", "bob", f"{number} alice" if number % 30 == 0 else "x", number)
        desk.press("meta p", "meta p")
        self.assertIn("┃ 30 alice", desk.text())
        desk.press("meta n")
        self.assertIn("┃ 60 alice", desk.text())

    def test_history_and_rows_of_the_input(self) -> None:
        desk = self.desk
        desk.line("one")
        desk.type("two")
        desk.press("meta enter")
        desk.type("rows")
        desk.press("up")
        self.assertEqual(desk.screen.input.editor.text, "two\nrows")
        desk.press("up")
        self.assertEqual(desk.screen.input.editor.text, "one")
        desk.press("down")
        self.assertEqual(desk.screen.input.editor.text, "two\nrows")

    def test_an_unfocused_terminal_counts_what_comes(self) -> None:
        desk = self.desk
        desk.press("focus out")
        desk.says("lobby", "bob", "hello", 1)
        self.assertIn(" 1", desk.rows()[2])
        self.assertIn("new", desk.text())
        desk.press("focus in")
        self.assertEqual(desk.model.roster.current.unread, 0)


class PastingTests(Base):
    def paste(self, *keys: str) -> None:
        self.desk.screen._take_input(["begin paste", *keys, "end paste"], [])

    def test_few_lines_go_in_at_once(self) -> None:
        self.paste("a", "enter", "b")
        self.assertEqual(self.desk.screen.input.editor.text, "a\nb")
        self.assertEqual(self.said(), [])

    def test_many_lines_ask_first(self) -> None:
        self.paste("a", "enter", "b", "enter", "c", "enter", "d")
        self.assertIn("Put 4 lines into the input?", self.desk.text())
        self.desk.press("esc")
        self.assertEqual(self.desk.screen.input.editor.text, "")
        self.paste("a", "enter", "b", "enter", "c", "enter", "d")
        self.desk.press("enter")
        self.assertEqual(self.desk.screen.input.editor.text, "a\nb\nc\nd")


class TypingTests(Base):
    def notices(self) -> list[bool]:
        return [one.active for one in self.wire.pending() if isinstance(one, messages.Typing)]

    def test_at_most_every_three_seconds(self) -> None:
        self.desk.type("hello")
        self.assertEqual(self.notices(), [True])
        self.desk.reactor.advance(3)
        self.desk.type("!")
        self.assertEqual(self.notices(), [True, True])

    def test_an_emptied_input_takes_it_back(self) -> None:
        self.desk.type("hello")
        self.desk.press("ctrl u")
        self.assertEqual(self.notices(), [True, False])

    def test_the_message_itself_ends_it(self) -> None:
        self.desk.line("hello")
        self.assertEqual(self.notices(), [True])

    def test_commands_are_nobodys_business(self) -> None:
        self.desk.type("/join #x")
        self.assertEqual(self.notices(), [])

    def test_can_be_switched_off(self) -> None:
        self.desk.screen.settings.set("typing", "off")
        self.desk.type("hello")
        self.assertEqual(self.notices(), [])

    def test_others_are_shown_until_they_stop(self) -> None:
        self.desk.listener.received(messages.TypingShown("bob", "lobby", True))
        self.assertIn("bob is typing", self.desk.rows()[-2])
        self.desk.reactor.advance(8)
        self.assertNotIn("typing", self.desk.rows()[-2])


class ConnectionTests(Base):
    def test_the_seconds_until_the_next_attempt_are_counted(self) -> None:
        self.desk.listener.connection_changed(Waiting(9.0, "gone"))
        self.assertIn("reconnecting in 9 s", self.desk.rows()[-2])
        self.desk.reactor.advance(4)
        self.assertIn("reconnecting in 5 s", self.desk.rows()[-2])

    def test_a_loss_is_told_once_and_not_for_each_attempt(self) -> None:
        for _ in range(3):
            self.desk.listener.connection_changed(Waiting(9.0, "gone"))
        timeline = self.desk.model.roster.current.timeline
        told = [entry for _, entry in timeline.backwards() if "trying again" in entry.text]
        self.assertEqual(len(told), 1)

    def test_missed_messages_are_a_gap(self) -> None:
        self.desk.says("lobby", "bob", "before", 1)
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True, missed=True)
        self.assertIn("┄┄ messages were missed here ┄┄", self.desk.text())

    def test_the_end_of_all_attempts(self) -> None:
        self.desk.listener.connection_changed(Stopped(ChatError(Code.REPLACED)))
        self.assertIn("offline: this session was taken over", self.desk.rows()[-2])

    def test_the_users_own_first_command_is_not_interrupted(self) -> None:
        desk = Desk()
        desk.type("/nick al")
        desk.welcome(messages.Joined("lobby", "hello", 2))
        self.assertEqual(desk.screen.input.editor.text, "/nick al")


class LifeTests(TestCase):
    def test_first_paint_before_anything_else(self) -> None:
        desk = Desk()
        desk.screen.start()
        self.assertIn("connecting…", "\n".join(desk.terminal.last_text))

    def test_many_changes_are_one_drawing_and_none_after_the_end(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.reactor.advance(0)
        before = desk.terminal.draw_count
        for number in range(100):
            desk.says("lobby", "bob", "x", number)
        desk.reactor.advance(0)
        self.assertEqual(desk.terminal.draw_count, before + 1)
        desk.says("lobby", "bob", "x", 1000)
        desk.screen.stop()
        desk.says("lobby", "bob", "x", 1001)
        desk.reactor.advance(100)
        self.assertEqual(desk.terminal.draw_count, before + 1)
        self.assertFalse(desk.terminal.started)

    def test_the_reactors_end_gives_the_terminal_back(self) -> None:
        desk = Desk()
        desk.screen.start()
        for trigger in desk.reactor.triggers:
            trigger()
        self.assertFalse(desk.terminal.started)

    def test_quitting_says_goodbye(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.listener.connection_changed(Online())
        desk.press("ctrl c", "ctrl c")
        self.assertTrue(desk.wire.logged_out)
        self.assertEqual(desk.quits, 1)
        self.assertFalse(desk.terminal.started)

    def test_quitting_without_a_connection(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.line("/quit")
        self.assertEqual((desk.wire.logged_out, desk.quits), (False, 1))

    def test_an_error_in_a_key_is_told_and_survived(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.screen.view.toggle_roster = None  # type: ignore[assignment, method-assign]
        desk.press("f7")
        self.assertEqual(len(self.flushLoggedErrors(TypeError)), 1)
        self.assertIn("something went wrong here: TypeError", desk.text())

    def test_an_error_while_drawing_gives_the_terminal_back_first(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.model.nick = None  # type: ignore[assignment]
        desk.screen.changed()
        stderr = self.patch_stderr()
        desk.reactor.advance(0)
        self.assertFalse(desk.terminal.started)
        self.assertEqual(desk.quits, 1)
        self.assertIn("Traceback", stderr.getvalue())

    def patch_stderr(self) -> io.StringIO:
        caught = io.StringIO()
        self.patch(sys, "stderr", caught)
        return caught

    def test_settings_of_before(self) -> None:
        settings = Settings()
        settings.set("mouse", "off")
        desk = Desk(settings=settings)
        desk.screen.start()
        self.assertFalse(desk.terminal.mouse)
