"""The file: nothing in it can be read without its key, and what cannot be used says so."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from client.history.database import BESIDE, FILE, connect
from client.history.errors import DamagedHistory, HistoryError
from client.history.schema import VERSION

from .history_case import KEY, HistoryCase, past

MARKS = ("ripe-marker-in-a-text", "ripe-marker-in-a-nick", "ripe-marker-in-a-room")


def readable(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Which of these words stand in any file of a folder, in any of the ways that SQLite has."""
    contents = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).lower()
    return [
        word
        for word in words
        for form in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode())
        if form in contents
    ]


class Sealed(HistoryCase):
    """What is on the disk."""

    def test_nothing_is_readable(self) -> None:
        """Neither while it runs nor afterwards; a word of the text has no trace, either."""
        temporary = self.home / "tmp"
        temporary.mkdir()
        self.patch(os, "environ", {**os.environ, "SQLITE_TMPDIR": str(temporary)})
        now = self.run_once()
        text, nick, room = MARKS
        for number in range(300):
            now.hears(f"{text} {number}", number + 1, nick, room)
            now.turn()
        now.keeper.search(text, None)
        words = (*MARKS, "ripe", "marker", "sqlite format")
        names = {path.name for path in self.home.iterdir()}
        self.assertEqual(names, {f"{FILE}{end}" for end in BESIDE} | {"tmp"})
        self.assertEqual(readable(self.home, words), [])
        now.end()
        self.assertEqual(readable(self.home, words), [])
        self.assertEqual(readable(self.home, (KEY.hex(),)), [])

    def test_modes(self) -> None:
        """Nobody else reads it, even where it was readable."""
        now = self.run_once()
        now.hears("x", 1)
        now.turn()
        for end in BESIDE:
            mode = stat.S_IMODE((self.home / f"{FILE}{end}").stat().st_mode)
            self.assertEqual(mode, 0o600, end)
        now.end()
        (self.home / FILE).chmod(0o644)
        self.run_once().end()
        self.assertEqual(stat.S_IMODE((self.home / FILE).stat().st_mode), 0o600)

    def test_another_key(self) -> None:
        self.run_once().end()
        with self.assertRaises(DamagedHistory):
            connect(self.home, bytes(32))

    def test_what_was_written_before(self) -> None:
        """WAL and full sync; a committed turn is in a file that another connection reads."""
        now = self.run_once()
        now.hears("x", 1)
        now.turn()
        other = connect(self.home, KEY)
        self.addCleanup(other.close)
        self.assertEqual(other.execute("SELECT text FROM entry").fetchall(), [("x",)])
        self.assertEqual(other.execute("PRAGMA journal_mode").fetchone(), ("wal",))
        self.assertEqual(other.execute("PRAGMA synchronous").fetchone(), (2,))
        self.assertEqual(other.execute("PRAGMA secure_delete").fetchone(), (1,))
        now.end()


class Unusable(HistoryCase):
    """The chat goes on."""

    def test_a_newer_one_is_left_alone(self) -> None:
        connection = connect(self.home, KEY)
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        connection.close()
        before = (self.home / FILE).read_bytes()
        now = self.run_once()
        self.assertIsNone(now.recorder)
        self.assertIn("newer chatc", now.told[0])
        now.hears("the chat goes on", 1)
        self.assertEqual((self.home / FILE).read_bytes(), before)

    def test_a_damaged_one_is_moved_aside(self) -> None:
        first = self.run_once()
        first.hears("lost", 1)
        first.end()
        (self.home / FILE).write_bytes(os.urandom(8192))
        second = self.run_once()
        self.assertIn("damaged", second.told[0])
        self.assertIn("a new history begins", second.told[0])
        (aside,) = self.home.glob("history-damaged-*.db")
        self.assertIn(str(aside), second.told[0])
        self.assertEqual(aside.stat().st_size, 8192)
        second.hears("new", 1)
        second.end()
        third = self.run_once()
        self.assertEqual((third.told, past(third.room())), ([], ["new"]))
        third.end()

    def test_one_that_turns_out_to_be_damaged(self) -> None:
        """It is told once, moved aside at the end, and the next run has a new one."""
        first = self.run_once()
        for number in range(2000):
            first.hears(f"word{number} " * 20, number + 1)
        first.end()
        with open(self.home / FILE, "r+b") as file:
            pages = file.seek(0, os.SEEK_END) // 4096
            for place in range(pages // 3 * 4096, pages // 2 * 4096, 4096):
                file.seek(place)
                file.write(os.urandom(4096))
        second = self.run_once()
        past(second.room())
        second.keeper.search("word7", None)
        self.assertEqual(len(second.told), 1)
        self.assertIn("damaged", second.told[0])
        second.hears("the chat goes on", 5000)
        with contextlib.suppress(HistoryError):  # it depends on which pages are needed for that
            second.end()
        self.assertEqual(len(list(self.home.glob("history-damaged-*.db"))), 1)
        third = self.run_once()
        self.assertEqual(third.told, [])
        third.end()

    def test_no_file_that_can_be_used(self) -> None:
        (self.home / FILE).mkdir()
        now = self.run_once()
        self.assertIsNone(now.recorder)
        self.assertIn("nothing that is said is kept in this run", now.told[0])
