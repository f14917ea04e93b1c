"""The connection's ups and downs, the first paint and the end."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from twisted.trial.unittest import TestCase

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.settings import Settings
from client.model.uplink import Online, Stopped, Waiting
from client.profile import Profile

from .at_desk import AtDesk
from .scripted import Desk


class ConnectionTests(AtDesk):
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

    def test_being_back_is_told_where_the_loss_was(self) -> None:
        self.desk.listener.connection_changed(Waiting(0.4, "gone"))
        self.assertIn("gone; trying again in 1 s", self.last())
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True)
        self.assertEqual(self.last(), "connected again as alice")
        server = self.desk.model.roster.server.timeline
        self.assertEqual(server[server.end - 1].text, "connected again as alice")
        self.desk.says("lobby", "bob", "hello", 1)
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True)
        self.assertEqual(self.last(), "hello")

    def test_one_stays_away_in_a_new_session(self) -> None:
        self.desk.line("/away lunch")
        self.wire.answer(messages.Away, None)
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True)
        self.assertEqual([one for one in self.said() if isinstance(one, messages.Away)], [])
        self.desk.welcome(messages.Joined("lobby", "hello", 2))
        asked = [one for one in self.said() if isinstance(one, messages.Away)]
        self.assertEqual([one.text for one in asked], ["lunch"])
        self.wire.answer(messages.Away, None)
        self.assertEqual(self.desk.model.away, "lunch")

    def test_a_first_attempt_that_fails_is_told_too(self) -> None:
        desk = Desk()
        desk.listener.connection_changed(Waiting(2.0, "connection refused"))
        self.assertIn("connection refused; trying again in 2 s", desk.text())

    def test_another_nick_than_the_one_wished_for(self) -> None:
        desk = Desk()
        desk.model.nick = "bob"
        desk.welcome(messages.Joined("lobby", "hello", 2))
        self.assertIn("the nick bob is not free: you are alice", desk.text())

    def test_missed_messages_are_a_gap(self) -> None:
        self.desk.says("lobby", "bob", "before", 1)
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True, missed=True)
        self.assertIn("┄┄ messages were missed here ┄┄", self.desk.text())

    def test_the_end_of_all_attempts(self) -> None:
        self.desk.listener.connection_changed(Stopped(ChatError(Code.REPLACED)))
        self.assertIn("offline: this session was taken over", self.desk.rows()[-2])

    def test_a_long_reason_is_cut_and_never_hides_that_one_is_offline(self) -> None:
        desk = Desk(60, 20)
        desk.listener.connection_changed(Stopped(ChatError(Code.VAULT_COPIED)))
        self.assertRegex(desk.rows()[-2], r"offline: this vault's sign.*…$")

    def test_the_users_own_first_command_is_not_interrupted(self) -> None:
        desk = Desk()
        desk.type("/nick al")
        desk.welcome(messages.Joined("lobby", "hello", 2))
        self.assertEqual(desk.screen.input.editor.text, "/nick al")


class UnsavedTests(TestCase):
    def test_settings_that_cannot_be_kept_are_in_force_and_disturb_nothing_else(self) -> None:
        home = Path(self.mktemp())
        desk = Desk(settings=Settings(Profile(home)))
        home.write_text("no folder can be here")
        desk.welcome(messages.Joined("lobby", "hello", 2))
        desk.members("alice", "bob")
        desk.line("/ignore bob")
        self.assertIn("for this run only", desk.text())
        self.assertIn("you hear nothing of bob any more", desk.text())
        desk.listener.received(messages.NickChanged("bob", "robert"))
        self.assertIn("bob is now known as robert", desk.text())
        self.assertTrue(desk.model.ignores("robert"))
        desk.line("/theme light")
        self.assertIn("theme is light now", desk.text())


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
        desk.line("/quit")
        self.assertTrue(desk.wire.logged_out)
        self.assertEqual(desk.quits, 1)
        self.assertFalse(desk.terminal.started)

    def test_an_interruption_says_none(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.listener.connection_changed(Online())
        desk.press("ctrl c", "ctrl c")
        self.assertEqual((desk.wire.logged_out, desk.quits), (False, 1))
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
        self.assertIn("something went wrong here: 'NoneType'", desk.text())

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


class NotifyingTests(TestCase):
    def test_a_flood_rings_once_in_a_while(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.welcome(messages.Joined("lobby", "", 2), messages.Joined("red", "", 2))
        for number in range(10):
            desk.says("red", "bob", "alice!", number)
        self.assertEqual(desk.terminal.written.count("\x1b]9;bob in #red: alice!\a"), 1)
        desk.reactor.advance(2)
        desk.says("red", "bob", "alice?", 11)
        self.assertEqual(desk.terminal.written.count("\x1b]9;"), 2)

    def test_not_where_the_user_looks(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.welcome(messages.Joined("lobby", "", 2))
        desk.says("lobby", "bob", "alice!", 1)
        self.assertEqual(desk.terminal.written, "")
        desk.press("focus out")
        desk.says("lobby", "bob", "alice!", 2)
        self.assertIn("\a", desk.terminal.written)


class HangupTests(TestCase):
    def test_a_terminal_that_is_gone_ends_the_program(self) -> None:
        desk = Desk()
        desk.screen.start()
        desk.terminal.on_hangup()
        self.assertEqual(desk.quits, 1)
        self.assertFalse(desk.terminal.started)

    def test_a_terminal_that_is_gone_while_drawing(self) -> None:
        desk = Desk()
        desk.screen.start()

        def draw_screen(size: tuple[int, int], canvas: object) -> None:
            raise OSError(5, "Input/output error")

        desk.terminal.draw_screen = draw_screen  # type: ignore[method-assign]
        desk.screen.changed()
        desk.reactor.advance(0)
        self.assertEqual(desk.quits, 1)
