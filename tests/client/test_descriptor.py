"""Secrets through file descriptors: a line each, and not a byte more."""

from __future__ import annotations

import os

from twisted.trial.unittest import SynchronousTestCase

from client.descriptor import _LONGEST, DescriptorError, read_line


class DescriptorTest(SynchronousTestCase):
    def holding(self, content: bytes) -> int:
        """A descriptor to read from."""
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(content)
        number = os.open(path, os.O_RDONLY)
        self.addCleanup(os.close, number)
        return number

    def test_line_by_line(self) -> None:
        number = self.holding("größe\nsecond\r\n\nlast".encode())
        lines = [read_line("--link-fd", number) for _ in range(4)]
        self.assertEqual(lines, ["größe", "second", "", "last"])

    def test_what_is_none(self) -> None:
        folder = os.open(".", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        for number, why in (
            (self.holding(b"\xff\n"), "what comes is not UTF-8"),
            (self.holding(b""), "it ends here"),
            (folder, "Is a directory"),
            (987, "nothing is open there; in a shell: 987< FILE"),
            (-1, "nothing is open there"),
            (2**40, "nothing is open there"),
        ):
            error = self.assertRaises(DescriptorError, read_line, "--link-fd", number)
            self.assertIn(f"--link-fd {number}: {why}", str(error))

    def test_no_secret_in_the_error(self) -> None:
        number = self.holding(b"sesame\xff\n")
        error = self.assertRaises(DescriptorError, read_line, "--password-fd", number)
        self.assertNotIn("sesame", str(error))
        self.assertIsNone(error.__cause__)

    def test_an_endless_line(self) -> None:
        number = self.holding(b"x" * (_LONGEST + 10))
        self.assertEqual(len(read_line("--link-fd", number)), _LONGEST)
