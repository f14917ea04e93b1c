"""Scripts beside a chatc that is running: no password, one connection, one person."""

from __future__ import annotations

import json
import os
import signal
import subprocess

from client.handover.place import SOCKET
from client.status import Status
from tests.support.program import PATIENCE, command, environment, run, until

from .members import MembersTest

TAIL = ("tail", "#tea", "--count", "3", "--json")
SEND = ("send", "#tea", "-", "--password-fd")


class HandoverTest(MembersTest):
    """Alice has a device."""

    def setUp(self) -> None:
        super().setUp()
        self.enrol("alice")

    def script(self, *words: str, status: int = 0, text: str = "") -> str:
        """A command of Alice's that knows no password.

        :return: what it printed, errors too.
        """
        home = str(self.home / "alice")
        done = run(self.home, "chatc", "--home", home, *words, status=status, text=text)
        return done.stdout + done.stderr

    def socket(self) -> bool:
        """Whether there is one in her profile."""
        return (self.home / "alice" / SOCKET).is_socket()

    def test_beside_the_full_screen(self) -> None:
        self.enrol("bob")
        alice, bob = self.sit("alice", "bob")
        bob.line("/join #tea")
        bob.sees("you made this room")
        self.assertEqual(self.script("send", "#tea", "-", text="one\ntwo\n"), "")
        bob.sees("alice │ one", "alice │ two", "alice left")
        alice.keys("\x1b2")
        alice.sees("you entered, by a command", r"alice │ two +✓", "you left, by a command")
        self.assertEqual(self.script("send", "bob", "psst"), "")
        bob.sees("3:alice @1")
        self.assertEqual(self.script("rooms"), "#tea  1\n")
        self.assertIn("alice\nbob\n", self.script("who"))
        self.assertIn("this one", self.script("devices"))
        self.assertIn("nick: bob  kind: account", self.script("service", "whois", "nick=bob"))
        self.assertIn("nobody", self.script("send", "nobody", "x", status=Status.REFUSED))
        self.leave(alice)
        self.assertFalse(self.socket())

    def test_following_a_room(self) -> None:
        self.enrol("bob")
        alice, bob = self.sit("alice", "bob")
        bob.line("/join #tea")
        bob.sees("you made this room")
        tail = subprocess.Popen(
            command("chatc", "--home", str(self.home / "alice"), *TAIL),
            env=environment(self.home),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(tail.communicate)
        self.addCleanup(tail.kill)
        bob.sees("alice entered")
        for text in ("one", "two", "three"):
            bob.line(text)
        said = [json.loads(line) for line in tail.communicate(timeout=PATIENCE)[0].splitlines()]
        self.assertEqual([one["text"] for one in said], ["one", "two", "three"])
        self.assertEqual(tail.returncode, Status.DONE)
        bob.sees("alice left")
        alice.line("/query bob")
        alice.line("still here")
        bob.sees("3:alice @1")

    def test_a_second_screen(self) -> None:
        (alice,) = self.sit("alice")
        pid = json.loads((self.home / "alice" / "vault.lock").read_text())
        for words in ((), ("--plain",)):
            second = self.terminal("alice", *words, size=(200, 24))
            second.sees(rf"already \(process {pid}\)", "send", "--profile NAME enrol")
            self.assertEqual(second.ends(), Status.LOCKED)
        self.assertIn("close it first", self.chatc("alice", "passwd", status=Status.LOCKED))
        alice.line("/quit")
        self.assertEqual(alice.ends(), 0)

    def test_the_running_one_is_killed(self) -> None:
        """What it leaves behind is in nobody's way."""
        (alice,) = self.sit("alice")
        os.kill(alice.pid, signal.SIGKILL)
        self.assertEqual(alice.ends(), -signal.SIGKILL)
        self.assertTrue(self.socket())
        self.assertIn("password", self.script("rooms", status=Status.LOCKED))
        self.assertIn("alice\n", self.chatc("alice", "who"))
        self.sit("alice")
        self.assertIn("alice\n", self.script("who"))

    def test_a_command_that_follows_takes_others_in(self) -> None:
        tail = self.begin("alice", "tail", "#tea", "--count", "1")
        until(self.socket, lambda: "there is no socket")
        until(lambda: self.script("rooms") == "#tea  1\n", lambda: "the room is not there")
        self.assertEqual(self.script("send", "#tea", "from a script"), "")
        self.assertRegex(tail.communicate(timeout=PATIENCE)[0], r"^\d\d:\d\d alice: from a script$")
        self.assertEqual(tail.returncode, 0)

    def test_a_command_that_reads_takes_others_in(self) -> None:
        self.enrol("bob")
        self.meet("bob")
        reading, writing = os.pipe()
        os.write(writing, f"{self.password}\n".encode())
        sending = subprocess.Popen(
            command("chatc", "--home", str(self.home / "alice"), *SEND, str(reading)),
            env=environment(self.home),
            stdin=subprocess.PIPE,
            pass_fds=[reading],
        )
        self.addCleanup(sending.communicate)
        self.addCleanup(sending.kill)
        os.close(reading)
        os.close(writing)
        until(self.socket, lambda: "there is no socket")
        both = "alice\nbob\n"
        until(lambda: self.script("who", "#tea") == both, lambda: "alice is not in the room")
        sending.communicate(timeout=PATIENCE)
        self.assertEqual(sending.returncode, Status.DONE)
        self.assertFalse(self.socket())

    def test_the_running_one_is_suspended(self) -> None:
        (alice,) = self.sit("alice")
        os.kill(alice.pid, signal.SIGSTOP)
        self.assertIn("wake it (fg)", self.script("rooms", status=Status.LOCKED))
        os.kill(alice.pid, signal.SIGCONT)
        self.assertIn("alice\n", self.script("who"))

    def test_while_the_server_is_away(self) -> None:
        """A command waits a little for the connection that it shares."""
        (alice,) = self.sit("alice")
        self.daemon.kill()
        alice.sees("trying again")
        sending = subprocess.Popen(
            command("chatc", "--home", str(self.home / "alice"), "rooms"),
            env=environment(self.home),
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(sending.kill)
        self.start()
        self.assertEqual(sending.communicate(timeout=PATIENCE)[1], "")
        self.assertEqual(sending.returncode, Status.DONE)
        self.daemon.kill()
        alice.sees("trying again")
        told = self.script("rooms", status=Status.NO_CONNECTION)
        self.assertRegex(told, r"\(process \d+\) has no connection to the server: ")

    def test_a_folder_with_a_long_name(self) -> None:
        (self.home / "alice").rename(self.home / ("long" * 30))
        (self.home / "alice").symlink_to("long" * 30)
        (alice,) = self.sit("alice")
        alice.sees("commands from other terminals cannot come in: ")
        told = self.script("rooms", status=Status.LOCKED)
        self.assertIn("longer than 107 bytes", told)
