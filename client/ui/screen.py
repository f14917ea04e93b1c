"""The full screen: puts model, view, keys and connection together.

Promises: the first paint comes before anything is connected; however many things change in one
turn of the reactor, the screen is drawn once; nothing is drawn after :meth:`FullScreen.stop`; an
error while drawing gives the terminal back before it is told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from twisted.logger import Logger

from ..model.conversation import Conversation, Kind
from ..model.entry import Entry
from ..model.input_history import InputHistory
from ..model.model import Attention, Model
from ..model.uplink import Waiting
from . import actions, clipboard, editing, search
from .commands.command import Command
from .commands.table import COMMANDS
from .completion import Completer
from .controller import Controller
from .dialog import Dialog, Question
from .form import Form
from .help import choices as help_choices
from .hint import hint
from .keymap import KeyMap, is_text
from .keys import BINDINGS
from .link_dialog import LinkDialog
from .main_view import MainView
from .notifier import Notifier
from .painter import Painter
from .paste import Key, PasteFilter
from .picker import Choice, Picker
from .stage import Stage
from .terminal import Terminal
from .themes import palette

log = Logger()

_WELCOME = (
    "Welcome to chatd.",
    "/join #room enters a room, /list shows all rooms, /msg nick text talks to one person.",
    "F1 shows every key and command; Tab completes; Alt+1 to Alt+0 switch conversations.",
)

#: Pastes of more lines are asked about first.
_LINES_UNASKED = 3


class FullScreen:
    """The face of the client.

    :param reactor: runs on monotonic time.
    :param on_quit: called when the user ends the program, after :meth:`stop`.
    :param terminal: an urwid screen; the real one when None.
    :param wall: seconds since the epoch.
    :param environment: of the process: which terminal this is.
    """

    def __init__(
        self,
        reactor: Any,
        model: Model,
        on_quit: Callable[[], None],
        *,
        terminal: Any = None,
        wall: Callable[[], float] = time.time,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.model = model
        self.settings = model.settings
        self.controller = Controller(reactor, model, self, wall)
        self.view = MainView(
            model, self.show, lambda nick: self.show(model.open(Kind.PERSON, nick))
        )
        self.input = self.view.input
        self.stage = Stage(self.view)
        self.history = InputHistory()
        self.commands: Sequence[Command] = COMMANDS
        self.keymap = KeyMap(BINDINGS, self.settings.keys)
        self.completer = Completer(model, COMMANDS)
        self.asks = True
        self._reactor = reactor
        self._on_quit = on_quit
        self._environment = environment
        self._paste = PasteFilter()
        self._notifier = Notifier(reactor, environment)
        terminal = terminal or Terminal()
        terminal.on_hangup = self.leave
        self._painter = Painter(
            reactor,
            terminal,
            self.stage,
            take_input=self._take_input,
            prepare=self._prepare,
            next_change=self._next_change,
            on_crash=on_quit,
        )
        for words in _WELCOME:
            self.note(words)

    # ---------------------------------------------------------------- life

    def start(self) -> None:
        """Take the terminal and paint at once."""
        self.apply_settings()
        self._painter.start()

    def stop(self) -> None:
        """Give the terminal back; harmless when repeated."""
        self.controller.sender.stop()
        self._painter.stop()

    def quit(self) -> None:
        """Say goodbye to the server and end, whether it hears or not."""
        self.controller.say_goodbye().addBoth(lambda _: self.leave())

    def leave(self) -> None:
        """End without a word to the server, which keeps a member's place for a while."""
        if self._painter.running:
            self.stop()
            self._on_quit()

    def changed(self) -> None:
        """Draw at the end of this turn of the reactor."""
        self._painter.changed()

    def clear(self) -> None:
        """Draw everything anew."""
        self._painter.clear()

    def _prepare(self) -> None:
        self.view.time = self.controller.now()
        self.view.hint = hint(self)
        self.view.waited = self._reactor.seconds() - self.controller.state_since

    def _next_change(self) -> float:
        """The clock, who is typing, the seconds until the next attempt."""
        now = self.controller.now()
        lively = isinstance(self.model.state, Waiting)
        lively = lively or any(one.typists.at(now) for one in self.model.roster)
        return 1.0 if lively else 60.0 - now // 1000 % 60

    # ---------------------------------------------------------------- input

    def _take_input(self, keys: list[Key], raw: Sequence[int]) -> list[Key]:
        """Do what was typed; resizing is left to urwid."""
        left: list[Key] = []
        for key, pasted in self._paste.feed(keys):
            with self._survive():
                if key is None:
                    self.paste(pasted)
                elif isinstance(key, tuple):
                    self.stage.use_mouse(*key)
                elif key == "window resize":
                    left.append(key)
                else:
                    self.press(key)
        self.changed()
        return left

    @contextmanager
    def _survive(self) -> Iterator[None]:
        """What goes wrong is told to the user and logged; the conversation goes on."""
        try:
            yield
        except Exception as error:
            log.failure("input failed")
            self.note(f"something went wrong here: {error or type(error).__name__}", error=True)

    def press(self, key: str) -> None:
        """A key came."""
        if key in ("focus in", "focus out"):
            self.model.focus(key == "focus in")
        elif self.stage.dialog is not None:
            self.stage.dialog.press_key(key)
        else:
            self._press_main(key)

    def paste(self, text: str) -> None:
        """Text was pasted."""
        dialog = self.stage.dialog
        lines = text.rstrip("\n").count("\n") + 1
        if dialog is not None:
            dialog.paste(text)
        elif lines > _LINES_UNASKED:
            question = f"Put {lines} lines into the input? They are sent as one message."
            self.stage.open(Question("Paste", question, "put them in", lambda: self._insert(text)))
        else:
            self._insert(text)

    def _press_main(self, key: str) -> None:
        editor = self.input.editor
        before = editor.text
        binding = self.keymap.find(key, empty=not before)
        if binding is not None and binding.run is not None:
            binding.run(self)
        elif binding is not None and binding.edit is not None:
            binding.edit(editor)
        elif is_text(key):
            editor.insert(key)
        if editor.text != before:
            self._typed(by_hand=binding is None or binding.edit is not None)

    def _typed(self, *, by_hand: bool) -> None:
        text = self.input.editor.text
        if by_hand:
            self.history.leave()
        if not text:
            self.controller.typing.stopped()
        elif by_hand and (not text.startswith("/") or text.startswith("//")):
            self.controller.typing.typed(self.model.roster.current, self._reactor.seconds())

    def _insert(self, text: str) -> None:
        self.input.editor.insert(text.rstrip("\n"))
        self._typed(by_hand=True)
        self.changed()

    # ---------------------------------------------------------------- for commands and keys

    def note(self, text: str, *, error: bool = False) -> None:
        """A word to the user, where they look."""
        self.controller.note(text, error=error)

    def show(self, conversation: Conversation) -> None:
        """Look at a conversation; what was typed in the other one waits there."""
        current = self.model.roster.current
        if conversation is current:
            return
        current.draft = self.input.editor.text
        self.controller.typing.stopped()
        self.model.roster.switch(conversation)
        self.input.editor.set(conversation.draft)
        conversation.draft = ""
        self.changed()

    def arrive(self, room: Conversation) -> None:
        """Look at a room that was entered, unless something is being typed here meanwhile."""
        if self.input.editor.text:
            self.note(f"you are in {room.title}, number {self.model.roster.index(room) + 1}")
        else:
            self.show(room)

    def greet(self, room: Conversation) -> None:
        """Look at the first room, unless the user is busy in the server's conversation."""
        if not self.input.editor.text and len(self.history) == 0:
            self.show(room)

    def follow(self) -> None:
        """Look at the last line."""
        self.view.timeline.follow()

    def restyle(self) -> None:
        """Lines that are shown already look different now."""
        self.view.timeline.forget()

    def close(self, conversation: Conversation) -> None:
        """Forget a conversation."""
        self.controller.sender.drop(conversation)
        self.model.roster.close(conversation)
        self.input.editor.set(self.model.roster.current.draft)
        self.changed()

    @property
    def marked(self) -> int | None:
        """The serial of the message that is marked in the conversation looked at."""
        marked, timeline = self.view.timeline.marked, self.model.roster.current.timeline
        return marked if marked is not None and marked in timeline else None

    def type(self, text: str) -> None:
        """Put a line into the input, as if it had been typed."""
        self.input.editor.set(text)
        self.changed()

    def edit(self, entry: Entry) -> None:
        """Let the user change a message of theirs; what is in the input comes back later."""
        editing.begin(self, entry, self.input.editor.text)

    def pick(
        self, title: str, source: Callable[[str], Sequence[Choice]], hint: str, text: str = ""
    ) -> None:
        """Let the user choose."""
        self.open(Picker(self.keymap, title, source, hint, text))

    def open(self, dialog: Dialog) -> None:
        """Show a dialog."""
        self.stage.open(dialog)
        self.changed()

    def ask(
        self,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None:
        """Ask for a line for each prompt, masked where it is hidden."""
        self.open(Form(self.keymap, title, text, prompts, on_done, hidden=hidden))

    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None:
        """Ask before something that cannot be taken back."""
        self.open(Question(title, text, yes, on_yes))

    def show_link(self, title: str, link: str) -> None:
        """Show a link that is a secret, until the dialog is closed."""

        def copy() -> None:
            self._painter.write(clipboard.copying(link, self._environment))

        self.open(LinkDialog(title, link, copy))

    def search(self, text: str, *, everywhere: bool) -> None:
        """Look for a text in what was said."""
        current = self.model.roster.current
        here = None if everywhere else current
        title = "Search everywhere" if everywhere else f"Search {current.title}"
        now, go = self.controller.now(), partial(actions.find_conversation, self)
        self.pick(
            title,
            lambda wanted: search.choices(self.model, wanted, here, now, go),
            "go there",
            text,
        )

    def show_help(self, text: str) -> None:
        """Show keys and commands, those first that contain ``text``."""
        self.pick(
            "Help",
            lambda wanted: help_choices(wanted, self.keymap, self.commands, self.type),
            "use it",
            text,
        )

    def apply_settings(self) -> None:
        """Settings that the terminal must be told of changed."""
        self._painter.set_palette(palette(self.settings["theme"]))
        self._painter.set_mouse(self.settings.is_on("mouse") and not self.view.copy)

    def notify(self, attention: Attention) -> None:
        """Tell the user through the terminal, also when they look elsewhere."""
        self._painter.write(self._notifier.tell(attention, self.settings["notify"]))
