"""A program in a pseudo-terminal, and what a person in front of it sees.

While one terminal waits, all of them are read: a program whose output nobody takes stands still.
Who waits for something else meanwhile calls :meth:`Terminal.attend`.
"""

from __future__ import annotations

import re
import select
import signal
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import pexpect
import pyte

from tests.support.program import PATIENCE

ALTERNATE, CURSOR = "?1049", "?25"


class Terminal:
    """Starts the program at once; :meth:`close` ends it.

    :param size: columns and rows.
    :ivar screen: pyte's, with colours.
    """

    _open: ClassVar[list[Terminal]] = []

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._raw = b""
        self._child = pexpect.spawn(
            command[0], list(command[1:]), env=dict(env), dimensions=(rows, columns)
        )
        self._child.delaybeforesend = self._child.ptyproc.delayafterclose = 0
        self._open.append(self)

    @property
    def pid(self) -> int:
        """The process."""
        pid: int = self._child.pid
        return pid

    def keys(self, keys: str) -> None:
        """Press keys, as a terminal sends them."""
        self._child.send(keys)

    def line(self, text: str) -> None:
        """Type a line."""
        self.keys(text + "\r")

    def paste(self, text: str) -> None:
        """Paste, marked as such where the program has asked for it."""
        self.keys(f"\x1b[200~{text}\x1b[201~" if self.is_on("?2004") else text)

    def resize(self, columns: int, rows: int) -> None:
        """The window changes its size."""
        self._child.setwinsize(rows, columns)
        self.screen.resize(rows, columns)

    def rows(self) -> list[str]:
        """The screen, without spaces at the ends."""
        self.attend(0)
        return [row.rstrip() for row in self.screen.display]

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.rows())

    def sees(self, *patterns: str, patience: float = PATIENCE) -> None:
        """Wait until all of these are on the screen (regular expressions, in any order).

        :param patience: seconds.
        :raises AssertionError: they do not come, with what is there.
        """
        self._until(
            lambda: all(re.search(one, self.text(), re.MULTILINE) for one in patterns),
            f"not all of {patterns}",
            patience,
        )

    def loses(self, pattern: str) -> None:
        """Wait until this is not on the screen."""
        self._until(lambda: not re.search(pattern, self.text(), re.MULTILINE), f"still {pattern!r}")

    def is_on(self, mode: str) -> bool:
        """Whether a private mode of the terminal was switched on last, such as ``?25``."""
        self.attend(0)
        switches = re.findall(rb"\x1b\[" + re.escape(mode.encode()) + b"([hl])", self._raw)
        return switches[-1:] == [b"h"]

    def echoes(self) -> bool:
        """Whether the terminal edits lines and shows what is typed, as a shell wants it."""
        flags = termios.tcgetattr(self._child.child_fd)[3]
        wanted = termios.ECHO | termios.ICANON | termios.ISIG
        return bool(flags & wanted == wanted)

    def ends(self) -> int:
        """Wait for the end of the program.

        :return: its exit status; a signal's number, negative, when that ended it.
        """
        self._until(lambda: self not in self._open, "it goes on")
        self._child.wait()
        ended = -self._child.signalstatus if self._child.signalstatus else self._child.exitstatus
        return int(ended)

    def hang_up(self) -> None:
        """Close the terminal, and wait for the end of the program in it."""
        self._child.ptyproc.fileobj.close()
        self._open.remove(self)
        self._child.wait()

    def close(self) -> None:
        """End the program, whatever it does; harmless when repeated."""
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
            self._child.wait()
        self._child.close()
        if self in self._open:
            self._open.remove(self)

    def _until(self, look: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not look():
            if time.monotonic() > deadline or (self not in self._open and not look()):
                raise AssertionError(f"{what}:\n{self.text()}")
            self.attend(0.05)

    @classmethod
    def attend(cls, seconds: float) -> None:
        """Take what the programs in all terminals write, waiting a while for the first of it."""
        while cls._open:
            ready = select.select([one._child for one in cls._open], [], [], seconds)[0]
            if not ready:
                return
            for one in [one for one in cls._open if one._child in ready]:
                one._take()
            seconds = 0

    def _take(self) -> None:
        try:
            data = self._child.read_nonblocking(65536, 0)
        except pexpect.EOF:
            self._open.remove(self)
            return
        self._raw += data
        self._stream.feed(data)
