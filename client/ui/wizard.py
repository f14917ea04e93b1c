"""The way in, on the full screen: one question at a time, in a dialog, before there is a chat.

Promises: the terminal is taken with the first word and given back by :meth:`WizardScreen.stop`;
what is typed hidden is drawn as dots and kept nowhere.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from typing import Any

import urwid
from twisted.internet.defer import Deferred

from ..enrolment.step import Step
from ..model.visible import visible
from .dialog import Dialog
from .field import Field
from .keymap import KeyMap
from .keys import BINDINGS
from .markup import Markup
from .painter import Painter
from .paste import Key, PasteFilter
from .stage import Stage
from .terminal import Terminal
from .themes import palette

_COLUMNS = 74
#: Rows of a long answer, such as a link.
_MOST_ROWS = 4
_TITLE = "chatc"


class _Asking(Dialog):
    """What was said, what a step is about, and its field; without a step, what goes on."""

    def __init__(self, said: Sequence[str], step: Step | None, keymap: KeyMap) -> None:
        words: list[urwid.Text | urwid.Divider | Field] = []
        reason = [step.reason] if step is not None and step.reason else []
        for text in [*said, *reason]:
            words += [urwid.Text(("dialog-strong", visible(text))), urwid.Divider()]
        keys: Markup = [("dialog-key", "Ctrl+c"), ("dialog", " leave")]
        self.field: Field | None = None
        #: The prompt on a row of its own, for where the field has no room for it.
        self._prompt = urwid.Text(("dialog-dim", step.prompt if step else ""))
        if step is not None:
            if step.text:
                words += [urwid.Text(visible(step.text)), urwid.Divider()]
            self.field = Field(keymap, step.prompt, mask="•" if step.hidden else None)
            self.field.most_rows = 1 if step.hidden else _MOST_ROWS
            words += [self._prompt, self.field, urwid.Divider()]
            keys = [("dialog-key", "Enter"), ("dialog", " go on   "), *keys]
        self._all = [*words, urwid.Text(list(keys))]
        self._pile = urwid.Pile([])
        title = _TITLE if step is None else step.title
        body = urwid.Padding(self._pile, left=1, right=1)
        super().__init__(title, urwid.Filler(body, valign="top"))

    def wanted_size(self, columns: int, rows: int) -> tuple[int, int]:
        """As wide as it is easy to read; on a small screen the field is seen before the words."""
        wide = min(_COLUMNS, columns)
        room = max(wide - 4, 1)
        shown = [row for row in self._all if row is not self._prompt or self._prompt_apart(room)]

        def high() -> int:
            return sum(row.rows((room,)) for row in shown) + 2

        while high() > rows and shown[0] not in (self._prompt, self.field, self._all[-1]):
            del shown[0]
        while high() > rows and self.field in shown[:-1]:
            del shown[-1]
        self._pile.contents = [(row, self._pile.options("pack")) for row in shown]
        if self.field is not None:
            self._pile.focus_position = shown.index(self.field)
        return wide, high()

    def _prompt_apart(self, columns: int) -> bool:
        return self.field is not None and not self.field.has_room_for_prompt(columns)

    def press_key(self, key: str) -> None:
        """Edit."""
        if self.field is not None:
            self.field.press_key(key)

    def paste(self, text: str) -> None:
        """A link that was copied from several lines is one all the same."""
        if self.field is not None:
            self.field.paste(text.replace("\n", ""))


class WizardScreen:
    """See :class:`client.enrolment.step.Face`.

    :param terminal: an urwid screen; the real one when None.
    :param on_leave: called at Ctrl+c, :param on_suspend: at Ctrl+z; by themselves they are what
        the keys do elsewhere.
    """

    def __init__(
        self,
        reactor: Any,
        *,
        terminal: Any = None,
        on_leave: Callable[[], None] = lambda: signal.raise_signal(signal.SIGINT),
        on_suspend: Callable[[], None] = lambda: signal.raise_signal(signal.SIGTSTP),
    ) -> None:
        self.stage = Stage(urwid.SolidFill(" "))
        self._reactor = reactor
        self._terminal = terminal
        self._on_leave = on_leave
        self._on_suspend = on_suspend
        self._keymap = KeyMap(BINDINGS, {})
        self._paste = PasteFilter()
        self._painter: Painter | None = None
        self._said: list[str] = []
        self._answered: Deferred[str] | None = None

    async def ask(self, step: Step) -> str:
        """What was typed until Enter."""
        answered = self._answered = Deferred[str]()
        self._show(step)
        self._said = []
        return await answered

    def say(self, text: str) -> None:
        """It stays above the next question."""
        self._said.append(text)
        self._show(None)

    def stop(self) -> None:
        """Give the terminal back; harmless when repeated."""
        if self._painter is not None:
            self._painter.stop()
            self._painter = None

    def _show(self, step: Step | None) -> None:
        if self.stage.dialog is not None:
            self.stage.dialog.close()
        self.stage.open(_Asking(self._said, step, self._keymap))
        if self._painter is None:
            self._start()
        else:
            self._painter.changed()

    def _start(self) -> None:
        terminal = self._terminal or Terminal()
        terminal.on_hangup = self._on_leave
        self._painter = Painter(
            self._reactor,
            terminal,
            self.stage,
            take_input=self._take_input,
            prepare=lambda: None,
            next_change=lambda: 60.0,
            on_crash=self._on_leave,
        )
        self._painter.set_palette(palette("dark"))
        self._painter.start()

    def _take_input(self, keys: list[Key], raw: Sequence[int]) -> list[Key]:
        """Do what was typed; resizing is left to urwid."""
        left: list[Key] = []
        for key, pasted in self._paste.feed(keys):
            if key == "window resize":
                left.append(key)
            elif key is None:
                self._paste_text(pasted)
            elif isinstance(key, str):
                self._press(key)
        if self._painter is not None:
            self._painter.changed()
        return left

    def _paste_text(self, text: str) -> None:
        if self.stage.dialog is not None and self._answered is not None:
            self.stage.dialog.paste(text)

    def _press(self, key: str) -> None:
        dialog, answered = self.stage.dialog, self._answered
        if key == "ctrl c":
            self._on_leave()
        elif key == "ctrl z":
            self._on_suspend()
        elif answered is None or not isinstance(dialog, _Asking) or dialog.field is None:
            pass  # nothing is asked; the last question stays to be seen until there is a next one
        elif key == "enter":
            self._answered = None
            answered.callback(dialog.field.editor.text)
        else:
            dialog.press_key(key)
