"""Standard output and the terminal's echo, so that a prompt is never in the middle of a line.

Promises: what is written only ever grows at the end; there are no control sequences in it. A line
that comes while somebody types begins on a row of its own, and what they typed still counts: it is
the terminal that edits and keeps it.
"""

from __future__ import annotations

import os
import sys
import termios

_STDIN, _STDOUT = 0, 1


class Console:
    """A person at a terminal, or a pipe.

    :ivar interactive: a person sees the output and types the input.
    :ivar lost: why nobody reads the output any more; None while somebody may.
    """

    def __init__(self) -> None:
        self.interactive = os.isatty(_STDIN) and os.isatty(_STDOUT)
        self.lost: OSError | None = None
        self._prompt = ""

    @property
    def hung_up(self) -> bool:
        """Whether the terminal that the person sat at is gone."""
        return self.interactive and not os.isatty(_STDIN)

    def line(self, text: str) -> None:
        """Print a line."""
        before = "\n" if self._prompt else ""
        self._prompt = ""
        self._put(f"{before}{text}\n")

    def prompt(self, text: str) -> None:
        """Ask for input, once, on a row of its own; a pipe is not asked."""
        if self.interactive and self._prompt != text:
            before = "\n" if self._prompt else ""
            self._prompt = text
            self._put(before + text)

    def entered(self) -> None:
        """A line was typed: the cursor is on the next row already."""
        self._prompt = ""

    def ring(self) -> None:
        """The terminal's bell."""
        if self.interactive:
            self._put("\a")

    def echo(self, on: bool) -> None:
        """Let typed characters be seen, or not; what was typed ahead of a secret is dropped."""
        if self.interactive:
            self._set_echo(on)

    def close(self) -> None:
        """Leave the terminal as it was, at the start of a row."""
        self.echo(True)
        if self._prompt:
            self._prompt = ""
            self._put("\n")

    def _put(self, text: str) -> None:
        data = text.encode(sys.stdout.encoding, "replace")
        try:
            while data and not self.lost:
                data = data[os.write(_STDOUT, data) :]
        except OSError as error:
            self.lost = error

    def _set_echo(self, on: bool) -> None:
        try:
            mode = termios.tcgetattr(_STDIN)
            mode[3] = mode[3] | termios.ECHO if on else mode[3] & ~termios.ECHO
            # The end of the line is echoed all the same: the cursor goes to the next row.
            mode[3] = mode[3] & ~termios.ECHONL if on else mode[3] | termios.ECHONL
            termios.tcsetattr(_STDIN, termios.TCSANOW if on else termios.TCSAFLUSH, mode)
        except termios.error as error:
            self.lost = OSError(*error.args)
