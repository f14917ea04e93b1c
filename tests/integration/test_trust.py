"""Who the server is: a key is pinned at first sight, and a changed one stops everything."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.support.program import run

from .people import PeopleTest


class TrustTest(PeopleTest):
    def fingerprint(self) -> str:
        """As the admin reads it out."""
        done = run(self.home, "chatctl", "--data-dir", str(self.data), "fingerprint")
        return done.stdout.strip()

    def test_a_changed_key_stops_before_anything_is_said(self) -> None:
        known = self.fingerprint()
        self.chatc("bob", "rooms")
        self.daemon.stop()
        self.data = self.home / "another"
        self.start()
        found = self.fingerprint()
        self.assertNotEqual(known, found)
        for link in (self.link, self.link.partition("#")[0]):
            self.link = link
            refused = self.chatc("bob", "rooms", status=4)
            self.assertIn(f"  expected: {known}\n  now:      {found}\n", refused.stderr)
            self.assertEqual(refused.stdout, "")
        screen = self.terminal(*self.profile("bob"), self.link, size=(160, 24))
        screen.sees("STOP: the key", known, found)
        self.assertEqual(screen.ends(), 4)
        accept = shlex.split(refused.stderr.strip().splitlines()[-1])
        self.assertEqual(Path(accept[0]).name, "chatc")
        run(self.home, "chatc", *accept[1:])
        self.chatc("bob", "rooms")

    def test_an_unknown_key_is_asked_about_only_at_a_terminal(self) -> None:
        self.link = self.link.partition("#")[0]
        found = self.fingerprint()
        refused = self.chatc("bob", "rooms", status=4)
        self.assertIn(found, refused.stderr)
        words = (*self.profile("bob"), self.link)
        no = self.terminal(*words, size=(120, 24))
        no.sees("yes or no:$", found)
        no.line("no")
        no.sees("not accepted")
        self.assertEqual(no.ends(), 4)
        interrupted = self.terminal(*words)
        interrupted.sees("yes or no:$")
        interrupted.keys("\x03")
        self.assertEqual(interrupted.ends(), 130)
        yes = self.terminal(*words)
        yes.sees("yes or no:$")
        yes.line("yes")
        yes.sees("connected as bob")
        self.chatc("bob", "--guest", "robert", "rooms")
