"""The real terminal: urwid's raw screen, with every key ours and links that can be clicked.

Promises: Ctrl+s, Ctrl+q, Ctrl+c and Ctrl+z arrive as keys (flow control and signal keys are off
while the screen is up), Ctrl+j as Alt+Enter; stopping gives the terminal back as it was. Where the
program was stopped from outside, the shell has changed the terminal: it is taken anew.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable
from typing import Any, TextIO

import urwid.display.raw

_LINE_FEED = 10
_ALT_ENTER = (27, 13)
#: Terminals that would print links' sequences instead of hiding them.
_NO_LINKS = ("linux", "dumb", "vt")


class Terminal(urwid.display.raw.Screen):
    """Standard input and output, unless told otherwise.

    :ivar on_hangup: called when there is nothing to read from any more.
    """

    def __init__(self, input: TextIO = sys.stdin, output: TextIO = sys.stdout) -> None:
        super().__init__(input, output, bracketed_paste_mode=True, focus_reporting=True)
        self.on_hangup: Callable[[], None] = lambda: None
        self.hyperlinks = not self.term.startswith(_NO_LINKS)
        self._continued = False
        self._before: Any = None

    def signal_init(self) -> None:
        """See urwid; and hear when the program goes on after it was stopped."""
        super().signal_init()
        self._continued = False
        self._before = self.signal_handler_setter(signal.SIGCONT, self._go_on)

    def signal_restore(self) -> None:
        """See urwid."""
        self.signal_handler_setter(signal.SIGCONT, self._before or signal.SIG_DFL)
        super().signal_restore()

    def _go_on(self, *_: Any) -> None:
        """Nothing else is safe at any point of the program."""
        self._continued = True
        self._wake_input_loop()

    def get_available_raw_input(self) -> list[int]:
        """See urwid."""
        codes = super().get_available_raw_input()
        if self._continued and self._started and self._is_ours:
            self._take_anew()
        return codes

    @property
    def _is_ours(self) -> bool:
        """Whether the shell lets this program use the terminal: else changing it would stop it."""
        try:
            return os.tcgetpgrp(self._input_fileno() or 0) == os.getpgrp()
        except OSError:  # no shell's
            return True

    def _take_anew(self) -> None:
        try:
            self.stop()
            self.start()
        except (OSError, termios.error):
            self.on_hangup()
        self._resized = True  # all is drawn again

    def _start(self, alternate_buffer: bool = True, *args: Any, **kwargs: Any) -> None:
        super()._start(alternate_buffer, *args, **kwargs)
        descriptor = self._input_fileno()
        if descriptor is None or not os.isatty(descriptor):
            return
        # urwid has saved what was before, and puts it back.
        mode = termios.tcgetattr(descriptor)
        mode[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR)
        mode[3] &= ~(termios.ISIG | termios.IEXTEN)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)

    def _get_input_codes(self) -> list[int]:
        try:
            typed = super()._get_input_codes()
        except (OSError, RuntimeError):  # closed, as urwid puts it, or gone
            self.on_hangup()
            return []
        codes: list[int] = []
        for code in typed:
            codes += _ALT_ENTER if code == _LINE_FEED else (code,)
        return codes
