"""From the printed link to a chat: the wizard at a terminal, and what comes after it."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.daemon import Daemon, free_port
from tests.support.program import command, environment, run, until
from tests.support.terminal import Terminal

PASSWORD = "correct horse"


class EnrollingTest(SynchronousTestCase):
    """A daemon as a new user has it, and terminals in front of which nobody is known yet."""

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="chatc-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "server"
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Again, on the same port and the same data."""
        listen = f"native=tcp:{self.port}:interface=127.0.0.1"
        self.daemon = Daemon("--listen", listen, data=self.data)
        self.addCleanup(self.daemon.stop)

    def link(self, handle: str) -> str:
        """A link from the admin."""
        self.daemon.connect(self.port).close()
        words = ("--data-dir", str(self.data), "enrol", handle, "--json")
        link: str = json.loads(run(self.home, "chatctl", *words).stdout)["link"]
        return link

    def chatc(self, who: str, *words: str) -> Terminal:
        """In a terminal, with a profile."""
        whole = command("chatc", "--home", str(self.home / who), *words)
        terminal = Terminal(whole, environment(self.home), (100, 30))
        self.addCleanup(terminal.close)
        return terminal

    def enrol(self, terminal: Terminal, link: str) -> None:
        """Answer what the wizard asks."""
        terminal.sees("Paste the link", r"link:\s")
        terminal.line(link)
        terminal.sees(f"leads to 127.0.0.1:{self.port}", "new vault password:")
        terminal.line(PASSWORD)
        terminal.sees("once more:")
        terminal.line(PASSWORD)

    def test_from_the_printed_link_to_a_chat_of_two(self) -> None:
        admin = self.chatc("admin", "enrol")
        self.enrol(admin, self.daemon.admin_link())
        admin.sees("connected as ")
        self.assertNotIn(PASSWORD, admin.text())
        alice = self.chatc("alice", "enrol", "--plain")
        self.enrol(alice, self.link("alice"))
        alice.sees("You are alice here", "connected as alice$")
        self.assertFalse(alice.is_on("?1049"))
        for terminal in (admin, alice):
            terminal.line("/join #tea")
        alice.sees("^#tea>$")
        admin.line("hello alice")
        alice.sees("^.{7} #tea <.*> hello alice$")

    def test_the_next_time_the_password_is_enough(self) -> None:
        alice = self.chatc("alice", "enrol")
        self.enrol(alice, self.link("alice"))
        alice.sees("connected as alice$")
        alice.line("/theme light")
        alice.sees("theme is light now")
        alice.line("/quit")
        self.assertEqual(alice.ends(), 0)
        alice = self.chatc("alice")
        alice.sees("vault password:")
        alice.line("wrong")
        alice.sees("The password is wrong")
        alice.line(PASSWORD)
        alice.sees("connected as alice$")
        alice.line("/theme")
        alice.sees("the theme is light")
        second = self.chatc("alice", "--plain")
        second.sees("chatc is running on")
        self.assertEqual(second.ends(), 6)

    def test_left_in_the_middle(self) -> None:
        """Nothing is kept of it, the terminal is as it was."""
        alice = self.chatc("alice", "enrol")
        alice.sees("Paste the link")
        alice.keys("\x03")
        self.assertEqual(alice.ends(), 130)
        self.assertTrue(alice.echoes())
        self.assertFalse(alice.is_on("?1049"))
        self.assertFalse((self.home / "alice" / "vault").exists())

    def test_the_server_is_away_then_the_client_is_killed(self) -> None:
        """The next run goes on with what was typed."""
        link = self.link("alice")
        self.daemon.stop()
        alice = self.chatc("alice", "enrol")
        self.enrol(alice, link)
        alice.sees("Enter tries again")
        alice.close()
        self.start()
        self.daemon.connect(self.port).close()
        alice = self.chatc("alice")
        alice.sees("vault password:")
        alice.line(PASSWORD)
        alice.sees("connected as alice$")

    def test_a_second_device_is_signed_by_the_first(self) -> None:
        first = self.chatc("first", "enrol")
        self.enrol(first, self.link("alice"))
        first.sees("connected as alice$")
        first.line("/devices add")
        first.sees("A link for one more device", "^chatd://")
        rows = first.rows()
        start = next(number for number, row in enumerate(rows) if row.startswith("chatd://"))
        link = rows[start] + rows[start + 1]
        first.keys("\x1b")
        second = self.chatc("second", "enrol", "--plain")
        self.enrol(second, link)
        second.sees("connected as alice$")
        first.sees("is signed now")
        second.line("/devices")
        second.sees("signed, this one")
        self.assertNotIn("unsigned", second.text())

    def test_a_used_link(self) -> None:
        link = self.link("alice")
        alice = self.chatc("alice", "enrol")
        self.enrol(alice, link)
        alice.sees("connected as alice$")
        eve = self.chatc("eve", "enrol")
        self.enrol(eve, link)
        eve.sees("has been used already", r"link:\s")
        eve.line(self.link("eve"))
        eve.sees("connected as eve$")

    def test_no_secret_is_left_anywhere(self) -> None:
        """Neither in the profile, nor with the server, nor in any log or output."""
        link = self.link("alice")
        alice = self.chatc("alice", "enrol")
        self.enrol(alice, link)
        alice.sees("connected as alice$")
        alice.line("/quit")
        self.assertEqual(alice.ends(), 0)
        one_time_id = link.rpartition("/")[2]
        until(lambda: "signed_out" in (self.data / "audit.log").read_text(), lambda: "still there")
        files = [path for path in self.home.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 5)
        for path in files:
            content = path.read_bytes()
            for secret in (PASSWORD, one_time_id, one_time_id.replace("-", "")):
                self.assertNotIn(secret.encode(), content, str(path))
        self.assertNotIn(one_time_id, self.daemon.output)
