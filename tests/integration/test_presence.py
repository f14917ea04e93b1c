"""Who is here: told to those who share a room or talk, and never to those whom one has blocked."""

from __future__ import annotations

import os
import signal

from .members import MembersTest


class PresenceTest(MembersTest):
    """Alice and Bob in #tea. The place of who is cut off is kept for a moment only."""

    settings = "[liveness]\ngrace = 1\n"

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob")

    def test_cut_off(self) -> None:
        """Still a member; told as gone, and as back."""
        os.kill(self.bob.pid, signal.SIGKILL)
        self.alice.sees("bob went offline", "2 members")
        (self.bob,) = self.sit("bob")
        self.alice.sees("bob is here")

    def test_last_seen(self) -> None:
        """Told to others, unless one does not want that."""
        self.alice.line("/lastseen hide")
        self.alice.sees("last here")
        self.leave(self.bob)
        self.alice.sees("bob went offline")
        self.alice.line("/whois bob")
        self.alice.sees("not here.*\n.*now, last seen [0-9]")
        (self.bob,) = self.sit("bob")
        self.leave(self.alice)
        self.bob.sees("alice went offline")
        self.bob.line("/whois alice")
        self.bob.sees("not here")
        self.assertNotIn("last seen", self.bob.text())

    def test_the_blocked_are_told_nothing(self) -> None:
        """To them she is gone, from then on."""
        self.enrol("carol")
        (carol,) = self.meet("carol")
        self.alice.line("/block bob")
        self.bob.sees("alice went offline")
        self.leave(self.alice)
        carol.sees("alice went offline")
        (self.alice,) = self.sit("alice")
        carol.sees("alice is here")
        carol.line("and now?")
        self.bob.sees("carol │ and now")
        self.assertNotIn("alice is here", self.bob.text())
        self.assertEqual(self.bob.text().count("alice went offline"), 1)
        self.bob.line("/whois alice")
        self.bob.sees("not here")
        self.assertNotIn("last seen", self.bob.text())


class PlaceTest(MembersTest):
    """The place of who is cut off is kept for longer than anything is waited for."""

    settings = "[liveness]\ngrace = 60\n"

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob")

    def test_a_logout_is_told_at_once(self) -> None:
        self.leave(self.bob)
        self.alice.sees("bob went offline")

    def test_who_comes_back_was_not_gone(self) -> None:
        """Neither Ctrl+c, nor a signal, nor a terminal that is closed is a logout."""
        self.bob.keys("\x03\x03")
        self.bob.ends()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            (self.bob,) = self.sit("bob")
            os.kill(self.bob.pid, number)
            self.assertEqual(self.bob.ends(), 130)
        (self.bob,) = self.sit("bob")
        self.bob.hang_up()
        plain = self.terminal("bob", "--plain")
        plain.sees("vault password:")
        plain.line(self.password)
        plain.sees("#tea")
        plain.hang_up()
        (self.bob,) = self.sit("bob")
        self.bob.line("here all the time")
        self.alice.sees("bob │ here all the time")
        self.assertNotIn("bob went offline", self.alice.text())
        self.assertNotIn("bob is here", self.alice.text())
