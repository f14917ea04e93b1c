"""The server forgets what everybody has: none of it is in any of its files."""

from __future__ import annotations

import signal

from tests.support.program import until

from .members import MembersTest

#: In two shapes: the files are searched for parts of it, too.
MARKER = "ripe quinces, 3 crates"
#: Seconds within which a quiet daemon has wiped its log of writes.
QUIET = 60.0


class ForgettingTest(MembersTest):
    """Alice and Bob in #tea."""

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob")

    def stored(self) -> int:
        """How many messages the store has, as an admin is told."""
        count: int = self.json("status")["messages"]
        return count

    def forgotten(self) -> None:
        """Wait until the store has no message."""
        until(lambda: self.stored() == 0, lambda: f"{self.stored()} are stored")

    def holding(self) -> list[str]:
        """The server's files in which the marker is."""
        files = [path for path in self.data.rglob("*") if path.is_file()]
        self.assertIn("store.db", {path.name for path in files})
        return [path.name for path in files if b"quinces" in path.read_bytes()]

    def test_after_all_have_it(self) -> None:
        self.leave(self.bob)
        self.alice.line(MARKER)
        self.alice.line(f"/msg bob {MARKER}")
        self.alice.sees(r"3 crates +✓")
        until(lambda: self.stored() == 2, lambda: f"{self.stored()} are stored")
        self.assertNotEqual(self.holding(), [])
        (self.bob,) = self.sit("bob")
        self.forgotten()
        self.assertEqual(len(self.told("bob", "--search", "quinces")), 2)
        self.daemon.stop(signal.SIGTERM)
        self.assertEqual(self.holding(), [])

    def test_while_it_runs(self) -> None:
        self.alice.line(MARKER)
        self.bob.sees(MARKER)
        self.forgotten()
        until(lambda: not self.holding(), lambda: f"it is in {self.holding()}", QUIET)

    def test_what_is_deleted_in_a_room_that_keeps(self) -> None:
        self.alice.line("/set retention 7d")
        self.bob.sees("7 days")
        self.alice.line(MARKER)
        self.bob.sees(MARKER)
        self.alice.line("something else")
        self.bob.sees("something else")
        self.alice.line("/delete ^2")
        self.alice.sees("for everybody")
        self.alice.keys("\r")
        for screen in (self.alice, self.bob):
            screen.sees("message deleted")
            screen.loses("quinces")
        self.assertGreater(self.stored(), 2)  # the room keeps what is left of it
        self.daemon.stop(signal.SIGTERM)
        self.assertEqual(self.holding(), [])
