"""Asks line by line at the terminal, for ``--plain`` and for scripts that somebody looks at.

It blocks: no connection is open while it asks. Everything goes to standard error or the terminal
itself, so that standard output belongs to what was asked for.
"""

from __future__ import annotations

import getpass
import os
import signal
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress

from twisted.internet.defer import CancelledError

from ..model.visible import visible
from .step import Step, Unanswered, nobody

_COLUMNS = 78
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Lines:
    """A person at a terminal; see :class:`client.enrolment.step.Face`."""

    async def ask(self, step: Step) -> str:
        """A line; of a hidden one nothing is seen.

        :raises CancelledError: Ctrl-C, or another signal to end.
        :raises Unanswered: nobody is at a terminal, or they typed Ctrl-D.
        """
        if not (_at_terminal() if step.hidden else sys.stdin.isatty()):
            raise nobody(step)
        for text in filter(None, (step.reason, step.text)):
            self.say(text)
        if step.hidden:
            return _wait(getpass.getpass, step.prompt)
        print(end=step.prompt, file=sys.stderr, flush=True)
        return _wait(input, "")

    def say(self, text: str) -> None:
        """Paragraphs as wide as they are easy to read; what is wider than that stays whole, and so
        does what is indented: a command, say."""
        for line in visible(text).split("\n"):
            if line.startswith("  "):
                print(line, file=sys.stderr, flush=True)
                continue
            wrapped = textwrap.wrap(line, _COLUMNS, break_long_words=False, break_on_hyphens=False)
            print("\n".join(wrapped), file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Each question left the terminal as it was."""


def _at_terminal() -> bool:
    """Whether a secret can be typed unseen, whatever standard input is."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _wait(read: Callable[[str], str], prompt: str) -> str:
    """Read a line; a signal ends the program meanwhile."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in _SIGNALS}
    try:
        return read(prompt)
    except (EOFError, OSError):
        _end_row()
        raise Unanswered("nothing was typed") from None
    except KeyboardInterrupt:
        _end_row()
        raise CancelledError from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_row() -> None:
    """What comes next does not stand behind the prompt."""
    with suppress(OSError):  # of a terminal that is gone
        print(file=sys.stderr, flush=True)
