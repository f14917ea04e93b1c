"""Whole screens at 80x24 and 120x40, compared with golden ones."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.uplink import Stopped, Waiting

from . import golden
from .scripted import NOON, Desk

SIZES = ((80, 24), (120, 40))
DAY = 86_400_000


def lively(desk: Desk) -> None:
    """A room where people talk, and others where something is unread."""
    desk.welcome(messages.Joined("lobby", "Be kind. Ask anything. https://example.org/rules", 4))
    desk.members("alice", "bob", "Carol", "günther_with_a_long_nick", away={"Carol": "lunch"})
    tell = desk.listener.received
    tell(messages.RoomSaid("lobby", "bob", "yesterday's news", 0, 1, NOON - DAY))
    desk.says("lobby", "bob", "good morning, alice: have you read https://example.org/a?b=1?", 2)
    desk.says("lobby", "günther_with_a_long_nick", "日本語も大丈夫 👍🏽 e\u0301te\u0301", 3, 30)
    desk.says("lobby", "Carol", "a line that is long enough to wrap under itself, " * 3, 4, 60)
    tell(messages.RoomSaid("lobby", "Carol", "goes to lunch", 1, 5, NOON + 90_000))
    desk.says("lobby", "bob", "red \x1b[31malert\x07 \u202egnp.exe", 6, 120)
    desk.reactor.advance(121)
    tell(messages.Entered("lobby", "dave"))
    tell(messages.Left("lobby", "dave", True))
    desk.line("hello all")
    desk.wire.answer(messages.Say, messages.Accepted(7, NOON + 122_000))
    desk.line("/me waves")
    tell(messages.DirectSaid("bob", "alice", "psst", 0, 8, NOON + 123_000))
    tell(messages.RoomSaid("garden", "eve", "alice, look!", 0, 9, NOON + 124_000))
    tell(messages.RoomSaid("noise", "eve", "blah", 0, 10, NOON + 124_000))
    tell(messages.TypingShown("bob", "lobby", True))
    desk.listener.lag_changed(0.012)


class GoldenTests(TestCase):
    def check(self, desk: Desk, name: str) -> None:
        columns, rows = desk.size
        golden.check(self, f"{name}-{columns}x{rows}", desk.rows())

    def test_first_paint(self) -> None:
        for size in SIZES:
            self.check(Desk(*size), "first")

    def test_lively_room(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            lively(desk)
            desk.type("what I am typing")
            self.check(desk, "room")

    def test_unread_line(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            lively(desk)
            desk.press("meta a")
            self.check(desk, "unread")

    def test_copy_view(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            lively(desk)
            desk.press("f9")
            self.check(desk, "copy")

    def test_long_input_grows_and_scrolls(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            lively(desk)
            desk.type("many words that wrap " * 8)
            desk.press("meta enter")
            desk.type("and a second line")
            self.check(desk, "input")

    def test_scrolled_up(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            desk.welcome(messages.Joined("lobby", "", 1))
            for number in range(200):
                desk.says("lobby", "bob", f"message {number}", number, number)
            desk.rows()
            desk.press("page up", "page up")
            self.check(desk, "scrolled")

    def test_dialogs(self) -> None:
        for size in SIZES:
            for name, keys in (
                ("help", ["f1"]),
                ("jump", ["meta g", "o"]),
                ("search", ["ctrl r", *"line"]),
                ("quit", ["ctrl c"]),
                ("password", [*"/join #vault -p", "enter", *"secret"]),
                ("settings", [*"/set", "enter"]),
            ):
                desk = Desk(*size)
                lively(desk)
                desk.rows()
                desk.press(*keys)
                self.check(desk, name)

    def test_connection_lost(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            lively(desk)
            desk.wire.lose()
            desk.listener.connection_changed(Waiting(8.0, "the connection was lost"))
            desk.line("said while away")
            desk.reactor.advance(3)
            self.check(desk, "lost")

    def test_stopped(self) -> None:
        for size in SIZES:
            desk = Desk(*size)
            desk.listener.connection_changed(Stopped(ChatError(Code.SERVER_KEY_CHANGED)))
            self.check(desk, "stopped")

    def test_narrow(self) -> None:
        for size in ((59, 18), (40, 12), (24, 8)):
            desk = Desk(*size)
            lively(desk)
            desk.type("input")
            self.check(desk, "narrow")
