"""The line mode's face: what comes is printed line by line, what is typed is said or done.

Promises: nothing is written but text, line ends and the bell; at a terminal a prompt names the
conversation that a typed line goes to. Where nobody sits at a terminal nothing is asked: lines are
taken one at a time, the next when the one before is done, and the end of input ends the program
after the last one was sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from ..model.conversation import Conversation
from ..model.entry import Entry
from ..model.input_history import InputHistory
from ..model.model import Attention, Model
from ..model.uplink import Connecting, Online
from ..model.visible import visible_line
from ..stdin import Lines, standard_input
from ..ui import search
from ..ui.commands.command import Command
from ..ui.controller import Controller
from ..ui.help import choices as help_choices
from ..ui.keymap import KeyMap
from ..ui.picker import Choice
from ..ui.quote import short
from ..ui.submit import submit
from .commands import PLAIN_COMMANDS
from .console import Console
from .transcript import Transcript

log = Logger()

_WELCOME = "/help lists the commands, Ctrl+d ends the program"


class PlainScreen:
    """The same face to the program as :class:`client.ui.screen.FullScreen`.

    :param reactor: runs on monotonic time.
    :param on_quit: called when the program is to end, with why the output cannot be written.
    :param console: where to print; standard output when None.
    :param lines: what is typed; standard input when None.
    :param wall: seconds since the epoch.
    """

    def __init__(
        self,
        reactor: Any,
        model: Model,
        on_quit: Callable[[OSError | None], None],
        *,
        console: Console | None = None,
        lines: Lines | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.model = model
        self.settings = model.settings
        self.commands: Sequence[Command] = PLAIN_COMMANDS
        self.history = InputHistory()
        self.keymap = KeyMap((), {})
        self._reactor = reactor
        self._on_quit = on_quit
        self._console = console or Console()
        self._lines = lines
        self.asks = self._console.interactive
        self.controller = Controller(reactor, model, self, wall)
        self._transcript = Transcript(
            model, self._console.line, self.controller.now, echo=not self.asks
        )
        self._question: tuple[str, Callable[[str], None]] | None = None
        self._running = self._leaving = False
        self._prompting: Any = None
        self._settling: Deferred[None] | None = None

    # ---------------------------------------------------------------- life

    def start(self) -> None:
        """Begin to read."""
        self._running = True
        if self._console.interactive:
            self._console.line(f"-- {visible_line(self.model.roster.server.title)}: {_WELCOME}")
        if self.model.roster.current is not self.model.roster.server:
            self._tell_where()
        lines = self._lines or standard_input(self._reactor)
        reading = Deferred.fromCoroutine(self._read(lines))
        reading.addErrback(lambda failure: log.failure("reading failed", failure))

    def stop(self) -> None:
        """Leave the terminal as it was; harmless when repeated."""
        if not self._running:
            return
        self._running = False
        self.controller.sender.stop()
        if self._prompting is not None and self._prompting.active():
            self._prompting.cancel()
        self._console.close()

    def quit(self) -> None:
        """Say goodbye to the server and end, whether it hears or not."""
        if self._leaving:
            return
        self._leaving = True
        self.controller.say_goodbye().addBoth(lambda _: self._end())

    def _end(self) -> None:
        if self._running:
            self.stop()
            self._on_quit(self._console.lost)

    def changed(self) -> None:
        """Print what is new; go on with the input where it waited for that."""
        if not self._running:
            return
        self._transcript.print_new()
        if self._console.lost is not None:
            self._end()
            return
        if self._settling is not None and self._is_settled():
            settling, self._settling = self._settling, None
            settling.callback(None)
        if self._prompting is None:
            self._prompting = self._reactor.callLater(0, self._prompt)

    def _prompt(self) -> None:
        """At the end of a turn: after all that was to be printed."""
        self._prompting = None
        if self._question is not None:
            self._console.prompt(self._question[0])
        elif not self.controller.busy and not isinstance(self.model.state, Connecting):
            self._console.prompt(f"{visible_line(self.model.roster.current.title)}> ")

    # ---------------------------------------------------------------- input

    async def _read(self, lines: Lines) -> None:
        self.changed()
        async for line in lines:
            if not self._console.interactive:
                await self._settled()
            if self._leaving:
                return
            self._take(line)
        if self._console.hung_up:  # nobody has typed the end of input
            self._end()
            return
        await self._settled()
        self.quit()

    def _take(self, line: str) -> None:
        self._console.entered()
        question, self._question = self._question, None
        try:
            if question is not None:
                self._console.echo(True)
                question[1](line)
            elif line.strip():
                number = line[1:].strip()
                short = line.startswith("/") and number.isascii() and number.isdigit()
                submit(self, f"/switch {number}" if short else line)
        except Exception as error:
            log.failure("a line failed")
            self.note(f"something went wrong here: {type(error).__name__}", error=True)
        self.changed()

    def _is_settled(self) -> bool:
        """Whether all that was typed is done, or will not be while one waits at a terminal."""
        if not isinstance(self.model.state, Online):
            return self._console.interactive
        return not self.controller.busy and not self.controller.sender.waiting

    async def _settled(self) -> None:
        if self._running and not self._is_settled():
            self._settling = Deferred()
            await self._settling

    # ---------------------------------------------------------------- for commands

    def note(self, text: str, *, error: bool = False) -> None:
        """A word to the user."""
        self.controller.note(text, error=error)

    def show(self, conversation: Conversation) -> None:
        """Talk in a conversation."""
        if conversation is not self.model.roster.current:
            self.model.roster.switch(conversation)
            if self._running:
                self._tell_where()

    def arrive(self, room: Conversation) -> None:
        """Talk in a room that was entered."""
        self.show(room)

    def greet(self, room: Conversation) -> None:
        """Talk in the first room, unless the user is busy in the server's conversation."""
        if len(self.history) == 0:
            self.show(room)

    def close(self, conversation: Conversation) -> None:
        """Forget a conversation."""
        self.controller.sender.drop(conversation)
        self.model.roster.close(conversation)
        self._tell_where()

    def _tell_where(self) -> None:
        current = self.model.roster.current
        topic = f"; topic: {visible_line(current.topic)}" if current.topic else ""
        self._console.line(f"-- talking in {visible_line(current.title)}{topic}")
        self.changed()

    def pick(
        self, title: str, source: Callable[[str], Sequence[Choice]], hint: str, text: str = ""
    ) -> None:
        """Print what there is."""
        found = source(text)
        self._console.line(f"-- {title}:" if found else f"-- {title}: nothing found")
        for choice in found:
            self._console.line(f"   {choice.left}  {choice.right}".rstrip())
        self.changed()

    def search(self, text: str, *, everywhere: bool) -> None:
        """Print what was said with a text in it, anywhere."""
        if not text:
            self.note("type /search text", error=True)
            return
        found = search.choices(self.model, text, None, self.controller.now(), lambda place: None)
        self.pick(f"Search for {text}", lambda _: found[::-1], "")

    def show_help(self, text: str) -> None:
        """Print the commands."""
        self.pick(
            "Commands",
            lambda wanted: help_choices(wanted, self.keymap, self.commands, self.type)[1:],
            "",
            text,
        )

    def ask(
        self,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None:
        """Ask for a line for each prompt, not seen where it is hidden; an empty last one leaves
        it."""
        if not self.asks:
            self.note(f"{title}: {text}; it can only be typed at a terminal", error=True)
            return
        answers: list[str] = []

        def ask_next() -> None:
            prompt = prompts[len(answers)]
            words = f"{prompt} (not shown): " if hidden else f"{prompt}: "
            self._console.echo(not hidden)
            self._question = (f"{visible_line(title)}, {words}", answered)

        def answered(answer: str) -> None:
            answers.append(answer)
            if len(answers) < len(prompts):
                ask_next()
            elif answer:
                on_done(answers)
            else:
                self.note(f"{title}: left out")

        self.note(f"{title}: {text}")
        ask_next()
        self.changed()

    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None:
        """Ask for a yes."""

        def answered(answers: Sequence[str]) -> None:
            if answers[0].strip().lower() in ("y", "yes"):
                on_yes()
            else:
                self.note(f"{title}: left out")

        self.ask(title, text, [f"{yes}? yes or no"], answered, hidden=False)

    def show_link(self, title: str, link: str) -> None:
        """Print a link: not in a conversation, so nothing keeps it but the terminal."""
        self._console.line(f"-- {title}; whoever has this link first gets in as you, once:")
        self._console.line(link)
        self.changed()

    def notify(self, attention: Attention) -> None:
        """Ring."""
        if self.settings["notify"] != "off":
            self._console.ring()

    def type(self, text: str) -> None:
        """What could not be said stands above; a terminal's line cannot be filled in."""

    @property
    def marked(self) -> int | None:
        """Nothing: lines that are printed cannot be walked over."""
        return None

    def edit(self, entry: Entry) -> None:
        """Say how it is done: a terminal's line cannot be filled in."""
        self.note(f"{short(entry)} is your last one; /edit and the new text changes it")

    def follow(self) -> None:
        """The last line is always in sight."""

    def restyle(self) -> None:
        """What is printed stays as it is."""

    def apply_settings(self) -> None:
        """Nothing of a terminal is changed."""
