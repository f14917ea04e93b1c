"""Draws the screen: once a turn of the reactor at most, and never after it was stopped.

urwid's loop runs on a reactor that others run; it is told when to draw, rather than drawing
whenever it is idle.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import urwid

from .paste import Key


class _Loop(urwid.MainLoop):
    def entering_idle(self) -> None:
        """Nothing: the painter says when to draw."""


class Painter:
    """Owns urwid's main loop.

    :param terminal: an urwid screen.
    :param take_input: does what was typed and returns what is left for urwid.
    :param prepare: called before each drawing.
    :param next_change: seconds until something changes by itself, asked after each drawing.
    :param on_crash: called when drawing failed, after the terminal was given back.
    """

    def __init__(
        self,
        reactor: Any,
        terminal: Any,
        top: urwid.Widget,
        *,
        take_input: Callable[[list[Key], list[int]], list[Key]],
        prepare: Callable[[], None],
        next_change: Callable[[], float],
        on_crash: Callable[[], None],
    ) -> None:
        self.running = False
        self._reactor = reactor
        self._terminal = terminal
        self._prepare = prepare
        self._next_change = next_change
        self._on_crash = on_crash
        self._drawing: Any = None
        self._ticking: Any = None
        self._loop = _Loop(
            top,
            screen=terminal,
            handle_mouse=False,
            input_filter=take_input,
            event_loop=urwid.TwistedEventLoop(reactor, manage_reactor=False),
        )

    def start(self) -> None:
        """Take the terminal and paint at once."""
        self.running = True
        self._reactor.addSystemEventTrigger("before", "shutdown", self.stop)
        self._loop.start()
        self._draw()

    def stop(self) -> None:
        """Give the terminal back; harmless when repeated."""
        if not self.running:
            return
        self.running = False
        for call in (self._drawing, self._ticking):
            if call is not None and call.active():
                call.cancel()
        # A terminal that is gone cannot be given back.
        with suppress(OSError):
            self._loop.stop()

    def changed(self) -> None:
        """Draw at the end of this turn of the reactor."""
        if self.running and self._drawing is None:
            self._drawing = self._reactor.callLater(0, self._draw)

    def clear(self) -> None:
        """Draw everything anew."""
        self._terminal.clear()
        self.changed()

    def set_mouse(self, enabled: bool) -> None:
        """Take the mouse from the terminal, or give it back."""
        self._loop.handle_mouse = enabled
        self._terminal.set_mouse_tracking(enabled)

    def set_palette(self, palette: list[Any]) -> None:
        """Other colours."""
        self._terminal.register_palette(palette)
        self.clear()

    def write(self, sequence: str) -> None:
        """Send something to the terminal that draws nothing."""
        if self.running and sequence:
            self._terminal.write(sequence)
            self._terminal.flush()

    def _draw(self) -> None:
        for call in (self._drawing, self._ticking):
            if call is not None and call.active():
                call.cancel()
        self._drawing = None
        if not self.running:
            return
        try:
            self._prepare()
            self._loop.draw_screen()
        except OSError:
            self.stop()  # the terminal is gone, and nobody is there to be told
            self._on_crash()
        except Exception:
            # Another attempt would fail likewise: the terminal first, then the truth.
            self.stop()
            traceback.print_exc(file=sys.stderr)
            self._on_crash()
        else:
            self._ticking = self._reactor.callLater(self._next_change(), self._draw)
