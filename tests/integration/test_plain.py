"""``chatc --plain``: at a terminal, and between pipes."""

from __future__ import annotations

from tests.support.program import run

from .people import PeopleTest


class PlainTest(PeopleTest):
    rate = "5/5"

    def test_at_a_terminal(self) -> None:
        alice = self.terminal(*self.profile("alice"), "--plain", self.link)
        bob = self.terminal(*self.profile("bob"), "--plain", self.link)
        alice.sees("connected as alice$", r"^127\.0\.0\.1:\d+>$")
        bob.sees("connected as bob$")
        alice.line("/join #vault -p")
        alice.sees(r"^#vault, password \(not shown\):$")
        alice.line("mint")
        alice.sees("^#vault>$")
        bob.line("/join #vault")
        bob.sees("asks for a password", r"\(not shown\):$")
        bob.line("mint")
        bob.sees("^#vault>$")
        alice.keys("half a sen")
        alice.sees("> half a sen$")
        bob.line("hello")
        alice.sees(r"^\[\d\d:\d\d\] #vault <bob> hello$")
        alice.line("tence")
        bob.sees("^.{7} #vault <alice> half a sentence$")
        self.assertNotIn("mint", alice.text() + bob.text())
        self.assertFalse(alice.is_on("?1049"))
        bob.keys("\x04")
        self.assertEqual(bob.ends(), 0)
        self.assertTrue(bob.echoes())
        alice.sees("bob left the server")
        alice.line("/join #other -p")
        alice.sees("#other, password .not shown.:$")
        alice.keys("\x03")
        self.assertEqual(alice.ends(), 130)
        self.assertTrue(alice.echoes())

    def test_between_pipes(self) -> None:
        alice = self.people("alice")[0]
        alice.line("/join #tea")
        alice.sees("2:#tea")
        typed = "".join(f"line {number}\n" for number in range(6))
        done = self.plain(f"/join #tea\n{typed}/nosuch\n/query alice\nbye")
        printed = [line.partition("] ")[2] or line for line in done.splitlines()]
        self.assertEqual(printed[:2], ["-- connected as bob", "-- talking in #tea"])
        self.assertEqual(printed[2:8], [f"#tea <bob> line {number}" for number in range(6)])
        self.assertIn("#tea !! there is no /nosuch;", printed[8])
        self.assertEqual(printed[9:], ["-- talking in alice", "to alice <bob> bye"])
        alice.sees("bob │ line 5", "bob left the server", "3:bob @1")

    def plain(self, typed: str) -> str:
        """What it prints when this is its input."""
        words = (*self.profile("bob"), "--plain", self.link)
        return run(self.home, "chatc", *words, text=typed).stdout
