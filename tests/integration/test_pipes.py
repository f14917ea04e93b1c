"""``chatc`` in a pipeline: readers that go away, full disks, files, signals, lost terminals."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any

import pexpect

from client.connection import LOGOUT_TIMEOUT
from client.model.blocking import NOT_LISTED
from tests.support.program import PATIENCE, command, environment, until

from .people import PeopleTest

_NOT_LISTED = f"chatc: {NOT_LISTED}\n"


class PipesTest(PeopleTest):
    def begin(self, nick: str, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
        """``chatc`` in the background."""
        words = (*self.profile(nick), "--server", self.link, *arguments)
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        env = environment(self.home)
        del env["PYTHONUNBUFFERED"]  # as a user has it: Python holds back what it prints
        begun = subprocess.Popen(command("chatc", *words), env=env, text=True, **streams)
        self.addCleanup(begun.communicate)
        self.addCleanup(begun.kill)
        return begun

    def ends(self, begun: subprocess.Popen[str], status: int, says: str = "") -> None:
        """It has ended, has said so, and its nick is free again."""
        self.assertEqual(begun.wait(PATIENCE), status)
        error: IO[str] | None = begun.stderr
        assert error is not None
        self.assertEqual(error.read(), says)
        self.assertEqual(self.chatc("looker", "who").stdout, "looker\n")

    def listen(self, room: str) -> subprocess.Popen[str]:
        """``tail`` that is in the room."""
        tail = self.begin("watcher", "tail", room)
        self.are_in(room, "watcher")
        return tail

    def test_who_reads_no_more_ends_it(self) -> None:
        tail = self.listen("#tea")
        assert tail.stdout is not None
        self.chatc("bob", "send", "#tea", "one")
        self.assertIn("bob: one", tail.stdout.readline())
        tail.stdout.close()
        tail.stdout = None
        self.chatc("bob", "send", "#tea", "two")
        self.ends(tail, 0)

    def test_lists_that_nobody_reads(self) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        people = self.begin("bob", "who", stdout=writing)
        os.close(writing)
        self.ends(people, 0, _NOT_LISTED)
        with open("/dev/full", "w") as full:
            people = self.begin("bob", "who", stdout=full)
        full_disk = "chatc: the output cannot be written: No space left on device\n"
        self.ends(people, 1, _NOT_LISTED + full_disk)

    def test_lines_that_cannot_be_written(self) -> None:
        with open("/dev/full", "w") as full:
            lines = self.begin("bob", "--plain", stdin=subprocess.DEVNULL, stdout=full)
        self.ends(lines, 1, "chatc: the output cannot be written: No space left on device\n")

    def test_input_from_a_file_or_from_nowhere(self) -> None:
        texts = [f"line {number}" for number in range(300)]
        file = Path(self.home) / "texts"
        file.write_text("\n".join(texts))
        tail = self.begin("watcher", "tail", "#tea", "--count", "300")
        self.are_in("#tea", "watcher")
        self.ends_well(self.begin("bob", "send", "#tea", "-", stdin=subprocess.DEVNULL))
        with file.open() as lines:
            self.ends_well(self.begin("bob", "send", "#tea", "-", stdin=lines))
        printed = tail.communicate(timeout=PATIENCE)[0].splitlines()
        self.assertEqual([line.partition("bob: ")[2] for line in printed], texts)

    def ends_well(self, begun: subprocess.Popen[str]) -> None:
        self.assertEqual(begun.wait(PATIENCE), 0)

    def test_signals(self) -> None:
        terminated = self.listen("#tea")
        terminated.send_signal(signal.SIGTERM)
        self.ends(terminated, 130)
        interrupted = self.listen("#tea")
        self.addCleanup(self.daemon.process.send_signal, signal.SIGCONT)
        self.daemon.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(2):  # the second one does not wait for an answer to the goodbye
            interrupted.send_signal(signal.SIGINT)
            time.sleep(0.1)
        self.assertEqual(interrupted.wait(PATIENCE), 130)
        self.assertLess(time.monotonic() - began, LOGOUT_TIMEOUT)
        self.daemon.process.send_signal(signal.SIGCONT)
        self.ends(interrupted, 130)


class LostTerminalTest(PeopleTest):
    """The window is closed: nobody is there to be told, and nothing runs on."""

    def test_wherever_one_is(self) -> None:
        bare = self.link.partition("#")[0]
        lost = [
            self.child("ann", self.link, sees="connected as ann"),
            self.child("cid", "--plain", self.link, sees="connected as cid"),
            self.child("dan", bare, sees="yes or no: "),
        ]
        for child in lost:
            child.ptyproc.fileobj.close()
        until(lambda: not any(one.isalive() for one in lost), lambda: "not all of them end")
        self.assertEqual(self.chatc("looker", "who").stdout, "looker\n")

    def child(self, nick: str, *words: str, sees: str) -> Any:
        """``chatc`` in a terminal, once this is on it."""
        program, *arguments = command("chatc", *self.profile(nick), *words)
        env = environment(self.home)
        child = pexpect.spawn(program, arguments, env=env, timeout=PATIENCE)
        self.addCleanup(child.close, force=True)
        child.expect(sees)
        return child
