"""The line mode in front of a person."""

from __future__ import annotations

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.uplink import Connecting, Stopped, Waiting
from tests.client.ui.scripted import NOON

from .lines import AtLines


class TerminalTest(AtLines):
    def test_the_prompt_comes_once_connected(self) -> None:
        self.assertEqual(
            self.new(), "-- chat.example.org: /help lists the commands, Ctrl+d ends the program\n"
        )
        self.welcome()
        self.assertEqual(self.new(), "[14:02] -- connected as alice\nchat.example.org> ")

    def test_the_lobby_is_talked_in_at_once(self) -> None:
        self.welcome(messages.Joined("tea", "green or black", 2))
        self.assertIn("-- talking in #tea; topic: green or black\n#tea> ", self.new())

    def test_what_was_talked_in_last_is_named_at_the_start(self) -> None:
        """Before there is a connection; signing in goes nowhere else."""
        self.screen.stop()
        self.begin(lambda: self.screen.show(self.model.open(Kind.ROOM, "ops")))
        self.assertTrue(self.new().endswith("ends the program\n-- talking in #ops\n"))
        self.welcome(messages.Joined("lobby", "", 2), messages.Joined("ops", "", 2))
        self.assertTrue(self.new().endswith("#ops> "))

    def test_what_comes_begins_on_a_row_of_its_own(self) -> None:
        self.at_tea()
        self.says("bob", "hello", 1)
        self.assertEqual(self.new(), "\n[14:02] #tea <bob> hello\n#tea> ")

    def test_lines_of_one_turn_share_one_prompt(self) -> None:
        self.at_tea()
        self.says("bob", "one", 1)
        self.says("bob", "two", 2)
        self.assertEqual(self.new(), "\n[14:02] #tea <bob> one\n[14:02] #tea <bob> two\n#tea> ")

    def test_one_line_a_message_and_nothing_that_steers(self) -> None:
        self.at_tea()
        self.says("bob", "a\nb\x1b[2J\x07\u202e", 1)
        self.assertEqual(self.new(), "\n[14:02] #tea <bob> a␊b␛[2J␇‹202E›\n#tea> ")

    def test_what_people_do(self) -> None:
        self.at_tea()
        self.hears(messages.Entered("tea", "carol"))
        self.says("carol", "waves", 1, style=1)
        self.hears(messages.NickChanged("carol", "caro"))
        self.hears(messages.TopicChanged("tea", "caro", "milk"))
        self.hears(messages.Left("tea", "caro", True))
        self.hears(messages.BroadcastSaid("dave", "all hands", 2, NOON))
        self.assertEqual(
            self.new().splitlines()[1:-1],
            [
                "[14:02] #tea -- carol entered",
                "[14:02] #tea * carol waves",
                "[14:02] #tea -- carol is now known as caro",
                "[14:02] #tea -- caro set the topic: milk",
                "[14:02] #tea -- caro left the server",
                "[14:02] everyone <dave> all hands",
            ],
        )

    def test_what_is_typed_is_said_and_not_printed_again(self) -> None:
        self.at_tea()
        self.type("hello")
        said = self.accept()
        self.assertEqual((said.room, said.text), ("tea", "hello"))  # type: ignore[attr-defined]
        self.assertEqual(self.new(), "hello\n#tea> ")

    def test_what_one_says_elsewhere_is_printed(self) -> None:
        """By a command, or on another device: it was not typed here."""
        self.at_tea()
        self.says("alice", "from a script", 1)
        self.hears(messages.DirectSaid("alice", "bob", "psst", 0, 2, NOON))
        self.assertEqual(
            self.new(), "\n[14:02] #tea <alice> from a script\n[14:02] to bob <alice> psst\n#tea> "
        )
        self.assertEqual(self.new(), "")

    def test_what_is_refused_is_told_with_its_text(self) -> None:
        self.at_tea()
        self.type("hello")
        self.wire.refuse(messages.Say, Code.NOT_IN_ROOM, "you are not in that room")
        self.assertIn(
            "[14:02] #tea !! not sent: you are not in that room: hello "
            "(/retry sends it again, /drop gives it up)\n",
            self.new(),
        )
        self.type("/retry")
        self.accept()
        self.assertNotIn("!!", self.new())

    def test_a_direct_message_rings_and_can_be_answered(self) -> None:
        self.at_tea()
        self.hears(messages.DirectSaid("bob", "alice", "psst", 0, 7, NOON))
        self.assertEqual(self.new(), "\a\n[14:02] private <bob> psst\n#tea> ")
        self.type("/query bob yes?")
        self.wire.answer(messages.Direct, messages.Accepted(8, NOON))
        self.assertEqual(self.new(), "/query bob yes?\n-- talking in bob\nbob> ")

    def test_switching_by_number_and_name(self) -> None:
        self.at_tea()
        self.type("/query bob")
        self.type("/2")
        self.assertTrue(self.new().endswith("-- talking in #tea; topic: green or black\n#tea> "))
        for words, title in (("BOB", "bob"), ("#TEA", "#tea"), ("1", "chat.example.org")):
            self.type(f"/switch {words}")
            self.assertEqual(self.model.roster.current.title, title)
        self.hears(messages.DirectSaid("bob", "alice", "psst", 0, 7, NOON))
        self.new()
        self.type("/switch")
        self.assertIn("1 chat.example.org, here; 2 #tea; 3 bob, 1 new\n", self.new())
        self.type("/switch nobody")
        self.assertIn("!! there is no conversation nobody; /switch lists them", self.new())

    def test_a_password_is_asked_for_and_not_seen(self) -> None:
        self.at_tea()
        self.type("/join #vault")
        self.wire.refuse(messages.Join, Code.WRONG_PASSWORD, "this room asks for a password")
        self.assertTrue(
            self.new().endswith(
                "[14:02] #tea -- #vault: this room asks for a password\n"
                "#vault, password (not shown): "
            )
        )
        self.assertTrue(self.sheet.hidden)
        self.says("bob", "hi", 1)
        self.assertTrue(self.new().endswith("<bob> hi\n#vault, password (not shown): "))
        self.type("s3cret")
        self.assertFalse(self.sheet.hidden)
        joined = messages.Joined("vault", "", 2)
        asked = self.wire.answer(messages.Join, joined)
        self.assertEqual((asked.room, asked.password), ("vault", "s3cret"))
        self.assertIn("-- talking in #vault\n", self.new())
        self.assertEqual(len(self.screen.history), 1)

    def test_an_empty_password_leaves_it(self) -> None:
        self.at_tea()
        self.type("/join #vault -p", "")
        self.assertFalse(self.sheet.hidden)
        self.assertNotIn(messages.Join, [type(one) for one in self.wire.pending()])
        self.assertTrue(self.new().endswith("#vault: left out\n#tea> "))

    def test_muted_rooms_print_only_mentions(self) -> None:
        self.at_tea()
        self.type("/mute", "/1")
        self.new()
        self.says("bob", "chatter", 1)
        self.says("bob", "alice: look", 2)
        printed = self.new()
        self.assertNotIn("chatter", printed)
        self.assertIn("#tea <bob> alice: look", printed)

    def test_lists_are_printed(self) -> None:
        self.at_tea()
        self.type("/list")
        self.wire.answer(
            messages.Rooms, messages.RoomPage([messages.RoomRow("tea", 2, False, "hot")], 1, False)
        )
        self.assertIn("-- Rooms:\n   #tea  hot  2\n", self.new())
        self.says("bob", "where is the kettle", 1)
        self.type("/search kettle")
        self.assertIn("-- Search for kettle:\n   14:02  bob: where is the kettle", self.new())
        self.type("/search")
        self.assertIn("!! type /search text", self.new())

    def test_help_has_every_command_and_its_own(self) -> None:
        self.at_tea()
        self.type("/help")
        printed = self.new()
        for command in self.screen.commands:
            self.assertIn(f"   {command.usage}", printed)
        self.assertIn("/switch", printed)
        self.assertNotIn("Alt+", printed.replace("Alt+x", ""))

    def test_a_loss_is_told_once_and_the_end_is_told(self) -> None:
        self.at_tea()
        self.listener.connection_changed(Waiting(2.0, "the server hung up"))
        self.listener.connection_changed(Connecting())
        self.listener.connection_changed(Waiting(4.0, "cannot connect"))
        printed = self.new()
        self.assertIn("!! the server hung up; trying again in 2 s", printed)
        self.assertNotIn("cannot connect", printed)
        self.listener.connection_changed(Stopped(ChatError(Code.REPLACED)))
        self.assertIn("!! offline: ", self.new())

    def test_the_end_of_input_says_goodbye(self) -> None:
        self.at_tea()
        self.type("last words")
        self.end()
        self.assertEqual((self.wire.logged_out, self.quits), (False, 0))
        self.accept()
        self.assertEqual((self.wire.logged_out, self.quits), (True, 1))
        self.assertTrue(self.sheet.text.endswith("\n"))

    def test_a_terminal_that_is_gone_says_no_goodbye(self) -> None:
        self.at_tea()
        self.type("last words")
        self.sheet.gone = True
        self.end()
        self.assertEqual((self.wire.logged_out, self.quits), (False, 1))

    def test_the_end_of_input_waits_for_no_connection(self) -> None:
        self.end()
        self.assertEqual((self.wire.logged_out, self.quits), (False, 1))

    def test_stopping_gives_the_echo_back_and_ends_the_row(self) -> None:
        self.at_tea()
        self.type("/join #vault -p")
        self.reactor.advance(0)
        self.screen.stop()
        self.assertFalse(self.sheet.hidden)
        self.assertTrue(self.sheet.text.endswith("(not shown): \n"))
        self.says("bob", "too late", 1)
        self.assertNotIn("too late", self.new())

    def test_nobody_reads_any_more(self) -> None:
        self.at_tea()
        self.sheet.lost = OSError(28, "No space left on device")
        self.says("bob", "hello?", 1)
        self.assertEqual((self.quits, self.lost), (1, self.sheet.lost))
