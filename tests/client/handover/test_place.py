"""Where the socket of a profile is."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from client.handover.place import LONGEST, SOCKET, NoPlace, socket_path


class PlaceTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.environ: dict[str, str] = {}
        self.patch(os, "environ", self.environ)

    def home(self, length: int, letter: str = "x") -> Path:
        """A folder with whose name the socket's path has so many bytes."""
        start = f"/nowhere-{os.getpid()}/"
        rest = length - len(start) - len(SOCKET) - 1
        return Path(start + letter * (rest // len(letter.encode())))

    def test_in_the_profile(self) -> None:
        for length in (40, LONGEST):
            home = self.home(length)
            self.assertEqual(socket_path(home), f"{home}/{SOCKET}")

    def test_by_whatever_name_the_folder_is_called(self) -> None:
        (folder := Path(self.mktemp())).mkdir(parents=True)
        (link := Path(self.mktemp()).absolute()).symlink_to(folder.absolute())
        self.environ["XDG_RUNTIME_DIR"] = "/run/user/1000"
        self.assertEqual(socket_path(folder), socket_path(link / ".." / link.name))

    def test_a_path_that_is_too_long(self) -> None:
        self.environ["XDG_RUNTIME_DIR"] = "/run/user/1000"
        path, other = (socket_path(self.home(LONGEST + more)) for more in (1, 2))
        self.assertRegex(path, r"^/run/user/1000/chatc-[0-9a-f]{32}\.sock$")
        self.assertNotEqual(path, other)

    def test_length_is_in_bytes(self) -> None:
        self.assertRaises(NoPlace, socket_path, self.home(LONGEST + 20, "ö"))

    def test_nowhere(self) -> None:
        for runtime in ("", "relative", "/" + "x" * LONGEST):
            self.environ["XDG_RUNTIME_DIR"] = runtime
            error = self.assertRaises(NoPlace, socket_path, self.home(LONGEST + 1))
            self.assertIn("longer than 107 bytes", str(error))
