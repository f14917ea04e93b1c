"""Two members at full screens who answer, change, delete and react to messages."""

from __future__ import annotations

from .golden import shows
from .members import NARROW, MembersTest

#: Alt+Up, Alt+e.
UP, EDIT = "\x1b[1;3A", "\x1be"


class MessagesTest(MembersTest):
    def test_at_two_screens(self) -> None:
        for who in ("alice", "bob"):
            self.enrol(who)
        alice, bob = self.meet("alice", "bob", size=NARROW)
        for screen in (alice, bob):
            screen.sees("2 members")
            screen.line("/clear")
        alice.line("is there tee?")
        bob.sees("alice │ is there tee")
        alice.sees("✓✓ read")
        alice.keys(EDIT)
        alice.sees("^edit› is there tee")
        alice.line("\b\ba?")
        bob.sees(r"is there tea\? \(edited\)")
        bob.line("/reply in the pot")
        alice.sees("↪ alice: is there tea", "in the pot")
        alice.line("/react :tea:")
        bob.sees("│ 🍵$")
        bob.line("and never mind the cup")
        alice.sees("never mind the cup")
        bob.line("/delete")
        bob.sees("Delete “and never mind the cup” for everybody")
        bob.line("")
        alice.sees("bob │ message deleted")
        alice.keys(UP * 3)
        alice.sees("┃ is there tea", "marked")
        shows(alice, "marked-80x24")
        alice.line("/delete")
        alice.sees("Delete “is there tea")
        alice.line("")
        bob.sees("↪ alice: message deleted", "in the pot ✓✓ read$")
        bob.loses("is typing")
        shows(bob, "messages-80x24")
        self.leave(bob)
        alice.sees("bob went offline")
        alice.line("/set retention 7d")
        alice.sees("kept for 7 days")
        alice.line("who is here?")
        alice.sees(r"who is here\? ✓$")
        alice.line("/names")
        alice.sees("not here now: 1: bob")
        shows(alice, "alone-80x24")
