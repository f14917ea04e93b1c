"""The daemon and its admin: signals, mistakes, and ``chatctl``."""

from __future__ import annotations

import json
import signal

from tests.support.daemon import Daemon
from tests.support.program import command, environment, run
from tests.support.terminal import Terminal

from .people import PeopleTest


class DaemonTest(PeopleTest):
    def ctl(self, *arguments: str) -> str:
        """What ``chatctl`` prints."""
        return run(self.home, "chatctl", "--data-dir", str(self.data), *arguments).stdout

    def mistaken(self, *options: str, **places: object) -> str:
        """What a daemon says that cannot start; it ends with status 1."""
        daemon = Daemon(*options, **places)  # type: ignore[arg-type]
        self.addCleanup(daemon.stop)
        self.assertEqual(daemon.wait(), 1, daemon.output)
        self.assertNotIn("Traceback", daemon.output)
        lines = [line for line in daemon.output.splitlines() if "UnixAppLogger" not in line]
        self.assertEqual(len(lines), 1, daemon.output)
        return lines[0]

    def test_mistakes_are_one_clear_line(self) -> None:
        listen = f"native=tcp:{self.port}:interface=127.0.0.1"
        said = self.mistaken("--listen", listen)
        self.assertIn(f"chatd: --listen {listen}: cannot listen: ", said)
        self.assertIn("Address already in use", said)
        said = self.mistaken("--listen", "nosuch=tcp:0")
        self.assertIn("no protocol is called 'nosuch'; there are: legacy0417, native", said)
        said = self.mistaken("--listen", "native=tcp:0:interface=127.0.0.1", data=self.data)
        self.assertIn(f"another chatd is running on {self.data} (process ", said)
        self.assertEqual(self.daemon.stop(), 0)

    def test_a_reload_drops_nobody(self) -> None:
        alice, bob = self.people("alice", "bob")
        for person in (alice, bob):
            person.line("/join #tea")
            person.sees("2:#tea")
        self.config.write_text("guests = false\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        self.daemon.says("settings reloaded")
        refused = self.chatc("carol", "rooms", status=1)
        self.assertIn("guests", refused.stderr)
        alice.line("still here")
        bob.sees("alice │ still here")
        self.config.write_text("guests = perhaps\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        self.daemon.says("not reloaded, all stays as it was: .*chatd.toml")
        bob.line("so am I")
        alice.sees("bob │ so am I")
        self.assertNotRegex(alice.text() + bob.text(), "trying again|connected again")

    def test_chatctl(self) -> None:
        self.assertEqual(self.ctl("link").strip(), self.link)
        self.assertEqual(json.loads(self.ctl("link", "--json")), {"links": [self.link]})
        groups = self.ctl("fingerprint").strip()
        self.assertEqual(groups.replace(" ", ""), self.link.partition("#")[2])
        follow = Terminal(
            command("chatctl", "--data-dir", str(self.data), "audit", "--follow"),
            environment(self.home),
            (160, 40),
        )
        self.addCleanup(follow.close)
        follow.sees("server_started")
        (alice,) = self.people("alice")
        alice.line("/join #marker")
        alice.sees("2:#marker")
        self.chatc("bob", "send", "#marker", "a marker that no log may hold")
        follow.sees("nick=bob", "room=marker")
        self.daemon.stop()
        follow.sees("server_stopping")
        follow.keys("\x03")
        self.assertEqual(follow.ends(), 130)
        self.assertNotIn("no log may hold", self.ctl("audit", "--json") + self.daemon.output)
        self.assertEqual(self.ctl("fingerprint").strip(), groups)
