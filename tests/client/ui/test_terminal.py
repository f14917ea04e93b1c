"""The real terminal class on a pseudo-terminal: what it takes, and that it gives it back."""

from __future__ import annotations

import os
import termios

from twisted.trial.unittest import TestCase

from client.ui.terminal import Terminal


class TerminalTests(TestCase):
    def setUp(self) -> None:
        self.master, slave = os.openpty()
        self.addCleanup(os.close, self.master)
        self.file = os.fdopen(slave, "r+b", buffering=0)
        self.addCleanup(self.file.close)
        self.output = os.fdopen(os.dup(slave), "w", encoding="utf-8")
        self.addCleanup(self.output.close)
        self.terminal = Terminal(self.file, self.output)  # type: ignore[arg-type]

    def written(self) -> str:
        self.output.flush()
        os.set_blocking(self.master, False)
        return os.read(self.master, 65536).decode()

    def test_takes_every_key_and_gives_the_terminal_back(self) -> None:
        before = termios.tcgetattr(self.file)
        self.terminal.start()
        during = termios.tcgetattr(self.file)
        self.assertFalse(during[0] & (termios.IXON | termios.ICRNL))
        self.assertFalse(during[3] & (termios.ISIG | termios.ECHO | termios.ICANON))
        self.terminal.stop()
        self.assertEqual(termios.tcgetattr(self.file)[:6], before[:6])
        written = self.written()
        for mode in ("1049", "2004", "1004"):
            self.assertIn(f"\x1b[?{mode}h", written)
            self.assertIn(f"\x1b[?{mode}l", written)

    def test_keys_that_terminals_keep_for_themselves(self) -> None:
        self.terminal.start()
        self.addCleanup(self.terminal.stop)
        os.write(self.master, b"\x13\x11\x03\x1a\n\r\x1b\r")
        keys, _ = self.terminal.parse_input(None, None, self.terminal.get_available_raw_input())
        self.assertEqual(
            keys,
            ["ctrl s", "ctrl q", "ctrl c", "ctrl z", "meta enter", "enter", "meta enter"],
        )
