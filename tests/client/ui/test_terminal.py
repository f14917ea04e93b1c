"""The real terminal class on a pseudo-terminal: what it takes, and that it gives it back."""

from __future__ import annotations

import contextlib
import os
import signal
import termios

from twisted.trial.unittest import TestCase

from client.ui.terminal import Terminal


class TerminalTests(TestCase):
    def setUp(self) -> None:
        self.master, slave = os.openpty()
        self.addCleanup(self.hang_up)
        self.file = os.fdopen(slave, "r+b", buffering=0)
        self.addCleanup(self.file.close)
        self.output = os.fdopen(os.dup(slave), "w", encoding="utf-8")
        self.addCleanup(self.close_output)
        self.terminal = Terminal(self.file, self.output)  # type: ignore[arg-type]

    def close_output(self) -> None:
        with contextlib.suppress(OSError):  # what was left to write has nowhere to go
            self.output.close()

    def hang_up(self) -> None:
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def written(self) -> str:
        """All of it: the kernel passes it on in pieces, and says when the other end is closed."""
        self.output.close()
        self.file.close()
        pieces = []
        with contextlib.suppress(OSError):
            while piece := os.read(self.master, 65536):
                pieces.append(piece)
        return b"".join(pieces).decode()

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

    def test_a_program_that_was_stopped_takes_the_terminal_anew(self) -> None:
        """What a shell made of it meanwhile does not stay."""
        before = termios.tcgetattr(self.file)
        self.terminal.start()
        during = termios.tcgetattr(self.file)
        termios.tcsetattr(self.file, termios.TCSANOW, before)
        os.kill(os.getpid(), signal.SIGCONT)
        self.terminal.get_available_raw_input()
        self.assertEqual(termios.tcgetattr(self.file)[:4], during[:4])
        self.terminal.stop()
        self.assertEqual(termios.tcgetattr(self.file)[:4], before[:4])
        self.assertEqual(self.written().count("\x1b[?2004h"), 2)

    def test_a_terminal_that_is_gone_is_told_and_not_read_for_ever(self) -> None:
        told: list[str] = []
        self.terminal.on_hangup = lambda: told.append("gone")
        self.terminal.start()
        self.hang_up()
        self.assertEqual(self.terminal.get_available_raw_input(), [])
        self.assertEqual(told, ["gone"])
        self.assertRaises(OSError, self.terminal.stop)
        self.terminal.signal_restore()
