"""A backup that is put back while people hold what is not in it: it is told to those who said it,
and comes to others where they say so."""

from __future__ import annotations

import signal

from .members import WIDE, MembersTest


class RollbackTest(MembersTest):
    settings = '[limits]\nrate = "off"\n'

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)

    def test_others_have_spoken_since(self) -> None:
        """In the room, and in what the two say to each other, which the backup does not know."""
        alice, bob = self.meet("alice", "bob", size=WIDE)
        alice.line("both have this")
        bob.sees("both have this")
        alice.sees("both have this ✓✓")
        backup = self.home / "backup.tar"
        self.ctl("backup", str(backup))
        self.leave(bob)
        alice.line("lost one")
        alice.sees("lost one ✓")
        alice.line("/msg bob lost two")
        alice.sees("lost two ✓")
        self.leave(alice)
        self.put_back(backup)

        (bob,) = self.sit("bob", size=WIDE)
        bob.line("/msg alice bob is first")
        bob.sees("bob is first ✓")
        bob.keys("\x1b2")
        bob.line("and here")
        bob.sees("and here ✓")
        (alice,) = self.sit("alice", size=WIDE)
        for key, text in (("3", "two"), ("2", "one")):
            alice.keys(f"\x1b{key}")
            alice.sees("has lost a message of yours here")
            alice.sees(f"lost {text} ✗ the server was put back")
            alice.line("/retry")
            alice.sees(f"lost {text} ✓✓")
        for texts, words in (
            (["both have this", "and here", "lost one"], ("--room", "#tea")),
            (["bob is first", "lost two"], ("--with", "alice")),
        ):
            self.keeps("bob", texts, *words)

    def test_twice(self) -> None:
        """Whoever lost something is there first, and it is the same backup both times."""
        alice, bob = self.sit("alice", "bob", size=WIDE)
        alice.line("/msg bob both have this")
        alice.sees("both have this ✓✓")
        backup = self.home / "backup.tar"
        self.ctl("backup", str(backup))
        self.leave(bob)
        for text in ("lost one", "lost two"):
            alice.keys("\x1b2")
            alice.line(text)
            alice.sees(f"{text} ✓")
            self.leave(alice)
            self.put_back(backup)
            (alice,) = self.sit("alice", size=WIDE)
            alice.keys("\x1b2")
            alice.sees(f"{text} ✗ the server was put back")
            alice.loses("has lost 2 messages")
        alice.line("/retry")
        (bob,) = self.sit("bob", size=WIDE)
        self.keeps("bob", ["both have this", "lost one", "lost two"], "--with", "alice")
        alice.sees("lost one ✓✓", "lost two ✓✓")

    def put_back(self, backup: object) -> None:
        """The daemon begins again as it was when the backup was made."""
        self.assertEqual(self.daemon.stop(signal.SIGTERM), 0)
        self.ctl("restore", str(backup), "--force")
        self.start()
