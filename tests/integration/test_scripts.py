"""``chatc`` for scripts: send, tail, rooms, who; over TCP and over TLS."""

from __future__ import annotations

import json
import os
import signal
import subprocess

from tests.support.daemon import free_port
from tests.support.program import PATIENCE, command, environment, run

from .people import PeopleTest


class ScriptsTest(PeopleTest):
    def setUp(self) -> None:
        port = free_port()
        self.options = ("--tls", f"native=tcp:{port}:interface=127.0.0.1")
        super().setUp()
        self.sealed = next(link for link in self.daemon.links(2) if link.startswith("chatds://"))

    def tail(self, nick: str, *arguments: str) -> subprocess.Popen[str]:
        """``chatc tail`` that goes on in the background, signed in."""
        return self.begin(nick, "tail", *arguments)

    def begin(self, nick: str, *arguments: str) -> subprocess.Popen[str]:
        """A script's ``chatc`` that goes on in the background."""
        words = (*self.profile(nick), "--server", self.link, *arguments)
        begun = subprocess.Popen(
            command("chatc", *words),
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(begun.communicate)
        self.addCleanup(begun.kill)
        return begun

    def test_a_pipeline_from_one_to_the_other(self) -> None:
        nobody = self.chatc("builder", "send", "#ops", "nobody hears this", status=1)
        self.assertIn("there is no room #ops", nobody.stderr)
        tail = self.tail("watcher", "#ops", "--json", "--count", "3")
        self.are_in("#ops", "watcher")
        self.link = self.sealed
        self.chatc("builder", "send", "#ops", "-", text="build 512\n\nis done ✓\n")
        self.chatc("builder", "send", "#ops", "bye")
        printed = tail.communicate(timeout=PATIENCE)[0]
        said = [json.loads(line) for line in printed.splitlines()]
        self.assertEqual([one["text"] for one in said], ["build 512", "is done ✓", "bye"])
        self.assertEqual({one["from"] for one in said}, {"builder"})
        self.assertEqual({(one["target"], one["kind"]) for one in said}, {("#ops", "message")})
        self.assertEqual(tail.returncode, 0)

    def test_the_daemon_is_started_again_between_two_lines(self) -> None:
        """The rest comes when it is back; where it does not come back, that is told."""
        tail = self.tail("watcher", "#ops", "--json", "--count", "2")
        self.are_in("#ops", "watcher")
        sending = self.begin("builder", "send", "#ops", "-", "--json")
        self.says(sending, "one")
        self.assertEqual(self.daemon.stop(signal.SIGTERM), 0)
        self.start()
        self.says(sending, "two")
        printed = tail.communicate(timeout=PATIENCE)[0]
        texts = [json.loads(line)["text"] for line in printed.splitlines()]
        self.assertEqual(texts, ["one", "two"])
        self.daemon.stop(signal.SIGTERM)
        said = sending.communicate("three\nfour\n", timeout=PATIENCE)[1]
        self.assertEqual(sending.returncode, 3)
        self.assertIn("chatc: 2 lines were sent; the rest was not sent\n", said)

    def says(self, sending: subprocess.Popen[str], line: str) -> None:
        """A line goes in, and is answered."""
        assert sending.stdin is not None and sending.stdout is not None
        sending.stdin.write(f"{line}\n")
        sending.stdin.flush()
        self.assertEqual(json.loads(sending.stdout.readline())["text"], line)

    def test_a_direct_message(self) -> None:
        tail = self.tail("watcher", "builder", "--count", "1")
        while self.chatc("builder", "send", "watcher", "psst", status=None).returncode:
            self.assertIsNone(tail.poll())
        self.assertRegex(tail.communicate(timeout=PATIENCE)[0], r"^\d\d:\d\d builder: psst\n$")

    def test_rooms_and_people(self) -> None:
        self.tail("watcher", "#ops")
        self.are_in("#ops", "watcher")
        self.assertEqual(self.chatc("x", "rooms").stdout, "#ops  1\n")
        rooms = json.loads(self.chatc("x", "rooms", "--json").stdout)
        self.assertEqual(rooms, {"room": "#ops", "members": 1, "locked": False, "topic": ""})
        self.assertEqual(self.chatc("x", "who").stdout.split(), ["watcher", "x"])
        self.assertEqual(
            json.loads(self.chatc("x", "who", "#ops", "--json").stdout),
            {"nick": "watcher", "away": "", "online": True, "seen": 0},
        )

    def test_a_room_with_a_password(self) -> None:
        alice = self.people("alice")[0]
        alice.line("/join #vault -p")
        alice.sees("password: ")
        alice.line("mint")
        alice.sees("2:#vault")
        refused = self.chatc("bob", "send", "#vault", "let me in", status=1)
        self.assertEqual(refused.stderr, "chatc: this room asks for a password\n")
        read, write = os.pipe()
        with os.fdopen(write, "w") as secret:
            secret.write("mint\n")
        words = (*self.profile("bob"), "--server", self.link, "send", "#vault", "here I am")
        subprocess.run(
            command("chatc", *words, "--room-password-fd", str(read)),
            env=environment(self.home),
            pass_fds=[read],
            timeout=PATIENCE,
            check=True,
        )
        os.close(read)
        alice.sees("bob │ here I am")

    def test_what_goes_wrong_has_its_status(self) -> None:
        self.tail("taken", "#ops")
        self.are_in("#ops", "taken")
        self.assertIn("not free", self.chatc("taken", "send", "#ops", "x", status=1).stderr)
        self.assertIn("nobody", self.chatc("bob", "send", "nobody", "x", status=1).stderr)
        self.chatc("bob", "tail", "#ops", "--count", "1", "--timeout", "0.1", status=5)
        self.chatc("bob", "tail", "#ops", "--timeout", "0.1", status=0)
        wrong = run(self.home, "chatc", "frobnicate", status=2)
        self.assertIn("there is no command 'frobnicate'", wrong.stderr)
        self.link = f"chatd://127.0.0.1:{free_port()}/{self.link[self.link.index('#') :]}"
        self.assertIn("cannot connect", self.chatc("bob", "rooms", status=3).stderr)
        neither = run(self.home, "chatc", self.link, status=2)
        self.assertIn("--plain", neither.stderr)

    def test_interrupted(self) -> None:
        tail = self.tail("watcher", "#ops")
        self.are_in("#ops", "watcher")
        tail.send_signal(2)
        self.assertEqual(tail.wait(PATIENCE), 130)
        self.assertNotIn("watcher", self.chatc("x", "who").stdout)
