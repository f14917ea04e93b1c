"""A program that is started without its standard streams."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import client

_ROOT = Path(client.__file__).parent.parent

_PROGRAM = """
import os, sys
from client.streams import open_closed_streams
open_closed_streams()
assert sys.stdin.read() == "" and not sys.stdin.isatty()
print("out")
print("err", file=sys.stderr)
assert os.open(sys.argv[1], os.O_RDONLY) > 2
"""


class StreamsTest(SynchronousTestCase):
    def run_with(self, redirections: str) -> tuple[str, str]:
        """What is printed and what is complained of."""
        done = subprocess.run(
            ["sh", "-c", f'"$@" {redirections}', "sh", sys.executable, "-c", _PROGRAM, __file__],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout, done.stderr

    def test_whichever_is_closed(self) -> None:
        self.assertEqual(self.run_with(""), ("out\n", "err\n"))
        self.assertEqual(self.run_with("<&-"), ("out\n", "err\n"))
        self.assertEqual(self.run_with(">&-"), ("", "err\n"))
        self.assertEqual(self.run_with("<&- 2>&-"), ("out\n", ""))
        self.assertEqual(self.run_with("<&- >&- 2>&-"), ("", ""))
