"""Blocking with real programs: what a person reads, and what a restart of the server leaves."""

from __future__ import annotations

from client.status import Status

from .members import MembersTest


class BlockingTest(MembersTest):
    def test_across_a_restart(self) -> None:
        self.enrol("alice", self.link("alice"))
        self.enrol("bob")
        (alice,) = self.sit("alice")
        alice.line("/block bob")
        alice.sees("bob is blocked")
        for _ in range(2):
            self.assertIn("blocked you", self.refused())
            self.assertNotIn("alice\n", self.chatc("bob", "who"))
            self.leave(alice)
            self.assertIn("blocked you", self.refused(), "here or not")
            self.daemon.stop()
            self.start()
            (alice,) = self.sit("alice")
        alice.line("/block")
        alice.sees("you have blocked: bob")
        alice.line("/unblock bob")
        alice.sees("bob is not blocked any more")
        self.chatc("bob", "send", "alice", "hello again")
        alice.sees("bob @1")

    def refused(self) -> str:
        """What bob is told when he writes to alice."""
        return self.chatc("bob", "send", "alice", "hello", status=Status.REFUSED)
