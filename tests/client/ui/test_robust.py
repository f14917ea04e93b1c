"""Whatever is typed and whatever comes, on a screen of whatever size, something is drawn."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.ui.commands.table import COMMANDS
from client.ui.keys import BINDINGS

from .scripted import NOON, Desk

TEXT = st.text(
    st.characters() | st.sampled_from("\n\t\x1b\x9b\u202e\u200d\u0301👍🏽日 alice#/:"), max_size=40
)
NAME = TEXT.filter(bool)
STAMP = st.integers(0, 2**63 - 1)
MESSAGES = (
    st.builds(messages.RoomSaid, st.just("lobby"), NAME, TEXT, st.integers(0, 2), STAMP, STAMP)
    | st.builds(messages.RoomSaid, NAME, NAME, TEXT, st.integers(0, 255), STAMP, STAMP)
    | st.builds(messages.DirectSaid, NAME, NAME, TEXT, st.integers(0, 255), STAMP, STAMP)
    | st.builds(messages.BroadcastSaid, NAME, TEXT, STAMP, STAMP)
    | st.builds(messages.Entered, st.just("lobby"), NAME)
    | st.builds(messages.Left, st.just("lobby"), NAME | st.just("alice"), st.booleans())
    | st.builds(messages.NickChanged, NAME | st.sampled_from(["alice", "bob"]), NAME)
    | st.builds(messages.TopicChanged, st.just("lobby"), NAME, TEXT)
    | st.builds(messages.AwayChanged, NAME, TEXT)
    | st.builds(messages.TypingShown, NAME, st.sampled_from(["", "lobby"]), st.booleans())
    | st.builds(messages.Warned, st.integers(), TEXT)
    | st.builds(messages.Closing, st.integers(), TEXT, st.just(0.0))
)
# Not the key that stops this very process.
KEYS = st.sampled_from([key for one in BINDINGS for key in one.keys if one.name != "suspend"])
LINES = st.builds(
    lambda command, words: f"/{command.name} {words}",
    st.sampled_from([one for one in COMMANDS if one.name != "quit"]),
    TEXT | st.sampled_from(["#lobby", "bob", "bob hello", "theme light", "-p"]),
)
SIZES = st.tuples(st.integers(1, 130), st.integers(1, 45))
STEPS = st.lists(
    MESSAGES | KEYS | LINES | TEXT | SIZES | st.sampled_from(["focus out", "focus in"]),
    max_size=25,
)


class RobustTests(TestCase):
    @given(STEPS)
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    def test_anything(self, steps: list[object]) -> None:
        desk = Desk()
        desk.welcome(messages.Joined("lobby", "hello", 2))
        desk.members("alice", "bob")
        for step in steps:
            self.take(desk, step)
            columns, rows = desk.size
            canvas = desk.screen.stage.render(desk.size, True)
            self.assertEqual((canvas.cols(), canvas.rows()), (columns, rows))
            for row in desk.rows():
                self.assertTrue(row.isprintable() or not row.isascii(), row)
                self.assertNotIn("\x1b", row)

    def take(self, desk: Desk, step: object) -> None:
        desk.screen._prepare()
        if isinstance(step, tuple):
            desk.size = step
        elif not isinstance(step, str):
            desk.listener.received(step)  # type: ignore[arg-type]
        elif step.startswith("/"):
            desk.screen.input.editor.set("")
            desk.screen.paste(step)
            desk.press("enter")
        elif " " in step or not step.isascii() or len(step) < 2:
            desk.screen.paste(step)
        else:
            desk.press(step)
        # A key that failed is told on the screen, and nowhere else.
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_many_messages(self) -> None:
        desk = Desk(120, 40)
        desk.welcome(messages.Joined("lobby", "", 2))
        for number in range(90_000):
            desk.says("lobby", "bob", f"message {number}", number)
        desk.rows()
        start = time.process_time()
        for _ in range(10):
            desk.says("lobby", "bob", "one more", number := number + 1)
            desk.rows()
        # 5 ms each is usual: a hundred times that would mean that all is laid out each time.
        self.assertLess((time.process_time() - start) / 10, 0.2)
        desk.press("home")
        self.assertIn("message 0", desk.text())
        self.assertIn("more ↓", desk.text())

    def test_times_beyond_all_calendars(self) -> None:
        desk = Desk()
        desk.welcome(messages.Joined("lobby", "", 2))
        desk.listener.received(messages.RoomSaid("lobby", "bob", "late", 0, 1, 2**63 - 1))
        desk.listener.received(messages.RoomSaid("lobby", "bob", "early", 0, 2, 0))
        self.assertIn("9998", desk.text())
        self.assertIn("1970", desk.text())
        self.assertLess(NOON, 2**63)
