"""The server's disk is full: senders are told, nothing accepted is lost, and later all goes on."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.support.full_disk import Disk, LimitedDisk, full_disk
from tests.support.program import run

from .members import WIDE, MembersTest

#: Lines that are long enough to need room soon.
LONG = "all work and no play " * 40


class FullDiskTest(MembersTest):
    """The data are on a disk of their own. Alice is here, Bob is not."""

    settings = '[limits]\nrate = "off"\n'

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, bob = self.meet("alice", "bob", size=WIDE)
        self.leave(bob)

    def place(self) -> Path:
        folder = self.home / "disk"
        folder.mkdir()
        self.disk = self.small_disk(folder)
        self.addCleanup(self.disk.remove)
        return folder / "server"

    def small_disk(self, folder: Path) -> Disk:
        return full_disk(folder)

    def test_it_fills_up(self) -> None:
        said = self.say_until_full()
        self.assertIsNone(self.daemon.process.poll())
        self.alice.line("/whois bob")
        self.alice.sees("bob")
        self.disk.empty(self.daemon.process.pid)
        self.alice.line("room again")
        self.alice.sees(r"room again +✓")
        self.alice.loses("…$")
        said.append("room again")
        self.daemon.kill()
        self.start()
        self.sit("bob")
        self.keeps("bob", said, "--room", "#tea")
        self.keeps("alice", said, "--room", "#tea")

    def test_stopped_while_it_is_full(self) -> None:
        """Not even then is anything lost that was accepted."""
        said = self.say_until_full()
        self.daemon.stop(signal.SIGTERM)
        self.disk.empty(self.daemon.process.pid)
        self.start()
        self.alice.loses("…$")
        self.sit("bob")
        self.keeps("bob", said, "--room", "#tea")

    def test_the_admin_is_told_why(self) -> None:
        """And can make a backup on another disk."""
        self.say_until_full()
        words = ("--data-dir", str(self.data), "level", "bob", "3")
        told = run(self.home, "chatctl", *words, status=1).stderr
        self.assertRegex(told, "nothing was changed: the store .* disk.* SQLITE_(FULL|IOERR)")
        backup = self.home / "backup.tar"
        self.ctl("backup", str(backup))
        self.assertTrue(backup.is_file())

    def say_until_full(self) -> list[str]:
        """Fill the disk; Alice talks until she is told that there is no room.

        :return: what she said; the last of it waits.
        """
        said = ["accepted"]
        self.alice.line(said[0])
        self.alice.sees(r"accepted +✓")
        self.disk.fill(self.daemon.process.pid)
        while "could not store" not in self.alice.text():
            said.append(f"{len(said)} {LONG}")
            self.alice.line(said[-1])
            self.alice.sees(rf"{len(said) - 1} all work", r"(✓|could not store)")
        return said


class LimitedFilesTest(FullDiskTest):
    """The same, for those who may not mount a disk."""

    def small_disk(self, folder: Path) -> Disk:
        return LimitedDisk(folder)
