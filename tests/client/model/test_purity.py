"""The model stays what it is said to be: state, without screen and network."""

from __future__ import annotations

import subprocess
import sys

from twisted.trial.unittest import TestCase

_PROGRAM = """
import sys
import client.model.events, client.model.outbox, client.model.input_history, client.model.uplink
print([name for name in sys.modules if name.split(".")[0] in ("urwid", "twisted", "asyncio")])
"""


class PurityTests(TestCase):
    def test_loads_neither_screen_nor_network(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        )
        self.assertEqual(done.stdout.strip(), "[]")
