"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.whole_file import whole_file, write_whole


class WholeFileTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.path = self.folder / "file"

    def test_written(self) -> None:
        """In place of what was there, for its owner alone whatever the umask."""
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        for content in (b"one", b"another"):
            write_whole(self.path, content)
            self.assertEqual(self.path.read_bytes(), content)
            self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(self.folder.iterdir()), [self.path])

    def test_given_up(self) -> None:
        """What was there still is, and nothing is left."""
        write_whole(self.path, b"one")

        def give_up() -> None:
            with whole_file(self.path) as file:
                file.write(b"half")
                raise OSError("the disk is full")

        self.assertRaises(OSError, give_up)
        self.assertEqual(self.path.read_bytes(), b"one")
        self.assertEqual(list(self.folder.iterdir()), [self.path])

    def test_after_a_kill(self) -> None:
        """What was left half done is in nobody's way, not even a link."""
        (self.folder / "file.unfinished").symlink_to("/nonexistent/elsewhere")
        write_whole(self.path, b"one")
        self.assertEqual(list(self.folder.iterdir()), [self.path])
