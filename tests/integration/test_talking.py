"""Two people at full screens, in a room with a password and in private."""

from __future__ import annotations

from tests.support.terminal import Terminal

from .golden import shows
from .people import NARROW, WIDE, PeopleTest

PASSWORD = "mint and honey"


class TalkingTest(PeopleTest):
    def meet(self, size: tuple[int, int]) -> tuple[Terminal, Terminal]:
        """Alice makes a room, Bob enters it with her password, at his second attempt."""
        alice, bob = self.people("alice", "bob", size=size)
        alice.line("/join #tea -p")
        alice.sees("password: ")
        alice.line(PASSWORD)
        alice.sees("you made this room, with a password")
        bob.line("/join #tea")
        bob.sees("asks for a password", "password: ")
        bob.line("milk and sugar")
        bob.sees("wrong room password", "password: *│")
        shows(bob, f"wrong-password-{size[0]}x{size[1]}")
        bob.line(PASSWORD)
        bob.sees("2:#tea")
        alice.sees("bob entered")
        return alice, bob

    def talk(self, size: tuple[int, int]) -> None:
        """From the first word to the direct message."""
        alice, bob = self.meet(size)
        bob.line("hello alice, is there tea?")
        alice.sees("bob │ hello alice, is there tea")
        alice.line("for you: お茶 and a biscuit")
        alice.sees("biscuit ✓")
        bob.sees("alice │ for you: お茶 and a biscuit")
        bob.line("/me sits down")
        alice.sees(r"\* │ bob sits down")
        bob.line("/query alice between us: it is cold")
        alice.sees("3 bob +@1")
        shows(alice, f"room-{size[0]}x{size[1]}")
        alice.keys("\x1b3")
        alice.sees("bob │ between us: it is cold")
        alice.loses("@1")
        alice.line("I know")
        bob.sees("alice │ I know")
        bob.loses("is typing")
        shows(bob, f"private-{size[0]}x{size[1]}")

    def test_at_80x24(self) -> None:
        self.talk(NARROW)

    def test_at_120x40(self) -> None:
        self.talk(WIDE)

    def test_members_and_new_names(self) -> None:
        alice, bob = self.meet(WIDE)
        alice.sees("│ 2 members$", "│@alice$", "│ bob$")
        bob.line("/nick robert")
        alice.sees("bob is now known as robert", "│ robert$")
        bob.sees("you are now known as robert", "^robert›")
        bob.line("/leave")
        alice.sees("← │ robert left", "│ 1 member$")

    def test_unread_lines_are_counted_until_they_are_seen(self) -> None:
        alice, bob = self.meet(NARROW)
        alice.keys("\x1b1")
        alice.sees("connected as alice")
        for text in ("one", "two", "three"):
            bob.line(text)
        alice.sees("2 #tea +3 ")
        bob.line("alice: look here")
        alice.sees("2 #tea +@1 ")
        alice.keys("\x1ba")
        alice.sees("bob │ one", "alice: look here")
        alice.loses("@1")

    def test_a_narrower_window_still_shows_what_was_said(self) -> None:
        alice, bob = self.meet(WIDE)
        bob.line("a sentence of some length that has to wrap when the window gets narrow")
        alice.sees("gets narrow")
        alice.resize(40, 12)
        alice.sees("window gets$", "│ narrow$")
        alice.resize(120, 40)
        alice.sees("│ 2 members$", "the window")
