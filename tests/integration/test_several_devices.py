"""Two devices of one person: both are told everything, and share what was read."""

from __future__ import annotations

from .members import MembersTest


class SeveralDevicesTest(MembersTest):
    """Alice at two devices, Bob at one, all of them in #tea."""

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.enrol("alice-phone", self.link("alice"))
        self.alice, self.bob = self.meet("alice", "bob")
        (self.phone,) = self.sit("alice-phone")
        self.phone.sees("2:#tea", "2 members")

    def test_own_messages_appear_on_the_other_one(self) -> None:
        self.alice.line("from the desk")
        for screen in (self.phone, self.bob):
            screen.sees("alice │ from the desk")
        self.phone.line("from the phone")
        for screen in (self.alice, self.bob):
            screen.sees("alice │ from the phone")
        self.alice.line("/msg bob between us")
        self.phone.sees("3 bob")
        both = ["from the desk", "from the phone"]
        for who in ("alice", "alice-phone", "bob"):
            self.keeps(who, both, "--room", "#tea")
        self.keeps("alice-phone", ["between us"], "--with", "bob")

    def test_what_was_read_on_one_is_read_on_the_other(self) -> None:
        self.phone.keys("\x1b1")
        self.phone.sees("connected as alice")
        self.alice.keys("\x1b1")
        self.alice.sees("connected as alice")
        self.bob.line("alice: are you there?")
        for screen in (self.alice, self.phone):
            screen.sees("2 #tea +@1")
        self.alice.keys("\x1b2")
        self.alice.sees("bob │ alice: are you there")
        self.phone.loses("@1")

    def test_one_that_was_away(self) -> None:
        """It gets what was said to and by the other one, in order."""
        self.leave(self.phone)
        self.alice.line("one")
        self.bob.sees("alice │ one")
        self.bob.line("two")
        self.alice.sees("bob │ two")
        (self.phone,) = self.sit("alice-phone")
        self.keeps("alice-phone", ["one", "two"], "--room", "#tea")

    def test_a_new_one_starts(self) -> None:
        """In the rooms of its person, with what is said from then on."""
        self.alice.line("before it came")
        self.bob.sees("alice │ before it came")
        self.enrol("alice-pad", self.link("alice"))
        (pad,) = self.sit("alice-pad")
        pad.sees("2:#tea", "2 members")
        self.bob.line("welcome")
        pad.sees("bob │ welcome")
        self.keeps("alice-pad", ["welcome"], "--room", "#tea")
