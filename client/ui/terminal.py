"""The real terminal: urwid's raw screen, with every key ours and links that can be clicked.

Promises: Ctrl+s, Ctrl+q, Ctrl+c and Ctrl+z arrive as keys (flow control and signal keys are off
while the screen is up), Ctrl+j as Alt+Enter; stopping gives the terminal back as it was.
"""

from __future__ import annotations

import os
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
