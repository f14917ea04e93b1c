"""What is said while somebody is not here: it comes later, once, in order."""

from __future__ import annotations

from .members import MembersTest

#: Seconds within which what is too much is dropped.
SWEPT = 60.0


class DeliveryTest(MembersTest):
    """Alice and Bob in #tea."""

    settings = '[limits]\nrate = "off"\n'

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob")

    def talk(self, numbers: range) -> None:
        """Alice says something in the room, and something else to Bob alone, by turns."""
        for number in numbers:
            self.alice.keys("\x1b2")
            self.alice.line(f"to all {number}")
            self.alice.line(f"/msg bob to bob {number}")
        self.alice.sees(rf"to bob {numbers[-1]} +✓")

    def test_what_was_missed_comes_in_order(self) -> None:
        """Across a stop of the daemon, and a crash."""
        self.leave(self.bob)
        self.talk(range(5))
        self.daemon.stop()
        self.start()
        self.talk(range(5, 10))
        self.daemon.kill()
        self.start()
        self.talk(range(10, 15))
        (self.bob,) = self.sit("bob")
        self.bob.sees("2 members")
        self.talk(range(15, 17))
        numbers = range(17)
        self.keeps("bob", [f"to all {number}" for number in numbers], "--room", "#tea")
        self.keeps("bob", [f"to bob {number}" for number in numbers], "--with", "alice")
        self.assertNotIn("missing", self.bob.text())

    def test_kicked_while_away(self) -> None:
        self.leave(self.bob)
        self.alice.line("before")
        self.alice.sees(r"before +✓")
        self.alice.line("/kick bob")
        self.alice.sees("1 member ")
        self.alice.line("after")
        self.alice.sees(r"after +✓")
        (self.bob,) = self.sit("bob")
        self.bob.keys("\x1b2")
        self.bob.sees("not in this room any more")
        self.keeps("bob", ["before"], "--room", "#tea")

    def test_retention(self) -> None:
        """Everybody sees it, and who comes later is told what is kept."""
        self.alice.line("/set retention 7d")
        for screen in (self.alice, self.bob):
            screen.sees("7 days")
        self.alice.line("for later")
        self.bob.sees("alice │ for later")
        self.enrol("carol")
        (carol,) = self.sit("carol")
        carol.line("/join #tea")
        carol.sees("3 members", "7 days", "alice │ for later")


class QueueTest(MembersTest):
    """Two messages at most wait in a conversation."""

    settings = '[limits]\nrate = "off"\n[queue]\ncount = 2\n'

    def test_what_is_too_much_is_told_to_both(self) -> None:
        for who in ("alice", "bob"):
            self.enrol(who)
        alice, bob = self.meet("alice", "bob")
        self.leave(bob)
        for number in range(5):
            alice.line(f"line {number}")
        alice.sees(r"line 4 +✓")
        alice.sees("line 2 +✗ .*bob", r"line 3 +✓", r"line 4 +✓", patience=SWEPT)
        (bob,) = self.sit("bob")
        bob.keys("\x1b2")
        bob.sees("3 messages", "alice │ line 3", "alice │ line 4")
        self.keeps("bob", ["line 3", "line 4"], "--room", "#tea")
