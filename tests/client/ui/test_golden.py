"""Whole screens at 80x24 and 120x40, compared with golden ones."""

from __future__ import annotations

from itertools import count

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import TestCase

from chatd.domain.commands import Relation, Standing
from chatd.domain.conversation import GapReason
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.gaps import missing
from client.model.uplink import Stopped, Waiting

from . import golden
from .scripted import ME, NOON, Desk

SIZES = ((80, 24), (120, 40))
DAY = 86_400_000
TEA = b"t" * 16


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


class Devices:
    """Makes always the same link."""

    vouches = True

    def add_device(self) -> Deferred[str]:
        place = "chatd://chat.example.org:4170/"
        return succeed(f"{place}#{'abcd' * 13}/7K3M-9QRT-X0YZ-0123-4567/{'wxyz' * 6}aa")


def moderated(desk: Desk) -> None:
    """A private room with ranks and display names, seen by an account's holder."""
    ops = messages.Joined("ops", "what is broken", 4, False, 2, True, True, Standing.OWNER)
    desk.welcome(ops, me=ME)
    rows = [
        messages.UserRow("alice", "", True, "Alice A.", Standing.OWNER),
        messages.UserRow("bob", "", True, "Bob the Builder", Standing.MODERATOR),
        messages.UserRow("Carol", "lunch", True, "Carol", Standing.MODERATOR),
        messages.UserRow("dave", ""),
    ]
    desk.wire.answer(messages.Users, messages.UserPage(rows, 4, False))
    tell = desk.listener.received
    tell(messages.StandingChanged("ops", "Carol", Standing.MODERATOR, "alice"))
    tell(messages.Kicked("ops", "eve", "bob", "not on call"))
    tell(messages.RoomSaid("ops", "alice", "said on my phone", 0, 1, NOON))
    tell(messages.Invited("tea", "bob"))
    tell(messages.DeviceChanged("alice", "enrolled", bytes(range(16, 32)), "phone", b""))
    desk.listener.lag_changed(0.012)
    desk.listener.devices = Devices()


def lasting(desk: Desk) -> None:
    """A room that lasts, with somebody who is not here, and messages at all stages."""
    tea = messages.Joined("tea", "green or black", 4, conversation=TEA, retention=604_800)
    desk.welcome(tea, me=ME)
    rows = [
        messages.UserRow("alice", "", True, "Alice A.", Standing.OWNER),
        messages.UserRow("bob", "", True),
        messages.UserRow("Carol", "lunch", True),
        messages.UserRow("dave", "", True, online=False, seen=NOON - DAY),
    ]
    desk.wire.answer(messages.Users, messages.UserPage(rows, 4, False))
    numbers = count(4)

    def hear(nick: str, text: str, relation: Relation = Relation.NONE, ref: int = 0) -> None:
        number = next(numbers)
        said = messages.RoomSaid("tea", nick, text, 0, number, NOON, TEA, relation, ref)
        desk.listener.received(said)

    def say(line: str) -> None:
        desk.line(line)
        desk.wire.answer(messages.Say, messages.Accepted(next(numbers), NOON, conversation=TEA))

    missing(desk.model.roster.current, messages.Missing(1, 3, GapReason.EXPIRED), NOON)
    hear("bob", "is there any tea left, or has somebody had the last of it in the mornig?")
    hear("bob", "is there any tea left, or did somebody have the last of it?", Relation.EDIT, 4)
    say("/reply in the pot")
    hear("Carol", "🍵", Relation.REACTION, 6)
    hear("bob", "🍵", Relation.REACTION, 6)
    say("/react ^1 +1")
    hear("bob", "never mind")
    hear("bob", "", Relation.DELETION, 10)
    say("help yourself")
    say("it is still hot")
    desk.listener.received(messages.ProgressChanged(TEA, 12, 6))
    say("and there are biscuits")
    desk.line("the blue tin")
    desk.wire.refuse(messages.Say, Code.NOT_ALLOWED, "nobody may say that")
    desk.line("by the window")
    desk.wire.refuse(messages.Say, Code.STORE_FAILED, "the server could not store this")
    desk.listener.received(messages.DirectSaid("dave", "alice", "bye", 0, 1, NOON, b"p" * 16))
    desk.listener.received(messages.PresenceChanged("dave", "offline", "", NOON - DAY, True))


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

    def test_rights_and_devices(self) -> None:
        for size in SIZES:
            for name, lines in (
                ("moderated", []),
                ("kicked", []),
                ("link", ["/devices add"]),
                ("passwd", ["/passwd", "old one", "new one"]),
                ("delete", ["/account delete"]),
            ):
                desk = Desk(*size)
                moderated(desk)
                if name == "kicked":
                    desk.listener.received(messages.Kicked("ops", "alice", "bob", "", True))
                for line in lines:
                    desk.line(line)
                self.check(desk, name)

    def test_messages_that_last(self) -> None:
        for size in (*SIZES, (40, 24)):
            for name, keys in (
                ("lasting", []),
                ("marked", ["meta up"] * 7),
                ("editing", ["meta up"] * 3 + ["meta e"]),
                ("delete", ["meta up"] * 3 + [*"/delete", "enter"]),
                ("person", ["meta 3"]),
            ):
                desk = Desk(*size)
                lasting(desk)
                desk.rows()
                desk.press(*keys)
                self.check(desk, f"message-{name}")

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
